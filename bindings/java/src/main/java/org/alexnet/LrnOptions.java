package org.alexnet;

import java.util.Objects;

/**
 * Local response normalization (section 3.3 of the paper): y = x / (k + a * sum of x^2 over a
 * window)^beta. Not given or 0 is the default.
 */
public final class LrnOptions {
  // BEGIN options: java.fields lrn zeros=no
  LrnRegion region = LrnRegion.ACROSS_CHANNELS;
  long size;
  float alpha = 1e-4f;
  boolean alphaUndivided;
  float beta = 0.75f;
  float k = 1f;
  long groups;
  // END options

  /** All defaults. */
  public LrnOptions() {}

  // BEGIN options: java.accessors lrn class=LrnOptions getters=yes
  /** What the window spans; by default across_channels. */
  public LrnOptions region(LrnRegion value) {
    region = Objects.requireNonNull(value, "region");
    return this;
  }

  /** What the window spans. */
  public LrnRegion region() {
    return region;
  }

  /** Extent of the window: channels, or pixels of a square; 1 to 1,024; by default 5. */
  public LrnOptions size(long value) {
    size = Native.notNegative("size", value);
    return this;
  }

  /** Extent of the window: channels, or pixels of a square; 1 to 1,024. */
  public long size() {
    return size;
  }

  /**
   * The factor a, times the number of the window's elements unless {@code alphaUndivided}; 0 to 1e6;
   * by default 1e-4.
   */
  public LrnOptions alpha(float value) {
    alpha = value;
    return this;
  }

  /**
   * The factor a, times the number of the window's elements unless {@code alphaUndivided}; 0 to 1e6.
   */
  public float alpha() {
    return alpha;
  }

  /** a is alpha (TensorFlow, the paper's text), not alpha divided by the number of elements. */
  public LrnOptions alphaUndivided(boolean value) {
    alphaUndivided = value;
    return this;
  }

  /** a is alpha (TensorFlow, the paper's text), not alpha divided by the number of elements. */
  public boolean alphaUndivided() {
    return alphaUndivided;
  }

  /** The exponent; 0 to 100; by default 0.75. */
  public LrnOptions beta(float value) {
    beta = value;
    return this;
  }

  /** The exponent; 0 to 100. */
  public float beta() {
    return beta;
  }

  /** What is added to the sum; the paper's is 2; 1e-6 to 1e6; by default 1. */
  public LrnOptions k(float value) {
    k = value;
    return this;
  }

  /** What is added to the sum; the paper's is 2; 1e-6 to 1e6. */
  public float k() {
    return k;
  }

  /**
   * Equal runs of channels that the window does not cross: each tower normalizes alone; 1 to
   * 16,777,216; by default 1.
   */
  public LrnOptions groups(long value) {
    groups = Native.notNegative("groups", value);
    return this;
  }

  /**
   * Equal runs of channels that the window does not cross: each tower normalizes alone; 1 to
   * 16,777,216.
   */
  public long groups() {
    return groups;
  }
  // END options
}
