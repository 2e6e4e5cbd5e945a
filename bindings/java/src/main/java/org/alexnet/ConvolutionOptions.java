package org.alexnet;

import java.util.Objects;

/** A convolution: cross-correlation with weights (outChannels, C / groups, height, width). */
public final class ConvolutionOptions {
  long groups;
  boolean noBias;
  ParameterRule weight = ParameterRule.DEFAULT;
  ParameterRule bias = ParameterRule.DEFAULT;

  /** Runs of channels that convolve alone; by default 1. 2 are the paper's towers. */
  public ConvolutionOptions groups(long value) {
    groups = Native.notNegative("groups", value);
    return this;
  }

  /** Adds no bias. */
  public ConvolutionOptions noBias(boolean value) {
    noBias = value;
    return this;
  }

  /** How the weights start and learn. */
  public ConvolutionOptions weight(ParameterRule value) {
    weight = value;
    return this;
  }

  /** How the biases start and learn. */
  public ConvolutionOptions bias(ParameterRule value) {
    bias = value;
    return this;
  }

  final long outChannels;
  final Window window;

  /** With {@code outChannels} kernels of the size of {@code window}. */
  public ConvolutionOptions(long outChannels, Window window) {
    this.outChannels = outChannels;
    this.window = Objects.requireNonNull(window, "window");
  }
}
