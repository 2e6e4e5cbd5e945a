package org.alexnet;

// BEGIN options: java.enum Crop of=yes
/** What training sees of a picture. */
public enum Crop {
  /** Its centre. */
  CENTRE(0),
  /** Anywhere in the resized picture (section 4.1 of the paper). */
  RANDOM(1),
  /** torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4 to 4:3. */
  RANDOM_RESIZED(2),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  Crop(int code) {
    this.code = code;
  }

  static Crop of(int code) {
    for (Crop value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
