package org.alexnet;

import java.nio.file.Path;

/** How a file of weights is written. */
public final class ExportOptions {
  Context context;
  String format;
  DType dtype;
  Path networkFile;
  boolean noNetworkFile;
  Path meanFile;
  boolean noMeanFile;
  ChannelOrder channelOrder;
  boolean stripTrainingState;
  boolean skipCheck;

  /** All defaults. */
  public ExportOptions() {}

  /** Told of what a person should know. */
  public ExportOptions context(Context value) {
    context = value;
    return this;
  }

  /** By default told by the ending of the path. */
  public ExportOptions format(String value) {
    format = value;
    return this;
  }

  /** Of the tensors; by default as in the model. */
  public ExportOptions dtype(DType value) {
    dtype = value;
    return this;
  }

  /** Where Caffe's deploy .prototxt goes; null: nowhere. By default beside the file. */
  public ExportOptions networkFile(Path value) {
    networkFile = Native.onDisk("networkFile", value);
    noNetworkFile = value == null;
    return this;
  }

  /**
   * Where Caffe's mean.binaryproto goes; null: nowhere. By default beside the file, if there is a
   * mean image.
   */
  public ExportOptions meanFile(Path value) {
    meanFile = Native.onDisk("meanFile", value);
    noMeanFile = value == null;
    return this;
  }

  /** RGB or BGR: what the first layer is turned to. */
  public ExportOptions channelOrder(ChannelOrder value) {
    channelOrder = value;
    return this;
  }

  /** Leave out what resuming needs. */
  public ExportOptions stripTrainingState(boolean value) {
    stripTrainingState = value;
    return this;
  }

  /** Do not read the file again and compare it. */
  public ExportOptions skipCheck(boolean value) {
    skipCheck = value;
    return this;
  }
}
