package org.alexnet;

import java.util.List;

/**
 * One layer of a network.
 *
 * @param name e.g. "conv1"
 * @param kind its type in words, e.g. "convolution", "max pooling", "LRN"
 * @param type what it computes
 * @param input shape for one image: (1, C, H, W) or (1, F)
 * @param output likewise
 * @param parameters elements
 * @param macs multiply-accumulates for one image, bias aside
 */
public record Layer(
    String name,
    String kind,
    LayerType type,
    List<Long> input,
    List<Long> output,
    long parameters,
    long macs) {
  Layer(
      String name, String kind, int type, long[] input, long[] output, long parameters, long macs) {
    this(
        name,
        kind,
        LayerType.of(type),
        Native.list(input),
        Native.list(output),
        parameters,
        macs);
  }
}
