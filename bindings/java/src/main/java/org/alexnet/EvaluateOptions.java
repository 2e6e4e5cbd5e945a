package org.alexnet;

/** How a model is evaluated. Not given or 0 is the default. */
public final class EvaluateOptions {
  String device;
  Precision precision;
  boolean tune;
  int threads;
  int loaderThreads;
  long batch;
  DType weights;
  boolean tenCrop;
  boolean strict;
  long maxPixels;
  Context context;

  /** All defaults. */
  public EvaluateOptions() {}

  /** Name of a device: "cpu" (the default), "cuda:0", or "auto" for a GPU if there is one. */
  public EvaluateOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; by default 32-bit floats. */
  public EvaluateOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Time a GPU's algorithms first and take the fastest; runs may then differ in their last bits.
   */
  public EvaluateOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Compute threads; by default all there are. */
  public EvaluateOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Decoding threads; by default all there are. */
  public EvaluateOptions loaderThreads(int value) {
    loaderThreads = Native.notNegative("loaderThreads", value);
    return this;
  }

  /** Pictures at a time; by default 32. */
  public EvaluateOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the weights of fully connected layers are kept. */
  public EvaluateOptions weights(DType value) {
    weights = value;
    return this;
  }

  /** Average the probabilities of ten views of a picture. */
  public EvaluateOptions tenCrop(boolean value) {
    tenCrop = value;
    return this;
  }

  /** Stop at the first broken picture. */
  public EvaluateOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Larger pictures are broken; by default 100,000,000. */
  public EvaluateOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /** Told of broken pictures. */
  public EvaluateOptions context(Context value) {
    context = value;
    return this;
  }
}
