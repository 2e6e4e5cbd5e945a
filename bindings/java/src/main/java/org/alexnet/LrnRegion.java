package org.alexnet;

// BEGIN options: java.enum LrnRegion of=yes
/** What a window of response normalization spans. */
public enum LrnRegion {
  /** {@code size} neighbouring channels at one position. */
  ACROSS_CHANNELS(0),
  /** {@code size} x {@code size} positions of one channel. */
  WITHIN_CHANNEL(1),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  LrnRegion(int code) {
    this.code = code;
  }

  static LrnRegion of(int code) {
    for (LrnRegion value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
