package org.alexnet;

/**
 * How long a layer takes.
 *
 * @param milliseconds of its kernel, for a batch: median
 * @param computedBy the layer whose kernel computes it: itself, or the one that it is fused with
 *     and that has its time; -1: there is nothing to compute
 */
public record LayerTime(double milliseconds, long computedBy) {}
