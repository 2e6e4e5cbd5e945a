package org.alexnet;

/**
 * A format of files of weights.
 *
 * @param name for options: "safetensors"
 * @param summary one line
 * @param writable whether files of it can be written
 */
public record FileFormat(String name, String summary, boolean writable) {}
