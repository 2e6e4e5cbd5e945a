package org.alexnet;

import java.util.List;

/**
 * What a layer gave for the views of the last run.
 *
 * @param shape (views, C, H, W) or (views, F)
 * @param values a copy, in C order
 */
public record Activation(List<Long> shape, float[] values) {
  Activation(long[] shape, float[] values) {
    this(Native.list(shape), values);
  }
}
