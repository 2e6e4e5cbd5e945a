package org.alexnet;

import java.util.List;
import java.util.Objects;

/** How a model is compiled for a device. Not given or 0 is the default. */
public final class SessionOptions {
  // BEGIN options: java.fields session_options
  Context context;
  String device;
  int threads;
  long batch;
  WeightType weightDtype;
  Precision precision;
  boolean tune;
  boolean tenCrop;
  List<String> activations = List.of();
  long maxPixels;
  String devices;
  Parallel parallel;
  // END options

  /** All defaults. */
  public SessionOptions() {}

  // BEGIN options: java.accessors session_options class=SessionOptions
  /** Kept as long as the session. */
  public SessionOptions context(Context value) {
    context = value;
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu".
   */
  public SessionOptions device(String value) {
    device = value;
    return this;
  }

  /**
   * Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. The caller's
   * is the first of them; the session owns the others.
   */
  public SessionOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Views computed at a time; 0 to 65,536; by default 1, or 10 for ten crops. */
  public SessionOptions batch(long value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** How the CPU keeps the weights of fully connected layers; sums are float32; by default f32. */
  public SessionOptions weightDtype(WeightType value) {
    weightDtype = value;
    return this;
  }

  /** What a GPU computes in. */
  public SessionOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public SessionOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Averages the probabilities of ten views of each picture (section 4.1 of the paper). */
  public SessionOptions tenCrop(boolean value) {
    tenCrop = value;
    return this;
  }

  /** Layers whose outputs are kept after each run. */
  public SessionOptions activations(String... value) {
    activations = List.of(value);
    return this;
  }

  /** Most pixels of a picture; one that has more is refused; by default 100,000,000. */
  public SessionOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /**
   * Several devices that predict together, in place of {@code device}, with commas between:
   * "cpu,cpu", or GPUs: "cuda:0,cuda:1"; by default one, {@code device}. {@code threads} are divided
   * among them; of a plan other than {@code towers}, so is a batch, which has a view for each at
   * least.
   */
  public SessionOptions devices(String value) {
    devices = value;
    return this;
  }

  /** How {@code devices} divide the network; by default data. */
  public SessionOptions parallel(Parallel value) {
    parallel = Objects.requireNonNull(value, "parallel");
    return this;
  }
  // END options

  byte[][] activationNames() {
    return Native.texts(activations);
  }
}
