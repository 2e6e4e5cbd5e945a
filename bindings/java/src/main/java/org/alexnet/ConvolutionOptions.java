package org.alexnet;

import java.util.Objects;

/** A convolution: cross-correlation with weights (outChannels, C / groups, height, width). */
public final class ConvolutionOptions {
  // BEGIN options: java.fields convolution
  long outChannels;
  Window window;
  long groups;
  boolean noBias;
  ParameterRule weight = ParameterRule.DEFAULT;
  ParameterRule bias = ParameterRule.DEFAULT;
  // END options

  ConvolutionOptions() {}

  /** With {@code outChannels} kernels of the size of {@code window}. */
  public ConvolutionOptions(long outChannels, Window window) {
    this.outChannels = outChannels;
    this.window = Objects.requireNonNull(window, "window");
  }

  // BEGIN options: java.accessors convolution class=ConvolutionOptions getters=yes
  /** Number of kernels; 1 to 16,777,216. */
  public ConvolutionOptions outChannels(long value) {
    outChannels = Native.notNegative("outChannels", value);
    return this;
  }

  /** Number of kernels; 1 to 16,777,216. */
  public long outChannels() {
    return outChannels;
  }

  /** What slides over height and width. */
  public ConvolutionOptions window(Window value) {
    window = Objects.requireNonNull(value, "window");
    return this;
  }

  /** What slides over height and width. */
  public Window window() {
    return window;
  }

  /**
   * Equal runs of channels that are kept apart; 2 are the paper's towers; 1 to 16,777,216; by default
   * 1.
   */
  public ConvolutionOptions groups(long value) {
    groups = Native.notNegative("groups", value);
    return this;
  }

  /** Equal runs of channels that are kept apart; 2 are the paper's towers; 1 to 16,777,216. */
  public long groups() {
    return groups;
  }

  /** Without biases. */
  public ConvolutionOptions noBias(boolean value) {
    noBias = value;
    return this;
  }

  /** Without biases. */
  public boolean noBias() {
    return noBias;
  }

  /** How the weights start and learn. */
  public ConvolutionOptions weight(ParameterRule value) {
    weight = Objects.requireNonNull(value, "weight");
    return this;
  }

  /** How the weights start and learn. */
  public ParameterRule weight() {
    return weight;
  }

  /** How the biases start and learn. */
  public ConvolutionOptions bias(ParameterRule value) {
    bias = Objects.requireNonNull(value, "bias");
    return this;
  }

  /** How the biases start and learn. */
  public ParameterRule bias() {
    return bias;
  }
  // END options
}
