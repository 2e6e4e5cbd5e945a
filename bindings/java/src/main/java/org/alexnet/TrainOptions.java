package org.alexnet;

import java.nio.file.Path;
import java.util.Objects;

/** A training run: a folder in, a model out. Not given or 0 is the default. */
public final class TrainOptions {
  // BEGIN options: java.fields train_options
  Context context;
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
  String devices;
  Parallel parallel;
  Launcher launcher;
  RateScaling rateScaling;
  String classWeights;
  boolean changeParallel;
  // END options

  /** A run from the pictures of {@code data} to the model in {@code out}. */
  public TrainOptions(Path data, Path out) {
    data(Objects.requireNonNull(data, "data"));
    out(Objects.requireNonNull(out, "out"));
  }

  // BEGIN options: java.accessors train_options class=TrainOptions
  /** Told of choices and warnings. */
  public TrainOptions context(Context value) {
    context = value;
    return this;
  }

  /**
   * Folder with one folder of pictures per class, or train/ and val/ with one per class each, or
   * shards (*.tar).
   */
  public TrainOptions data(Path value) {
    data = Native.onDisk("data", value);
    return this;
  }

  /**
   * Folder for last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's events; made if missing.
   */
  public TrainOptions out(Path value) {
    out = Native.onDisk("out", value);
    return this;
  }

  /** The network, by the name of a preset; or else {@code network}; by default alexnet. */
  public TrainOptions preset(String value) {
    preset = value;
    return this;
  }

  /** A network whose number of classes is the data's. */
  public TrainOptions network(Network value) {
    network = value;
    return this;
  }

  /** Side of the preset's square input, in pixels; 0 to 4,096; by default the preset's own. */
  public TrainOptions inputSize(long value) {
    inputSize = Native.notNegative("inputSize", value);
    return this;
  }

  /** Changes to the network's recipe. */
  public TrainOptions recipe(Recipe value) {
    recipe = value;
    return this;
  }

  /**
   * Goes on with the run in {@code out}, of which only the number of epochs may change: what else is
   * said of it must be as it was.
   */
  public TrainOptions resume(boolean value) {
    resume = value;
    return this;
  }

  /** Holds no pictures out. */
  public TrainOptions noValidation(boolean value) {
    noValidation = value;
    return this;
  }

  /**
   * Share of the training pictures that is held out where there is no validation folder; 0 to 0.99;
   * by default 0.1.
   */
  public TrainOptions validationFraction(double value) {
    validationFraction = Native.notNegative("validationFraction", value);
    return this;
  }

  /** What everything random starts from; by default 1. */
  public TrainOptions seed(long value) {
    seed = value;
    return this;
  }

  /** Compute threads of the CPU; 0 to 1,024; by default as many as the process may use. */
  public TrainOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Threads that decode pictures; 0 to 1,024; by default as many as the process may use. */
  public TrainOptions loaderThreads(int value) {
    loaderThreads = Native.notNegative("loaderThreads", value);
    return this;
  }

  /** Stops at the first broken picture. */
  public TrainOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Stops with "diverged" where the loss does not move or layers are dead, in place of a warning. */
  public TrainOptions stopWhenStuck(boolean value) {
    stopWhenStuck = value;
    return this;
  }

  /** Most pixels of a picture; one that has more counts as broken; by default 100,000,000. */
  public TrainOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /** Updates between two lines of metrics; at least 1; by default 20. */
  public TrainOptions logEvery(long value) {
    logEvery = Native.notNegative("logEvery", value);
    return this;
  }

  /** Updates between two checkpoints within an epoch; by default only at its end. */
  public TrainOptions checkpointEvery(long value) {
    checkpointEvery = Native.notNegative("checkpointEvery", value);
    return this;
  }

  /**
   * Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU if there is one) or
   * "reference"; by default "cpu", or what a resumed run was computed on.
   */
  public TrainOptions device(String value) {
    device = value;
    return this;
  }

  /** What a GPU computes in; a resumed run goes on as before. */
  public TrainOptions precision(Precision value) {
    precision = value;
    return this;
  }

  /**
   * Times a GPU's algorithms first and takes the fastest; runs may then differ in their last bits.
   */
  public TrainOptions tune(boolean value) {
    tune = value;
    return this;
  }

  /**
   * Several devices that train together, in place of {@code device}, with commas between: "cpu,cpu",
   * or GPUs: "cuda:0,cuda:1"; by default one, {@code device}. The batch is that of all together, and
   * {@code threads} and {@code loaderThreads} are divided among them.
   */
  public TrainOptions devices(String value) {
    devices = value;
    return this;
  }

  /** How {@code devices} divide the network; by default data. */
  public TrainOptions parallel(Parallel value) {
    parallel = Objects.requireNonNull(value, "parallel");
    return this;
  }

  /**
   * Who started the ranks that train together; by default local. With mpi each process is a rank: all
   * are started with the same options, and each computes on its {@code device}, or on the one of
   * {@code devices} that has the rank's number on its machine ("cuda": the GPU of that number);
   * {@code threads} and {@code loaderThreads} are those of each process.
   */
  public TrainOptions launcher(Launcher value) {
    launcher = Objects.requireNonNull(value, "launcher");
    return this;
  }

  /** How the learning rate follows the batch; by default none. */
  public TrainOptions rateScaling(RateScaling value) {
    rateScaling = Objects.requireNonNull(value, "rateScaling");
    return this;
  }

  /**
   * What the loss of a picture counts, by its class: "balanced" (the inverse of the classes' shares),
   * a list such as "cat=2,dog=0.5" (1 where not named), or a path that ends in .json, of an object of
   * such or an array of weights for all; by default all alike. Their mean over the training pictures
   * is made 1.
   */
  public TrainOptions classWeights(String value) {
    classWeights = value;
    return this;
  }

  /**
   * Goes on with a run by {@code parallel}, also where that is data: else data stands for the plan of
   * before, where as many devices go on.
   */
  public TrainOptions changeParallel(boolean value) {
    changeParallel = value;
    return this;
  }
  // END options
}
