package org.alexnet;

/** How a data set is packed. Not given or 0 is the default. */
public final class PackOptions {
  // BEGIN options: java.fields pack_options
  Context context;
  int resize;
  int quality;
  long shardSamples;
  int threads;
  long maxPixels;
  long seed;
  boolean strict;
  // END options

  /** All defaults. */
  public PackOptions() {}

  // BEGIN options: java.accessors pack_options class=PackOptions
  /** Told of broken pictures. */
  public PackOptions context(Context value) {
    context = value;
    return this;
  }

  /** The shorter side, and the square that is cut out; 8 to 4,096 pixels; by default 256. */
  public PackOptions resize(int value) {
    resize = Native.notNegative("resize", value);
    return this;
  }

  /** Quality of the JPEGs; 1 to 100; by default 92. */
  public PackOptions quality(int value) {
    quality = Native.notNegative("quality", value);
    return this;
  }

  /** Pictures in a shard; 1 to 1,048,576; by default 4,096. */
  public PackOptions shardSamples(long value) {
    shardSamples = Native.notNegative("shardSamples", value);
    return this;
  }

  /** Threads that decode pictures; 0 to 1,024; by default as many as the process may use. */
  public PackOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Most pixels of a picture; one that has more counts as broken; by default 100,000,000. */
  public PackOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /**
   * What the order in the shards starts from; they are shuffled, so that reading them in order is as
   * good.
   */
  public PackOptions seed(long value) {
    seed = value;
    return this;
  }

  /** Stops at the first broken picture. */
  public PackOptions strict(boolean value) {
    strict = value;
    return this;
  }
  // END options
}
