package org.alexnet;

/** Local response normalization (section 3.3 of the paper): y = x / (k + a * sum of x^2 over {@code size} neighbours)^beta, with a = alpha / size. */
public final class LrnOptions {
  boolean withinChannel;
  boolean alphaUndivided;
  long size;
  float alpha;
  float beta;
  float k;
  long groups;

  /** All defaults. */
  public LrnOptions() {}

  /** Neighbours in the plane, not across channels. */
  public LrnOptions withinChannel(boolean value) {
    withinChannel = value;
    return this;
  }

  /** a = alpha, as in TensorFlow. */
  public LrnOptions alphaUndivided(boolean value) {
    alphaUndivided = value;
    return this;
  }

  /** Neighbours; by default 5. */
  public LrnOptions size(long value) {
    size = Native.notNegative("size", value);
    return this;
  }

  /** By default 1e-4. */
  public LrnOptions alpha(float value) {
    alpha = value;
    return this;
  }

  /** By default 0.75. */
  public LrnOptions beta(float value) {
    beta = value;
    return this;
  }

  /** By default 1; the paper's is 2. */
  public LrnOptions k(float value) {
    k = value;
    return this;
  }

  /** Runs of channels that normalize alone; by default 1. */
  public LrnOptions groups(long value) {
    groups = Native.notNegative("groups", value);
    return this;
  }
}
