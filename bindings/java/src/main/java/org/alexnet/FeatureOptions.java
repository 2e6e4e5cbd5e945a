package org.alexnet;

/** How pictures go through a model. Not given or 0 is the default. */
public final class FeatureOptions {
  // BEGIN options: java.fields feature_options
  Context context;
  String device;
  int threads;
  int loaderThreads;
  long batch;
  WeightType weightDtype;
  Precision precision;
  boolean tune;
  boolean strict;
  long maxPixels;
  // END options

  /** All defaults. */
  public FeatureOptions() {}

  // BEGIN options: java.accessors feature_options class=FeatureOptions
  /** Kept as long as the features; warned of broken pictures. */
  public FeatureOptions context(Context value) {
    context = value;
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public FeatureOptions device(String value) {
    device = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public FeatureOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Threads that decode pictures; 0 to 1,024; by default as many as the process may use. */
  public FeatureOptions loaderThreads(int value) {
    loaderThreads = Native.notNegative("loaderThreads", value);
    return this;
  }

  /** Pictures computed at a time; 0 to 65,536; by default 32. */
  public FeatureOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the CPU keeps the weights of fully connected layers; sums are float32; by default f32. */
  public FeatureOptions weightDtype(WeightType value) {
    weightDtype = value;
    return this;
  }

  /** What a GPU computes in. */
  public FeatureOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public FeatureOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Stops at the first broken picture. */
  public FeatureOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Most pixels of a picture; one that has more counts as broken; by default 100,000,000. */
  public FeatureOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }
  // END options
}
