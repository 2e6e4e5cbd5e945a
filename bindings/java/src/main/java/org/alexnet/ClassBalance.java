package org.alexnet;

// BEGIN options: java.enum ClassBalance of=yes
/** What makes up for classes of different sizes in training. */
public enum ClassBalance {
  /** Nothing. */
  NONE(0),
  /**
   * Pictures of smaller classes are seen several times in an epoch, so that all classes are seen
   * equally often.
   */
  SAMPLING(1),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  ClassBalance(int code) {
    this.code = code;
  }

  static ClassBalance of(int code) {
    for (ClassBalance value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
