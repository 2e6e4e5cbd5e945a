package org.alexnet;

import java.util.List;

/**
 * One layer of a network.
 *
 * @param name e.g. "conv1"
 * @param kind e.g. "convolution", "max pooling", "LRN"
 * @param output shape for one image: (1, C, H, W) or (1, F)
 * @param parameters elements
 * @param macs multiply-accumulates for one image, bias aside
 */
public record Layer(String name, String kind, List<Long> output, long parameters, long macs) {
  Layer(String name, String kind, long[] output, long parameters, long macs) {
    this(name, kind, Native.list(output), parameters, macs);
  }
}
