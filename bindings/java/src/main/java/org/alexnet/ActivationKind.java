package org.alexnet;

// BEGIN options: java.enum ActivationKind of=yes
/** An elementwise function. */
public enum ActivationKind {
  /** max(x, 0). */
  RELU(0),
  /** The hyperbolic tangent. */
  TANH(1),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  ActivationKind(int code) {
    this.code = code;
  }

  static ActivationKind of(int code) {
    for (ActivationKind value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
