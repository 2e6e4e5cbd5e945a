package org.alexnet;

import java.util.Objects;

/**
 * What a picture goes through: it is resized, cropped to the network's input, put in channel order
 * and normalized, with value in 0..255: out = (value * scale - mean[c, y, x]) / stddev[c].
 */
public final class Preprocessing {
  ChannelOrder channelOrder = ChannelOrder.RGB;
  ResizeRule resizeRule = ResizeRule.NONE;
  ResizeFilter resizeFilter = ResizeFilter.ANTIALIASED_BILINEAR;
  int resize;
  int cropHeight;
  int cropWidth;
  float scale = 1;
  MeanKind meanKind = MeanKind.NONE;
  float[] mean = new float[3];
  float[] stddev = {1, 1, 1};
  ViewOrder viewOrder = ViewOrder.CAFFE;
  float[] colorStddev = new float[3];
  float[] colorAxes = new float[9];
  float[] meanImage;
  int meanImageHeight;
  int meanImageWidth;

  /** Pixels as they are: RGB, 0..255. */
  public Preprocessing() {}

  /** Order of the channels that the network gets. */
  public Preprocessing channelOrder(ChannelOrder value) {
    channelOrder = Objects.requireNonNull(value, "channelOrder");
    return this;
  }

  /** Order of the channels that the network gets. */
  public ChannelOrder channelOrder() {
    return channelOrder;
  }

  /** How a picture is resized. */
  public Preprocessing resizeRule(ResizeRule value) {
    resizeRule = Objects.requireNonNull(value, "resizeRule");
    return this;
  }

  /** How a picture is resized. */
  public ResizeRule resizeRule() {
    return resizeRule;
  }

  /** How pixels are interpolated. */
  public Preprocessing resizeFilter(ResizeFilter value) {
    resizeFilter = Objects.requireNonNull(value, "resizeFilter");
    return this;
  }

  /** How pixels are interpolated. */
  public ResizeFilter resizeFilter() {
    return resizeFilter;
  }

  /** Pixels; 0: the crop's shorter side. */
  public Preprocessing resize(int value) {
    resize = value;
    return this;
  }

  /** Pixels; 0: the crop's shorter side. */
  public int resize() {
    return resize;
  }

  /** Pixels; 0: the network's input. */
  public Preprocessing cropHeight(int value) {
    cropHeight = value;
    return this;
  }

  /** Pixels; 0: the network's input. */
  public int cropHeight() {
    return cropHeight;
  }

  /** Pixels; 0: the network's input. */
  public Preprocessing cropWidth(int value) {
    cropWidth = value;
    return this;
  }

  /** Pixels; 0: the network's input. */
  public int cropWidth() {
    return cropWidth;
  }

  /** Factor of a value in 0..255. */
  public Preprocessing scale(float value) {
    scale = value;
    return this;
  }

  /** Factor of a value in 0..255. */
  public float scale() {
    return scale;
  }

  /** What is subtracted. */
  public Preprocessing meanKind(MeanKind value) {
    meanKind = Objects.requireNonNull(value, "meanKind");
    return this;
  }

  /** What is subtracted. */
  public MeanKind meanKind() {
    return meanKind;
  }

  /** In the model's channel order. */
  public Preprocessing mean(float[] value) {
    mean = Native.sized("mean", value, 3);
    return this;
  }

  /** In the model's channel order. */
  public float[] mean() {
    return mean.clone();
  }

  /** Divisors, in the model's channel order. */
  public Preprocessing stddev(float[] value) {
    stddev = Native.sized("stddev", value, 3);
    return this;
  }

  /** Divisors, in the model's channel order. */
  public float[] stddev() {
    return stddev.clone();
  }

  /** Order of the ten crops. */
  public Preprocessing viewOrder(ViewOrder value) {
    viewOrder = Objects.requireNonNull(value, "viewOrder");
    return this;
  }

  /** Order of the ten crops. */
  public ViewOrder viewOrder() {
    return viewOrder;
  }

  /** Square roots of the eigenvalues of the training colours, RGB, 0..255; zeros: unknown (section 4.1 of the paper). */
  public Preprocessing colorStddev(float[] value) {
    colorStddev = Native.sized("colorStddev", value, 3);
    return this;
  }

  /** Square roots of the eigenvalues of the training colours, RGB, 0..255; zeros: unknown (section 4.1 of the paper). */
  public float[] colorStddev() {
    return colorStddev.clone();
  }

  /** Their unit eigenvectors as rows. */
  public Preprocessing colorAxes(float[] value) {
    colorAxes = Native.sized("colorAxes", value, 9);
    return this;
  }

  /** Their unit eigenvectors as rows. */
  public float[] colorAxes() {
    return colorAxes.clone();
  }

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
