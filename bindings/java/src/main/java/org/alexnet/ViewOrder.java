package org.alexnet;

// BEGIN options: java.enum ViewOrder of=yes
/** Order of the five crops of ten-crop testing; their mirrors follow. */
public enum ViewOrder {
  /** Top left, top right, bottom left, bottom right, centre. */
  CAFFE(0),
  /** Top left, top right, centre, bottom left, bottom right. */
  CONVNET(1),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

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
    return UNKNOWN;
  }
}
// END options
