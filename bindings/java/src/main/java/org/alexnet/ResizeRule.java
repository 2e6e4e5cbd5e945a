package org.alexnet;

// BEGIN options: java.enum ResizeRule of=yes
/** To what size a picture is brought before it is cropped. */
public enum ResizeRule {
  /** None: it is warped to the crop where the sizes differ. */
  NONE(0),
  /** The shorter side to {@code resize}, the aspect kept (the paper, torchvision). */
  SHORT_SIDE(1),
  /** Both sides to {@code resize}, the aspect not kept (Caffe). */
  WARP(2),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

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
    return UNKNOWN;
  }
}
// END options
