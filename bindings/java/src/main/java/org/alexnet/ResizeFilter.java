package org.alexnet;

/** How pixels are interpolated. */
public enum ResizeFilter {
  /** As Pillow and torchvision. */
  ANTIALIASED_BILINEAR(0),
  /** INTER_LINEAR. */
  OPENCV_LINEAR(1),
  /** INTER_AREA, enlarging INTER_CUBIC. */
  OPENCV_AREA(2);

  final int code;

  ResizeFilter(int code) {
    this.code = code;
  }

  static ResizeFilter of(int code) {
    for (ResizeFilter value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("ResizeFilter " + code);
  }
}
