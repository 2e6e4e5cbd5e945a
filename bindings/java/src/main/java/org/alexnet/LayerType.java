package org.alexnet;

// BEGIN options: java.enum LayerType of=yes
/** What a layer computes. */
public enum LayerType {
  /** Cross-correlation. */
  CONVOLUTION(0),
  /** One value of each window. */
  POOLING(1),
  /** Local response normalization. */
  LRN(2),
  /** A function of each element. */
  ACTIVATION(3),
  /** Zeroes while training. */
  DROPOUT(4),
  /** Averages that cover the input. */
  ADAPTIVE_AVERAGE_POOLING(5),
  /** y = x W^T + b. */
  FULLY_CONNECTED(6),
  /** Probabilities of classes. */
  SOFTMAX(7),
  /** As a convolution, with weights of its own at each place. */
  LOCALLY_CONNECTED(8),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  LayerType(int code) {
    this.code = code;
  }

  static LayerType of(int code) {
    for (LayerType value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
