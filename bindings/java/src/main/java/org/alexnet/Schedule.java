package org.alexnet;

// BEGIN options: java.enum Schedule of=yes
/** How the learning rate changes. */
public enum Schedule {
  /** Not at all. */
  CONSTANT(0),
  /** rate * factor at each milestone. */
  STEP(1),
  /** rate * factor when the validation error stalls (section 5 of the paper). */
  PLATEAU(2),
  /** rate * (1 - progress)^power. */
  POLY(3),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

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
    return UNKNOWN;
  }
}
// END options
