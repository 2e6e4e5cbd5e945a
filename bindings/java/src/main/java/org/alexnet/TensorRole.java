package org.alexnet;

// BEGIN options: java.enum TensorRole of=yes
/** What a tensor of a model file is. */
public enum TensorRole {
  /** A weight or bias of the network. */
  PARAMETER(0),
  /** The momentum of the parameter of that name. */
  MOMENTUM(1),
  /** That of the preprocessing, (C, H, W). */
  MEAN_IMAGE(2),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

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
    return UNKNOWN;
  }
}
// END options
