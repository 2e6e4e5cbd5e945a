package org.alexnet;

import java.util.Objects;

/** A pooling layer: the maximum by default, or the average of each window. */
public final class PoolingOptions {
  boolean average;
  boolean excludePadding;

  /** The average, not the maximum. */
  public PoolingOptions average(boolean value) {
    average = value;
    return this;
  }

  /** Average: padding does not count as taps. */
  public PoolingOptions excludePadding(boolean value) {
    excludePadding = value;
    return this;
  }

  final Window window;

  /** Over {@code window}. */
  public PoolingOptions(Window window) {
    this.window = Objects.requireNonNull(window, "window");
  }
}
