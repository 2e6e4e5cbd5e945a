package org.alexnet;

// BEGIN options: java.enum DType of=yes
/** Element types; in files little endian. */
public enum DType {
  /** IEEE 754 single. */
  F32(1),
  /** IEEE 754 half. */
  F16(2),
  /** bfloat16. */
  BF16(3),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  DType(int code) {
    this.code = code;
  }

  static DType of(int code) {
    for (DType value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
