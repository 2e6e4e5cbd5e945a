package org.alexnet;

// BEGIN options: java.enum Precision
/**
 * What a GPU computes in. Sums, the loss, softmax, and the parameters and momenta of a training run
 * are float32 in each. The CPU knows F32 alone. Unless algorithms are tuned, the same work gives
 * the same bits run after run on one kind of GPU with the same libraries.
 */
public enum Precision {
  /** float32 throughout. */
  F32(1),
  /** float32 whose products have mantissas of 10 bits. */
  TF32(2),
  /** Blobs and working weights in bfloat16. */
  BF16(3);

  final int code;

  Precision(int code) {
    this.code = code;
  }
}
// END options
