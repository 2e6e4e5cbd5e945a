package org.alexnet;

/**
 * How a network is trained. What is not given (null) is as the network's own recipe says. A recipe
 * that was read has everything.
 */
public final class Recipe {
  // BEGIN options: java.fields recipe given=some
  Integer batch;
  Integer epochs;
  Float rate;
  Float momentum;
  Float weightDecay;
  Schedule schedule;
  Float factor;
  float[] milestones;
  Integer patience;
  Integer maxCuts;
  Float power;
  Float warmupEpochs;
  Crop crop;
  Integer pad;
  Boolean mirror;
  Float colorSigma;
  Boolean rescaleAfterNoise;
  Float labelSmoothing;
  Float clipGradientNorm;
  ClassBalance classBalance;
  // END options

  /** With nothing given. */
  public Recipe() {}

  // BEGIN options: java.accessors recipe given=some class=Recipe
  /** Pictures in one update; 1 to 65,536. */
  public Recipe batch(int value) {
    batch = Native.notNegative("batch", value);
    return this;
  }

  /** Pictures in one update; 1 to 65,536. Null: not given. */
  public Integer batch() {
    return batch;
  }

  /** Passes over the training pictures; 1 to 1,000,000. */
  public Recipe epochs(int value) {
    epochs = Native.notNegative("epochs", value);
    return this;
  }

  /** Passes over the training pictures; 1 to 1,000,000. Null: not given. */
  public Integer epochs() {
    return epochs;
  }

  /** Learning rate at the start; 0 to 1e6. */
  public Recipe rate(float value) {
    rate = value;
    return this;
  }

  /** Learning rate at the start; 0 to 1e6. Null: not given. */
  public Float rate() {
    return rate;
  }

  /** Share of an update that the next one repeats (section 5 of the paper); 0 to 0.9999. */
  public Recipe momentum(float value) {
    momentum = value;
    return this;
  }

  /**
   * Share of an update that the next one repeats (section 5 of the paper); 0 to 0.9999. Null: not
   * given.
   */
  public Float momentum() {
    return momentum;
  }

  /** Pull of the weights towards 0, times the learning rate (section 5 of the paper); 0 to 1,000. */
  public Recipe weightDecay(float value) {
    weightDecay = value;
    return this;
  }

  /**
   * Pull of the weights towards 0, times the learning rate (section 5 of the paper); 0 to 1,000.
   * Null: not given.
   */
  public Float weightDecay() {
    return weightDecay;
  }

  /** How the learning rate changes. */
  public Recipe schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** How the learning rate changes. Null: not given. */
  public Schedule schedule() {
    return schedule;
  }

  /** Step and plateau: what a cut multiplies the rate by; 0 to 1. */
  public Recipe factor(float value) {
    factor = value;
    return this;
  }

  /** Step and plateau: what a cut multiplies the rate by; 0 to 1. Null: not given. */
  public Float factor() {
    return factor;
  }

  /** Step: where the rate is cut, in fractions of all epochs that rise and lie between 0 and 1. */
  public Recipe milestones(float[] value) {
    milestones = value.clone();
    return this;
  }

  /**
   * Step: where the rate is cut, in fractions of all epochs that rise and lie between 0 and 1. Null:
   * not given.
   */
  public float[] milestones() {
    return milestones == null ? null : milestones.clone();
  }

  /** Plateau: epochs without a better top-1 error before a cut; 1 to 1,000,000. */
  public Recipe patience(int value) {
    patience = Native.notNegative("patience", value);
    return this;
  }

  /** Plateau: epochs without a better top-1 error before a cut; 1 to 1,000,000. Null: not given. */
  public Integer patience() {
    return patience;
  }

  /** Plateau: cuts at most; the paper made three; 0 to 1,000,000. */
  public Recipe maxCuts(int value) {
    maxCuts = Native.notNegative("maxCuts", value);
    return this;
  }

  /** Plateau: cuts at most; the paper made three; 0 to 1,000,000. Null: not given. */
  public Integer maxCuts() {
    return maxCuts;
  }

