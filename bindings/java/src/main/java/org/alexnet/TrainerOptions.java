package org.alexnet;

/** How a {@link Trainer} computes. Not given or 0 is the default. */
public final class TrainerOptions {
  // BEGIN options: java.fields trainer_options
  String device;
  Precision precision;
  boolean tune;
  int threads;
  long batch;
  float labelSmoothing;
  long seed;
  // END options

  /** All defaults. */
  public TrainerOptions() {}

  // BEGIN options: java.accessors trainer_options class=TrainerOptions
  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public TrainerOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in. */
  public TrainerOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public TrainerOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public TrainerOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Pictures in one update; 1 to 65,536; by default 128. */
  public TrainerOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** Share of the target that goes to all classes alike; 0 to 0.999. */
  public TrainerOptions labelSmoothing(float value) {
    labelSmoothing = value;
    return this;
  }

  /** What dropout starts from; by default 1. */
  public TrainerOptions seed(long value) {
    seed = value;
    return this;
  }
  // END options
}
