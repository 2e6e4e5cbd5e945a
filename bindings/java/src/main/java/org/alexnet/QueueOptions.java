package org.alexnet;

import java.util.Objects;

/** How a model is compiled for a queue, and how long that waits. Not given or 0 is the default. */
public final class QueueOptions {
  // BEGIN options: java.fields queue_options
  Context context;
  String device;
  int threads;
  long batch;
  WeightType weightDtype;
  Precision precision;
  boolean tune;
  boolean tenCrop;
  double maxWaitMilliseconds;
  long capacity;
  WhenFull whenFull;
  String devices;
  Parallel parallel;
  // END options

  /** All defaults. */
  public QueueOptions() {}

  // BEGIN options: java.accessors queue_options class=QueueOptions
  /** Kept as long as the queue. */
  public QueueOptions context(Context value) {
    context = value;
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public QueueOptions device(String value) {
    device = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public QueueOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Most samples computed together; 0 to 4,096; by default 32. */
  public QueueOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the CPU keeps the weights of fully connected layers; sums are float32; by default f32. */
  public QueueOptions weightDtype(WeightType value) {
    weightDtype = value;
    return this;
  }

  /** What a GPU computes in. */
  public QueueOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public QueueOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Averages the probabilities of ten views of each picture (section 4.1 of the paper). */
  public QueueOptions tenCrop(boolean value) {
    tenCrop = value;
    return this;
  }

  /**
   * How long a request waits for others to fill its batch; 0 to 60,000; by default what came while
   * the device was busy is computed next.
   */
  public QueueOptions maxWaitMilliseconds(double value) {
    maxWaitMilliseconds = Native.notNegative("maxWaitMilliseconds", value);
    return this;
  }

  /** Requests in a full queue; 1 to 1,048,576; by default 256. */
  public QueueOptions capacity(long value) {
    capacity = Native.notNegative("capacity", value);
    return this;
  }

  /** What a call does that finds the queue full; by default wait. */
  public QueueOptions whenFull(WhenFull value) {
    whenFull = Objects.requireNonNull(value, "whenFull");
    return this;
  }

  /**
   * Several devices that predict together, in place of {@code device}, with commas between:
   * "cpu,cpu", or GPUs: "cuda:0,cuda:1"; by default one, {@code device}. {@code threads} are divided
   * among them; of a plan other than {@code towers}, so is a batch, which has a view for each at
   * least.
   */
  public QueueOptions devices(String value) {
    devices = value;
    return this;
  }

  /** How {@code devices} divide the network; by default data. */
  public QueueOptions parallel(Parallel value) {
    parallel = Objects.requireNonNull(value, "parallel");
    return this;
  }
  // END options
}
