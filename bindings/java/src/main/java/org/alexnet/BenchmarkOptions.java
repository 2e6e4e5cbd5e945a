package org.alexnet;

import java.nio.file.Path;
import java.util.Objects;

/** What is timed. Not given or 0 is the default. */
public final class BenchmarkOptions {
  // BEGIN options: java.fields benchmark_options
  String preset;
  Path model;
  boolean training;
  String device;
  int threads;
  long batch;
  WeightType weightDtype;
  Precision precision;
  boolean tune;
  double seconds;
  long seed;
  String devices;
  Parallel parallel;
  // END options

  /** All defaults. */
  public BenchmarkOptions() {}

  // BEGIN options: java.accessors benchmark_options class=BenchmarkOptions
  /** A preset with initial values; or else {@code model}; by default alexnet. */
  public BenchmarkOptions preset(String value) {
    preset = value;
    return this;
  }

  /** A model file. */
  public BenchmarkOptions model(Path value) {
    model = Native.onDisk("model", value);
    return this;
  }

  /** Times training steps, not inference. */
  public BenchmarkOptions training(boolean value) {
    training = value;
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public BenchmarkOptions device(String value) {
    device = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public BenchmarkOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Pictures in one run; 0 to 65,536; by default 1, of training 128. */
  public BenchmarkOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the CPU keeps the weights of fully connected layers; sums are float32; by default f32. */
  public BenchmarkOptions weightDtype(WeightType value) {
    weightDtype = value;
    return this;
  }

  /** What a GPU computes in. */
  public BenchmarkOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public BenchmarkOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** At least this long, and five runs, after a warm-up; 0 to 3,600; by default 5. */
  public BenchmarkOptions seconds(double value) {
    seconds = Native.notNegative("seconds", value);
    return this;
  }

  /** What the values start from; by default 1. */
  public BenchmarkOptions seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Several devices that work together, in place of {@code device}, with commas between: "cpu,cpu",
   * or GPUs: "cuda:0,cuda:1"; by default one, {@code device}. The batch is that of all together, and
   * {@code threads} are divided among them.
   */
  public BenchmarkOptions devices(String value) {
    devices = value;
    return this;
  }

  /** How {@code devices} divide the network; by default data. */
  public BenchmarkOptions parallel(Parallel value) {
    parallel = Objects.requireNonNull(value, "parallel");
    return this;
  }
  // END options
}
