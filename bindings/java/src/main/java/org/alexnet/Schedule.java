package org.alexnet;

/** How the learning rate changes. */
public enum Schedule {
  /** Not. */
  CONSTANT(0),
  /** Times the factor at each milestone. */
  STEP(1),
  /** Times the factor when validation stalls. */
  PLATEAU(2),
  /** Times (1 - progress) to the power. */
  POLY(3);

  final int code;

  Schedule(int code) {
    this.code = code;
  }

  static Schedule of(int code) {
    for (Schedule value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("Schedule " + code);
  }
}
