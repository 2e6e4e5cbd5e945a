package org.alexnet;

/**
 * Bytes of a model file that are not what was written, or are lost.
 *
 * @param tensor its index; -1: of none, but of the description or the end of the file
 * @param chunk of the tensor, a MiB each; -1: the zeros after it, or of no tensor
 * @param offset in the file, or in the one that it was
 * @param bytes how many
 */
public record Damage(long tensor, long chunk, long offset, long bytes) {}
