package org.alexnet;

import java.nio.file.Path;

/** What is timed. Not given or 0 is the default. */
public final class BenchmarkOptions {
  String preset;
  Path model;
  boolean training;
  String device;
  Precision precision;
  boolean tune;
  int threads;
  long batch;
  DType weights;
  double seconds;
  long seed;

  /** All defaults. */
  public BenchmarkOptions() {}

  /** A preset with initial values, by default "alexnet"; or else a model. */
  public BenchmarkOptions preset(String value) {
    preset = value;
    return this;
  }

  /** A model file. */
  public BenchmarkOptions model(Path value) {
    model = value;
    return this;
  }

  /** Time training steps, not inference. */
  public BenchmarkOptions training(boolean value) {
    training = value;
    return this;
  }

  /** Name of a device: "cpu" (the default), "cuda:0", or "auto" for a GPU if there is one. */
  public BenchmarkOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; by default 32-bit floats. */
  public BenchmarkOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Time a GPU's algorithms first and take the fastest; runs may then differ in their last bits.
   */
  public BenchmarkOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** By default all there are. */
  public BenchmarkOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** By default 1, training 128. */
  public BenchmarkOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the weights of fully connected layers are kept. */
  public BenchmarkOptions weights(DType value) {
    weights = value;
    return this;
  }

  /** At least this long; by default 5. */
  public BenchmarkOptions seconds(double value) {
    seconds = Native.notNegative("seconds", value);
    return this;
  }

  /** Of the values; by default 1. */
  public BenchmarkOptions seed(long value) {
    seed = value;
    return this;
  }
}
