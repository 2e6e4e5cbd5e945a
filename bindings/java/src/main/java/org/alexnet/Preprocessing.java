package org.alexnet;

import java.util.Objects;

/**
 * What a picture goes through: it is resized, cropped to the network's input, put in channel order
 * and normalized, with value in 0..255: out = (value * scale - mean[c, y, x]) / stddev[c].
 */
public final class Preprocessing {
  // BEGIN options: java.fields preprocessing zeros=no
  ChannelOrder channelOrder = ChannelOrder.RGB;
  ResizeRule resizeRule = ResizeRule.NONE;
  ResizeFilter resizeFilter = ResizeFilter.ANTIALIASED_BILINEAR;
  int resize;
  int cropHeight;
  int cropWidth;
  float scale = 1f;
  MeanKind meanKind = MeanKind.NONE;
  float[] mean = new float[3];
  float[] stddev = {1, 1, 1};
  ViewOrder viewOrder = ViewOrder.CAFFE;
  float[] colorStddev = new float[3];
  float[] colorAxes = new float[9];
  // END options
  float[] meanImage;
  int meanImageHeight;
  int meanImageWidth;

  /** Pixels as they are: RGB, 0..255. */
  public Preprocessing() {}

  // BEGIN options: java.accessors preprocessing class=Preprocessing getters=yes
  /** Channels of the network's input; by default rgb. */
  public Preprocessing channelOrder(ChannelOrder value) {
    channelOrder = Objects.requireNonNull(value, "channelOrder");
    return this;
  }

  /** Channels of the network's input. */
  public ChannelOrder channelOrder() {
    return channelOrder;
  }

  /** To what size a picture is brought before it is cropped; by default none. */
  public Preprocessing resizeRule(ResizeRule value) {
    resizeRule = Objects.requireNonNull(value, "resizeRule");
    return this;
  }

  /** To what size a picture is brought before it is cropped. */
  public ResizeRule resizeRule() {
    return resizeRule;
  }

  /** Whose interpolation is reproduced, pixel by pixel; by default antialiased_bilinear. */
  public Preprocessing resizeFilter(ResizeFilter value) {
    resizeFilter = Objects.requireNonNull(value, "resizeFilter");
    return this;
  }

  /** Whose interpolation is reproduced, pixel by pixel. */
  public ResizeFilter resizeFilter() {
    return resizeFilter;
  }

  /** The shorter side after resizing, or both, in pixels; by default the crop's longer side. */
  public Preprocessing resize(int value) {
    resize = Native.notNegative("resize", value);
    return this;
  }

  /** The shorter side after resizing, or both, in pixels. */
  public int resize() {
    return resize;
  }

  /** Height of the crop, and of the network's input, in pixels; by default the network's. */
  public Preprocessing cropHeight(int value) {
    cropHeight = Native.notNegative("cropHeight", value);
    return this;
  }

  /** Height of the crop, and of the network's input, in pixels. */
  public int cropHeight() {
    return cropHeight;
  }

  /** Width of the crop, and of the network's input, in pixels; by default the network's. */
  public Preprocessing cropWidth(int value) {
    cropWidth = Native.notNegative("cropWidth", value);
    return this;
  }

  /** Width of the crop, and of the network's input, in pixels. */
  public int cropWidth() {
    return cropWidth;
  }

  /** What a value of 0..255 is multiplied by before the mean is subtracted; by default 1. */
  public Preprocessing scale(float value) {
    scale = value;
    return this;
  }

  /** What a value of 0..255 is multiplied by before the mean is subtracted. */
  public float scale() {
    return scale;
  }

  /** What is subtracted of a picture; by default none. */
  public Preprocessing meanKind(MeanKind value) {
    meanKind = Objects.requireNonNull(value, "meanKind");
    return this;
  }

  /** What is subtracted of a picture. */
  public MeanKind meanKind() {
    return meanKind;
  }

  /** Of each channel, in the model's channel order. */
  public Preprocessing mean(float[] value) {
    mean = Native.sized("mean", value, 3);
    return this;
  }

  /** Of each channel, in the model's channel order. */
  public float[] mean() {
    return mean.clone();
  }

  /** What each channel is divided by, in the model's channel order; by default 1. */
  public Preprocessing stddev(float[] value) {
    stddev = Native.sized("stddev", value, 3);
    return this;
  }

  /** What each channel is divided by, in the model's channel order. */
  public float[] stddev() {
    return stddev.clone();
  }

  /** Order of the five crops of ten-crop testing; their mirrors follow; by default caffe. */
  public Preprocessing viewOrder(ViewOrder value) {
    viewOrder = Objects.requireNonNull(value, "viewOrder");
    return this;
  }

  /** Order of the five crops of ten-crop testing; their mirrors follow. */
  public ViewOrder viewOrder() {
    return viewOrder;
  }

  /**
   * Principal components of the training colours (section 4.1 of the paper), RGB, 0..255: square
   * roots of the eigenvalues. All zero: unknown, no colour noise.
   */
  public Preprocessing colorStddev(float[] value) {
    colorStddev = Native.sized("colorStddev", value, 3);
    return this;
  }

  /**
   * Principal components of the training colours (section 4.1 of the paper), RGB, 0..255: square
   * roots of the eigenvalues. All zero: unknown, no colour noise.
   */
  public float[] colorStddev() {
    return colorStddev.clone();
  }

  /** Their unit eigenvectors, one after another. */
  public Preprocessing colorAxes(float[] value) {
    colorAxes = Native.sized("colorAxes", value, 9);
    return this;
  }

  /** Their unit eigenvectors, one after another. */
  public float[] colorAxes() {
    return colorAxes.clone();
  }
  // END options

  /** (channels, height, width) in the model's channel order, for the image kinds; or null. */
  public Preprocessing meanImage(float[] value) {
    meanImage = value == null ? null : value.clone();
    return this;
  }

  /** (channels, height, width) in the model's channel order, for the image kinds; or null. */
  public float[] meanImage() {
    return meanImage == null ? null : meanImage.clone();
  }

  /** Pixels. */
  public Preprocessing meanImageHeight(int value) {
    meanImageHeight = value;
    return this;
  }

  /** Pixels. */
  public int meanImageHeight() {
    return meanImageHeight;
  }

  /** Pixels. */
  public Preprocessing meanImageWidth(int value) {
    meanImageWidth = value;
    return this;
  }

  /** Pixels. */
  public int meanImageWidth() {
    return meanImageWidth;
  }
}
