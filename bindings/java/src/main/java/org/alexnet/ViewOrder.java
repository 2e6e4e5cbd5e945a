package org.alexnet;

/** The order of the five crops of ten-crop testing; their mirrors follow. */
public enum ViewOrder {
  /** Corners row by row, centre. */
  CAFFE(0),
  /** Upper corners, centre, lower corners. */
  CONVNET(1);

  final int code;

  ViewOrder(int code) {
    this.code = code;
  }

  static ViewOrder of(int code) {
    for (ViewOrder value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("ViewOrder " + code);
  }
}
