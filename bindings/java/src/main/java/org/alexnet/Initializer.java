package org.alexnet;

// BEGIN options: java.enum Initializer open=yes of=yes
/** How a parameter tensor starts. */
public enum Initializer {
  /** Weights: Gaussian of 0.01; biases: 0. */
  DEFAULT(0),
  /** With the value everywhere. */
  CONSTANT(1),
  /** Mean 0, standard deviation the value. */
  GAUSSIAN(2),
  /** The same, redrawn beyond two standard deviations. */
  TRUNCATED_NORMAL(3),
  /** Within sqrt(6 / (fan in + fan out)) of 0; without the value. */
  XAVIER_UNIFORM(4),
  /** Within 1 / sqrt(fan in) of 0, PyTorch's; without the value. */
  FAN_IN_UNIFORM(5),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  Initializer(int code) {
    this.code = code;
  }

  static Initializer of(int code) {
    for (Initializer value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
