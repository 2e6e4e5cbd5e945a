package org.alexnet;

/**
 * How long a layer takes.
 *
 * @param milliseconds of its kernel, for a batch: median
 * @param computedBy the layer whose kernel computes it: itself, or the one that it is fused with
 *     and that has its time; -1: there is nothing to compute
 * @param algorithm how its own kernel computes it, in the engine's words; "": it has none
 */
public record LayerTime(double milliseconds, long computedBy, String algorithm) {}
