package org.alexnet;

// BEGIN options: java.enum ChannelOrder of=yes
/** Channels of the network's input. */
public enum ChannelOrder {
  /** Red, green, blue. */
  RGB(0),
  /** Blue, green, red, as Caffe has it. */
  BGR(1),
  /** One channel, ITU-R 601 luma. */
  GRAY(2),
  /** One that a newer library gave, unknown here; refused where it is given. */
  UNKNOWN(-1);

  final int code;

  ChannelOrder(int code) {
    this.code = code;
  }

  static ChannelOrder of(int code) {
    for (ChannelOrder value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return UNKNOWN;
  }
}
// END options
