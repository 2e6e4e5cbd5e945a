package org.alexnet;

// BEGIN options: java.enum WeightType
/** How the weights of fully connected layers are kept in memory. */
public enum WeightType {
  /** IEEE 754 single. */
  F32(1),
  /** IEEE 754 half. */
  F16(2),
  /** bfloat16. */
  BF16(3),
  /**
   * Integers of 8 bits, each row of which has a factor in float32: the row's largest magnitude over
   * 127.
   */
  I8(4);

  final int code;

  WeightType(int code) {
    this.code = code;
  }
}
// END options
