package org.alexnet;

/** How parameters are stored. */
public enum DType {
  /** 32-bit floats. */
  F32(1),
  /** IEEE half precision. */
  F16(2),
  /** bfloat16. */
  BF16(3);

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
    throw new IllegalArgumentException("DType " + code);
  }
}
