package org.alexnet;

/** How a {@link Trainer} computes. Not given or 0 is the default. */
public final class TrainerOptions {
  String device;
  int threads;
  long batch;
  float labelSmoothing;
  long seed;

  /** All defaults. */
  public TrainerOptions() {}

  /** Name of a device, by default "cpu". */
  public TrainerOptions device(String value) {
    device = value;
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
