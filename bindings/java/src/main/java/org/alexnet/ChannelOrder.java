package org.alexnet;

/** The order of the channels. */
public enum ChannelOrder {
  /** Red first. */
  RGB(0),
  /** Blue first, as Caffe. */
  BGR(1),
  /** One channel. */
  GRAY(2);

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
    throw new IllegalArgumentException("ChannelOrder " + code);
  }
}
