package org.alexnet;

/** What a tensor of a model is. */
public enum TensorRole {
  /** A weight or a bias. */
  PARAMETER(0),
  /** The momentum of a parameter, in a checkpoint. */
  MOMENTUM(1),
  /** The image that preprocessing subtracts. */
  MEAN_IMAGE(2);

  final int code;

  TensorRole(int code) {
    this.code = code;
  }

  static TensorRole of(int code) {
    for (TensorRole value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("TensorRole " + code);
  }
}
