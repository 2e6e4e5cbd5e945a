package org.alexnet;

import java.util.Objects;

/** How a model is evaluated. Not given or 0 is the default. */
public final class EvaluateOptions {
  // BEGIN options: java.fields evaluate_options
  Context context;
  String device;
  int threads;
  int loaderThreads;
  long batch;
  WeightType weightDtype;
  Precision precision;
  boolean tune;
  boolean tenCrop;
  boolean strict;
  long maxPixels;
  String devices;
  Parallel parallel;
  // END options

  /** All defaults. */
  public EvaluateOptions() {}

  // BEGIN options: java.accessors evaluate_options class=EvaluateOptions
  /** Told of broken pictures. */
  public EvaluateOptions context(Context value) {
    context = value;
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public EvaluateOptions device(String value) {
    device = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public EvaluateOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Threads that decode pictures; 0 to 1,024; by default as many as the process may use. */
  public EvaluateOptions loaderThreads(int value) {
    loaderThreads = Native.notNegative("loaderThreads", value);
    return this;
  }

  /** Views computed at a time; 0 to 65,536; by default 32, or 30 for ten crops. */
  public EvaluateOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the CPU keeps the weights of fully connected layers; sums are float32; by default f32. */
  public EvaluateOptions weightDtype(WeightType value) {
    weightDtype = value;
    return this;
  }

  /** What a GPU computes in. */
  public EvaluateOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public EvaluateOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Averages the probabilities of ten views of each picture (section 4.1 of the paper). */
  public EvaluateOptions tenCrop(boolean value) {
    tenCrop = value;
    return this;
  }

  /** Stops at the first broken picture. */
  public EvaluateOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Most pixels of a picture; one that has more counts as broken; by default 100,000,000. */
  public EvaluateOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /**
   * Several devices that predict together, in place of {@code device}, with commas between:
   * "cpu,cpu", or GPUs: "cuda:0,cuda:1"; by default one, {@code device}. {@code threads} are divided
   * among them; of a plan other than {@code towers}, so is a batch, which has a view for each at
   * least.
   */
  public EvaluateOptions devices(String value) {
    devices = value;
    return this;
  }

  /** How {@code devices} divide the network; by default data. */
  public EvaluateOptions parallel(Parallel value) {
    parallel = Objects.requireNonNull(value, "parallel");
    return this;
  }
  // END options
}
