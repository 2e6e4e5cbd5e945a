package org.alexnet;

import java.util.List;

/**
 * What each layer of a model takes, and what the device could do.
 *
 * @param device its name
 * @param threads that computed
 * @param batch pictures of a run
 * @param runs timed
 * @param reorderMilliseconds between kernels of other layouts
 * @param flopsPerSecond what the engine reaches on the device where nothing but arithmetic counts:
 *     a large matrix product
 * @param bytesPerSecond and where nothing but memory does: one picture through a fully connected
 *     layer of 256 MiB of float32 weights
 * @param layers in their order
 */
public record LayerTimes(
    String device,
    int threads,
    long batch,
    long runs,
    double reorderMilliseconds,
    double flopsPerSecond,
    double bytesPerSecond,
    List<LayerTime> layers) {
  LayerTimes(
      String device,
      int threads,
      long batch,
      long runs,
      double reorderMilliseconds,
      double flopsPerSecond,
      double bytesPerSecond,
      LayerTime[] layers) {
    this(
        device,
        threads,
        batch,
        runs,
        reorderMilliseconds,
        flopsPerSecond,
        bytesPerSecond,
        List.of(layers));
  }
}
