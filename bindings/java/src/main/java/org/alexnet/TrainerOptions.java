package org.alexnet;

/** How a {@link Trainer} computes. Not given or 0 is the default. */
public final class TrainerOptions {
  String device;
  Precision precision;
  boolean tune;
  int threads;
  long batch;
  float labelSmoothing;
  long seed;

  /** All defaults. */
  public TrainerOptions() {}

  /** Name of a device: "cpu" (the default), "cuda:0", or "auto" for a GPU if there is one. */
  public TrainerOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; by default 32-bit floats. */
  public TrainerOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Time a GPU's algorithms first and take the fastest; runs may then differ in their last bits.
   */
  public TrainerOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** By default all there are. */
  public TrainerOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Images of a step; by default 128. */
  public TrainerOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** 0 to 1: what the true class gives to all. */
  public TrainerOptions labelSmoothing(float value) {
    labelSmoothing = value;
    return this;
  }

  /** Of dropout; by default 1. */
  public TrainerOptions seed(long value) {
    seed = value;
    return this;
  }
}
