package org.alexnet;

/** How a picture is resized. */
public enum ResizeRule {
  /** Warped to the crop where sizes differ. */
  NONE(0),
  /** The shorter side to a length. */
  SHORT_SIDE(1),
  /** Both sides to a length, as Caffe. */
  WARP(2);

  final int code;

  ResizeRule(int code) {
    this.code = code;
  }

  static ResizeRule of(int code) {
    for (ResizeRule value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("ResizeRule " + code);
  }
}
