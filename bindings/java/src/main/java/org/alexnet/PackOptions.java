package org.alexnet;

/** How a data set is packed. Not given or 0 is the default. */
public final class PackOptions {
  int resize;
  int quality;
  long shardSamples;
  int threads;
  long maxPixels;
  long seed;
  boolean strict;
  Context context;

  /** All defaults. */
  public PackOptions() {}

  /** Pixels of the shorter side, and of the square that is cut out; by default 256. */
  public PackOptions resize(int value) {
    resize = Native.notNegative("resize", value);
    return this;
  }

  /** Of JPEG, 1 to 100; by default 92. */
  public PackOptions quality(int value) {
    quality = Native.notNegative("quality", value);
    return this;
  }

  /** Pictures of a shard; by default 4096. */
  public PackOptions shardSamples(long value) {
    shardSamples = Native.notNegative("shardSamples", value);
    return this;
  }

  /** By default all there are. */
  public PackOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Larger pictures are broken; by default 100,000,000. */
  public PackOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }

  /** Of the order in the shards. */
  public PackOptions seed(long value) {
    seed = value;
    return this;
  }

  /** Stop at the first broken picture. */
  public PackOptions strict(boolean value) {
    strict = value;
    return this;
  }

  /** Told of broken pictures. */
  public PackOptions context(Context value) {
    context = value;
    return this;
  }
}