  /** Poly: the exponent; 0 to 100. */
  public Recipe power(float value) {
    power = value;
    return this;
  }

  /** Poly: the exponent; 0 to 100. Null: not given. */
  public Float power() {
    return power;
  }

  /** Epochs in which the rate rises linearly from a tenth; 0 to 1e6. */
  public Recipe warmupEpochs(float value) {
    warmupEpochs = value;
    return this;
  }

  /** Epochs in which the rate rises linearly from a tenth; 0 to 1e6. Null: not given. */
  public Float warmupEpochs() {
    return warmupEpochs;
  }

  /** What training sees of a picture. */
  public Recipe crop(Crop value) {
    crop = value;
    return this;
  }

  /** What training sees of a picture. Null: not given. */
  public Crop crop() {
    return crop;
  }

  /**
   * Margin of mean colour put around the resized picture before a random crop: shifts, where pictures
   * are no larger than the crop; 0 to 1,024 pixels.
   */
  public Recipe pad(int value) {
    pad = Native.notNegative("pad", value);
    return this;
  }

  /**
   * Margin of mean colour put around the resized picture before a random crop: shifts, where pictures
   * are no larger than the crop; 0 to 1,024 pixels. Null: not given.
   */
  public Integer pad() {
    return pad;
  }

  /** Mirrors half of the pictures left-right. */
  public Recipe mirror(boolean value) {
    mirror = value;
    return this;
  }

  /** Mirrors half of the pictures left-right. Null: not given. */
  public Boolean mirror() {
    return mirror;
  }

  /** Standard deviation of the PCA colour noise (section 4.1 of the paper); 0 to 10; 0: none. */
  public Recipe colorSigma(float value) {
    colorSigma = value;
    return this;
  }

  /**
   * Standard deviation of the PCA colour noise (section 4.1 of the paper); 0 to 10; 0: none. Null:
   * not given.
   */
  public Float colorSigma() {
    return colorSigma;
  }

  /** Divides by 1 + the colour noise's deviation afterwards, as the 2012 code does. */
  public Recipe rescaleAfterNoise(boolean value) {
    rescaleAfterNoise = value;
    return this;
  }

  /**
   * Divides by 1 + the colour noise's deviation afterwards, as the 2012 code does. Null: not given.
   */
  public Boolean rescaleAfterNoise() {
    return rescaleAfterNoise;
  }

  /** Share of the target that goes to all classes alike; 0 to 0.999. */
  public Recipe labelSmoothing(float value) {
    labelSmoothing = value;
    return this;
  }

  /** Share of the target that goes to all classes alike; 0 to 0.999. Null: not given. */
  public Float labelSmoothing() {
    return labelSmoothing;
  }

  /** Largest L2 norm of all gradients together; 0: any. */
  public Recipe clipGradientNorm(float value) {
    clipGradientNorm = value;
    return this;
  }

  /** Largest L2 norm of all gradients together; 0: any. Null: not given. */
  public Float clipGradientNorm() {
    return clipGradientNorm;
  }

  /** What makes up for classes of different sizes in training. */
  public Recipe classBalance(ClassBalance value) {
    classBalance = value;
    return this;
  }

  /** What makes up for classes of different sizes in training. Null: not given. */
  public ClassBalance classBalance() {
    return classBalance;
  }
  // END options

  /** Which are given, as the bits of alexnet.h. */
  long given() {
    Object[] all = {
      // BEGIN options: java.names recipe
      batch,
      epochs,
      rate,
      momentum,
      weightDecay,
      schedule,
      factor,
      milestones,
      patience,
      maxCuts,
      power,
      warmupEpochs,
      crop,
      pad,
      mirror,
      colorSigma,
      rescaleAfterNoise,
      labelSmoothing,
      clipGradientNorm,
      classBalance
      // END options
    };
    long bits = 0;
    for (int i = 0; i < all.length; ++i) {
      if (all[i] != null) {
        bits |= 1L << i;
      }
    }
    return bits;
  }
}
