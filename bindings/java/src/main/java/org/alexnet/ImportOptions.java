package org.alexnet;

import java.nio.file.Path;

/** How a file of weights is read. What is not given is recognised, or the file's own. */
public final class ImportOptions {
  Context context;
  String format;
  String preset;
  Path networkFile;
  Path meanFile;
  Path labelsFile;
  ChannelOrder channelOrder;
  String key;
  boolean noSoftmax;
  float scale;
  float[] meanValues = {};
  ChannelOrder inputOrder;

  /** All defaults. */
  public ImportOptions() {}

  /** Told what was assumed. */
  public ImportOptions context(Context value) {
    context = value;
    return this;
  }

  /** By default told by content. */
  public ImportOptions format(String value) {
    format = value;
    return this;
  }

  /** The network, where weights of one shape fit several. */
  public ImportOptions preset(String value) {
    preset = value;
    return this;
  }

  /** What is computed: a Caffe deploy .prototxt, or a Darknet .cfg. */
  public ImportOptions networkFile(Path value) {
    networkFile = Native.onDisk("networkFile", value);
    return this;
  }

  /** A mean.binaryproto or .npy. */
  public ImportOptions meanFile(Path value) {
    meanFile = Native.onDisk("meanFile", value);
    return this;
  }

  /** One label per line, in the order of the logits. */
  public ImportOptions labelsFile(Path value) {
    labelsFile = Native.onDisk("labelsFile", value);
    return this;
  }

  /** RGB or BGR: what the first layer and the preprocessing are turned to. */
  public ImportOptions channelOrder(ChannelOrder value) {
    channelOrder = value;
    return this;
  }

  /**
   * Which of the dictionaries of tensors in a checkpoint is the network, by the keys on the way to
   * it ({@code "ema.shadow"}); by default the one that fits.
   */
  public ImportOptions key(String value) {
    key = value;
    return this;
  }

  /** Whether a network whose description ends in logits is left so; softmax is added otherwise. */
  public ImportOptions noSoftmax(boolean value) {
    noSoftmax = value;
    return this;
  }

  /**
   * How pictures are prepared, where the file does not say it or in its place: (value - mean) *
   * scale, of values of 0..255. A mean that is not given either is the file's, else none.
   */
  public ImportOptions scale(float value) {
    scale = value;
    return this;
  }

  /**
   * What is subtracted of values of 0..255, in place of {@link #meanFile}: one number, or one for
   * each channel in the order in which the network takes them.
   */
  public ImportOptions meanValues(float... value) {
    meanValues = value.clone();
    return this;
  }

  /**
   * RGB or BGR: in which order the network in the file takes channels, where that is not what is
   * usual for its format. Nothing is turned round.
   */
  public ImportOptions inputOrder(ChannelOrder value) {
    inputOrder = value;
    return this;
  }
}
