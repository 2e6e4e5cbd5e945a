package org.alexnet;

import java.util.Objects;

/**
 * A locally connected layer: as a convolution, but with weights (outChannels * outHeight * outWidth,
 * C, height, width) and biases of their own for each output, in C, H, W order.
 */
public final class LocallyConnectedOptions {
  // BEGIN options: java.fields locally_connected
  long outChannels;
  Window window;
  boolean noBias;
  ParameterRule weight = ParameterRule.DEFAULT;
  ParameterRule bias = ParameterRule.DEFAULT;
  // END options

  LocallyConnectedOptions() {}

  /** With {@code outChannels} channels of the output and windows of the size of {@code window}. */
  public LocallyConnectedOptions(long outChannels, Window window) {
    this.outChannels = outChannels;
    this.window = Objects.requireNonNull(window, "window");
  }

  // BEGIN options: java.accessors locally_connected class=LocallyConnectedOptions getters=yes
  /** Number of channels of the output; 1 to 16,777,216. */
  public LocallyConnectedOptions outChannels(long value) {
    outChannels = Native.notNegative("outChannels", value);
    return this;
  }

  /** Number of channels of the output; 1 to 16,777,216. */
  public long outChannels() {
    return outChannels;
  }

  /** What slides over height and width. */
  public LocallyConnectedOptions window(Window value) {
    window = Objects.requireNonNull(value, "window");
    return this;
  }

  /** What slides over height and width. */
  public Window window() {
    return window;
  }

  /** Without biases. */
  public LocallyConnectedOptions noBias(boolean value) {
    noBias = value;
    return this;
  }

  /** Without biases. */
  public boolean noBias() {
    return noBias;
  }

  /** How the weights start and learn. */
  public LocallyConnectedOptions weight(ParameterRule value) {
    weight = Objects.requireNonNull(value, "weight");
    return this;
  }

  /** How the weights start and learn. */
  public ParameterRule weight() {
    return weight;
  }

  /** How the biases start and learn. */
  public LocallyConnectedOptions bias(ParameterRule value) {
    bias = Objects.requireNonNull(value, "bias");
    return this;
  }

  /** How the biases start and learn. */
  public ParameterRule bias() {
    return bias;
  }
  // END options
}
