package org.alexnet;

import java.util.List;

/**
 * One tensor of a model.
 *
 * @param name "conv1.weight", "conv1.bias", "mean_image"
 * @param role what it is
 * @param dtype how it is stored
 * @param shape at most four sizes
 * @param elements their product
 * @param bytes as stored
 */
public record Tensor(
    String name, TensorRole role, DType dtype, List<Long> shape, long elements, long bytes) {
  Tensor(String name, int role, int dtype, long[] shape, long elements, long bytes) {
    this(name, TensorRole.of(role), DType.of(dtype), Native.list(shape), elements, bytes);
  }
}
