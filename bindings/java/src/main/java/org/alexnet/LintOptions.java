package org.alexnet;

/** How a data set is looked over. Not given or 0 is the default. */
public final class LintOptions {
  int threads;
  long maxPixels;

  /** All defaults. */
  public LintOptions() {}

  /** Decoding threads; by default all there are. */
  public LintOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Larger pictures are a finding; by default 100,000,000. */
  public LintOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }
}
