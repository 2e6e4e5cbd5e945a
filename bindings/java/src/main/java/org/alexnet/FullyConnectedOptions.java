package org.alexnet;

import java.util.Objects;

/**
 * A fully connected layer: y = x W^T + b over the flattened input, with weights (outFeatures, in).
 */
public final class FullyConnectedOptions {
  // BEGIN options: java.fields fully_connected
  long outFeatures;
  boolean noBias;
  ParameterRule weight = ParameterRule.DEFAULT;
  ParameterRule bias = ParameterRule.DEFAULT;
  // END options

  FullyConnectedOptions() {}

  /** With {@code outFeatures} outputs. */
  public FullyConnectedOptions(long outFeatures) {
    this.outFeatures = outFeatures;
  }

  // BEGIN options: java.accessors fully_connected class=FullyConnectedOptions getters=yes
  /** Number of units; 1 to 16,777,216. */
  public FullyConnectedOptions outFeatures(long value) {
    outFeatures = Native.notNegative("outFeatures", value);
    return this;
  }

  /** Number of units; 1 to 16,777,216. */
  public long outFeatures() {
    return outFeatures;
  }

  /** Without biases. */
  public FullyConnectedOptions noBias(boolean value) {
    noBias = value;
    return this;
  }

  /** Without biases. */
  public boolean noBias() {
    return noBias;
  }

  /** How the weights start and learn. */
  public FullyConnectedOptions weight(ParameterRule value) {
    weight = Objects.requireNonNull(value, "weight");
    return this;
  }

  /** How the weights start and learn. */
  public ParameterRule weight() {
    return weight;
  }

  /** How the biases start and learn. */
  public FullyConnectedOptions bias(ParameterRule value) {
    bias = Objects.requireNonNull(value, "bias");
    return this;
  }

  /** How the biases start and learn. */
  public ParameterRule bias() {
    return bias;
  }
  // END options
}
