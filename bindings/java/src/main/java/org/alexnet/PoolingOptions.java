package org.alexnet;

import java.util.Objects;

/** A pooling layer: one value of each window of each channel. */
public final class PoolingOptions {
  // BEGIN options: java.fields pooling zeros=no
  PoolKind kind = PoolKind.MAX;
  Window window;
  boolean excludePadding;
  // END options

  PoolingOptions() {}

  /** The largest value of each window. */
  public PoolingOptions(Window window) {
    this.window = Objects.requireNonNull(window, "window");
  }

  // BEGIN options: java.accessors pooling class=PoolingOptions getters=yes
  /** What is taken of a window; by default max. */
  public PoolingOptions kind(PoolKind value) {
    kind = Objects.requireNonNull(value, "kind");
    return this;
  }

  /** What is taken of a window. */
  public PoolKind kind() {
    return kind;
  }

  /** What slides over height and width. */
  public PoolingOptions window(Window value) {
    window = Objects.requireNonNull(value, "window");
    return this;
  }

  /** What slides over height and width. */
  public Window window() {
    return window;
  }

  /** Average: padding does not count as taps. */
  public PoolingOptions excludePadding(boolean value) {
    excludePadding = value;
    return this;
  }

  /** Average: padding does not count as taps. */
  public boolean excludePadding() {
    return excludePadding;
  }
  // END options
}
