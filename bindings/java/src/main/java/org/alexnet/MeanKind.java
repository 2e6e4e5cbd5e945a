package org.alexnet;

// BEGIN options: java.enum MeanKind of=yes
/** What is subtracted of a picture. */
public enum MeanKind {
  /** Nothing. */
  NONE(0),
  /** A number for each channel. */
  CHANNEL(1),
  /** The mean image, cropped where the picture is (Caffe). */
  IMAGE_AT_CROP(2),
  /** The mean image's centre, wherever the picture is cropped (the 2012 code). */
  IMAGE_AT_CENTRE(3),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  MeanKind(int code) {
    this.code = code;
  }

  static MeanKind of(int code) {
    for (MeanKind value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
