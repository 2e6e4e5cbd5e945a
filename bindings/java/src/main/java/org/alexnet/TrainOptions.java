package org.alexnet;

import java.nio.file.Path;
import java.util.Objects;

/** A training run: a folder in, a model out. Not given or 0 is the default. */
public final class TrainOptions {
  Path data;
  Path out;
  String preset;
  Network network;
  long inputSize;
  Recipe recipe;
  boolean resume;
  boolean noValidation;
  double validationFraction;
  long seed;
  int threads;
  int loaderThreads;
  boolean strict;
  boolean stopWhenStuck;
  long maxPixels;
  long logEvery;
  long checkpointEvery;
  String device;
  Precision precision;
  boolean tune;
  Context context;

  /** A folder with one folder per class, shards, or train/ and val/ of either kind. */
  public TrainOptions data(Path value) {
    data = value;
    return this;
  }

  /** Gets last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's events; made if missing. */
  public TrainOptions out(Path value) {
    out = value;
    return this;
  }

  /** The network, by default "alexnet"; or else: */
  public TrainOptions preset(String value) {
    preset = value;
    return this;
  }

  /** A network whose class count is the data's. */
  public TrainOptions network(Network value) {
    network = value;
    return this;
  }

  /** Pixels of the square input; by default the preset's own. */
  public TrainOptions inputSize(long value) {
    inputSize = Native.notNegative("inputSize", value);
    return this;
  }

  /** Changes to the recipe of the network. */
  public TrainOptions recipe(Recipe value) {
    recipe = value;
    return this;
  }

  /** Go on with the run in the folder {@code out}; only the epochs may change. */
  public TrainOptions resume(boolean value) {
    resume = value;
    return this;
  }

  /** Hold nothing out. */
  public TrainOptions noValidation(boolean value) {
    noValidation = value;
    return this;
  }

  /** Held out where there is no val/; by default 0.1. */
  public TrainOptions validationFraction(double value) {
    validationFraction = Native.notNegative("validationFraction", value);
    return this;
  }

  /** Of all chance; by default 1. */
  public TrainOptions seed(long value) {
    seed = value;
    return this;
  }

  /** Compute threads; by default all there are. */
  public TrainOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Decoding threads; by default all there are. */
  public TrainOptions loaderThreads(int value) {
    loaderThreads = Native.notNegative("loaderThreads", value);
    return this;
  }

  /** Stop at the first broken picture. */
  public TrainOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Throw {@link AlexNetException.Diverged} where a run does not learn, instead of a warning. */
  public TrainOptions stopWhenStuck(boolean value) {
    stopWhenStuck = value;
    return this;
  }

  /** Larger pictures are broken; by default 100,000,000. */
  public TrainOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /** Steps between lines of metrics; by default 20. */
  public TrainOptions logEvery(long value) {
    logEvery = Native.notNegative("logEvery", value);
    return this;
  }

  /** Steps between checkpoints; by default only at the end of an epoch. */
  public TrainOptions checkpointEvery(long value) {
    checkpointEvery = Native.notNegative("checkpointEvery", value);
    return this;
  }

  /** Name of a device: "cpu" (the default), "cuda:0", or "auto" for a GPU if there is one. */
  public TrainOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; by default 32-bit floats. */
  public TrainOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Time a GPU's algorithms first and take the fastest; runs may then differ in their last bits.
   */
  public TrainOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /** Told of choices and warnings. */
  public TrainOptions context(Context value) {
    context = value;
    return this;
  }

  /** A run from the pictures of {@code data} to the model in {@code out}. */
  public TrainOptions(Path data, Path out) {
    this.data = Objects.requireNonNull(data, "data");
    this.out = Objects.requireNonNull(out, "out");
  }
}
