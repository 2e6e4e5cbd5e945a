package org.alexnet;

/** How a parameter tensor starts. */
public enum Initializer {
  /** Weights: Gaussian of 0.01; biases: 0. */
  DEFAULT(0),
  /** All are the value. */
  CONSTANT(1),
  /** Mean 0, standard deviation the value. */
  GAUSSIAN(2),
  /** Gaussian, redrawn beyond two deviations. */
  TRUNCATED_NORMAL(3),
  /** Within sqrt(6 / (fan in + fan out)) of 0. */
  XAVIER_UNIFORM(4),
  /** Within 1 / sqrt(fan in) of 0, PyTorch's. */
  FAN_IN_UNIFORM(5);

  final int code;

  Initializer(int code) {
    this.code = code;
  }
}
