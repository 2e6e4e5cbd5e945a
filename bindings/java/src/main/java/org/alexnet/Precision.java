package org.alexnet;

/**
 * What a GPU computes in. Sums, the loss, softmax, and the parameters and momenta of a training run
 * are 32-bit floats in each. The CPU knows {@link #F32} alone.
 */
public enum Precision {
  /** 32-bit floats. */
  F32(1),
  /** 32-bit floats whose products have mantissas of 10 bits. */
  TF32(2),
  /** bfloat16. */
  BF16(3);

  final int code;

  Precision(int code) {
    this.code = code;
  }
}
