package org.alexnet;

/** A fully connected layer: y = x W^T + b over the flattened input, with weights (outFeatures, in). */
public final class FullyConnectedOptions {
  boolean noBias;
  ParameterRule weight = ParameterRule.DEFAULT;
  ParameterRule bias = ParameterRule.DEFAULT;

  /** Adds no bias. */
  public FullyConnectedOptions noBias(boolean value) {
    noBias = value;
    return this;
  }

  /** How the weights start and learn. */
  public FullyConnectedOptions weight(ParameterRule value) {
    weight = value;
    return this;
  }

  /** How the biases start and learn. */
  public FullyConnectedOptions bias(ParameterRule value) {
    bias = value;
    return this;
  }

  final long outFeatures;

  /** With {@code outFeatures} outputs. */
  public FullyConnectedOptions(long outFeatures) {
    this.outFeatures = outFeatures;
  }
}
