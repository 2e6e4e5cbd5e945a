package org.alexnet;

// BEGIN options: java.enum ResizeFilter of=yes
/** Whose interpolation is reproduced, pixel by pixel. */
public enum ResizeFilter {
  /** Pillow's and torchvision's. */
  ANTIALIASED_BILINEAR(0),
  /** OpenCV's INTER_LINEAR. */
  OPENCV_LINEAR(1),
  /** OpenCV's INTER_AREA, INTER_CUBIC to enlarge (cuda-convnet2). */
  OPENCV_AREA(2),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

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
    return UNKNOWN;
  }
}
// END options
