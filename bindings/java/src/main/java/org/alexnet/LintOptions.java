package org.alexnet;

/** How a data set is looked through. Not given or 0 is the default. */
public final class LintOptions {
  // BEGIN options: java.fields lint_options
  int threads;
  long maxPixels;
  // END options

  /** All defaults. */
  public LintOptions() {}

  // BEGIN options: java.accessors lint_options class=LintOptions
  /** Threads that decode pictures; 0 to 1,024; by default as many as the process may use. */
  public LintOptions threads(int value) {
    threads = Native.notNegative("threads", value);
    return this;
  }

  /** Most pixels of a picture; one that has more counts as broken; by default 100,000,000. */
  public LintOptions maxPixels(long value) {
    maxPixels = Native.notNegative("maxPixels", value);
    return this;
  }
  // END options
}
