package org.alexnet;

import java.util.List;

/** How a model is compiled for a device. Not given or 0 is the default. */
public final class SessionOptions {
  String device;
  Precision precision;
  boolean tune;
  int threads;
  long batch;
  DType weights;
  boolean tenCrop;
  long maxPixels;
  Context context;

  /** All defaults. */
  public SessionOptions() {}

  /** Name of a device: "cpu" (the default), "cuda:0", or "auto" for a GPU if there is one. */
  public SessionOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; by default 32-bit floats. */
  public SessionOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Time a GPU's algorithms first and take the fastest; runs may then differ in their last bits.
   */
  public SessionOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Compute threads; by default as many as the process may use. With one, calls run on the caller's thread. */
  public SessionOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Views computed at a time; by default 1, or 10 for ten crops. */
  public SessionOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the weights of fully connected layers are kept; sums are 32-bit floats. */
  public SessionOptions weights(DType value) {
    weights = value;
    return this;
  }

  /** Average the probabilities of ten views of a picture. */
  public SessionOptions tenCrop(boolean value) {
    tenCrop = value;
    return this;
  }

  /** Larger pictures are refused; by default 100,000,000. */
  public SessionOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /** Told of choices and warnings. */
  public SessionOptions context(Context value) {
    context = value;
    return this;
  }

  List<String> activations = List.of();

  /** Layers whose outputs {@link Session#activation} gives. */
  public SessionOptions activations(String... layers) {
    activations = List.of(layers);
    return this;
  }

  byte[][] activationNames() {
    return Native.texts(activations);
  }
}
