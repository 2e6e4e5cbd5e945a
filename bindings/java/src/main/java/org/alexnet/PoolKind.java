package org.alexnet;

// BEGIN options: java.enum PoolKind of=yes
/** What pooling takes of a window. */
public enum PoolKind {
  /** The largest value. */
  MAX(0),
  /** The mean. */
  AVERAGE(1),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  PoolKind(int code) {
    this.code = code;
  }

  static PoolKind of(int code) {
    for (PoolKind value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
