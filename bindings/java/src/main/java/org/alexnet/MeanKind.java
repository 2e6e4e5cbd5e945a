package org.alexnet;

/** What is subtracted from a picture. */
public enum MeanKind {
  /** Nothing. */
  NONE(0),
  /** A number for each channel. */
  CHANNEL(1),
  /** An image, cropped where the picture is. */
  IMAGE_AT_CROP(2),
  /** An image's centre always, as the code of 2012. */
  IMAGE_AT_CENTRE(3);

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
    throw new IllegalArgumentException("MeanKind " + code);
  }
}
