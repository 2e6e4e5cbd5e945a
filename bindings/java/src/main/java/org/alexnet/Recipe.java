package org.alexnet;

/**
 * How a network is trained. What is not given (null) is as the network's own recipe says. A recipe
 * that was read has everything.
 */
public final class Recipe {
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

  /** With nothing given. */
  public Recipe() {}

  /** Images of a step. */
  public Recipe batch(int value) {
    batch = value;
    return this;
  }

  /** Images of a step. Null where it is not given. */
  public Integer batch() {
    return batch;
  }

  /** Passes over the training pictures. */
  public Recipe epochs(int value) {
    epochs = value;
    return this;
  }

  /** Passes over the training pictures. Null where it is not given. */
  public Integer epochs() {
    return epochs;
  }

  /** Learning rate. */
  public Recipe rate(float value) {
    rate = value;
    return this;
  }

  /** Learning rate. Null where it is not given. */
  public Float rate() {
    return rate;
  }

  /** Share of the last step that is kept. */
  public Recipe momentum(float value) {
    momentum = value;
    return this;
  }

  /** Share of the last step that is kept. Null where it is not given. */
  public Float momentum() {
    return momentum;
  }

  /** Pull of the weights to 0, times the learning rate. */
  public Recipe weightDecay(float value) {
    weightDecay = value;
    return this;
  }

  /** Pull of the weights to 0, times the learning rate. Null where it is not given. */
  public Float weightDecay() {
    return weightDecay;
  }

  /** How the learning rate changes. */
  public Recipe schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** How the learning rate changes. Null where it is not given. */
  public Schedule schedule() {
    return schedule;
  }

  /** Of the schedule. */
  public Recipe factor(float value) {
    factor = value;
    return this;
  }

  /** Of the schedule. Null where it is not given. */
  public Float factor() {
    return factor;
  }

  /** Fractions of all epochs, rising, within (0, 1). */
  public Recipe milestones(float[] value) {
    milestones = value.clone();
    return this;
  }

  /** Fractions of all epochs, rising, within (0, 1). Null where it is not given. */
  public float[] milestones() {
    return milestones == null ? null : milestones.clone();
  }

  /** Plateau: epochs without a better top-1 error. */
  public Recipe patience(int value) {
    patience = value;
    return this;
  }

  /** Plateau: epochs without a better top-1 error. Null where it is not given. */
  public Integer patience() {
    return patience;
  }

  /** Plateau: how often the rate is cut. */
  public Recipe maxCuts(int value) {
    maxCuts = value;
    return this;
  }

  /** Plateau: how often the rate is cut. Null where it is not given. */
  public Integer maxCuts() {
    return maxCuts;
  }

  /** Of the poly schedule. */
  public Recipe power(float value) {
    power = value;
    return this;
  }

  /** Of the poly schedule. Null where it is not given. */
  public Float power() {
    return power;
  }

  /** Over which the rate rises from 0. */
  public Recipe warmupEpochs(float value) {
    warmupEpochs = value;
    return this;
  }

  /** Over which the rate rises from 0. Null where it is not given. */
  public Float warmupEpochs() {
    return warmupEpochs;
  }

  /** What is cut out of a picture. */
  public Recipe crop(Crop value) {
    crop = value;
    return this;
  }

  /** What is cut out of a picture. Null where it is not given. */
  public Crop crop() {
    return crop;
  }

  /** Pixels of mean colour around a picture before a random crop. */
  public Recipe pad(int value) {
    pad = value;
    return this;
  }

  /** Pixels of mean colour around a picture before a random crop. Null where it is not given. */
  public Integer pad() {
    return pad;
  }

  /** Half of the pictures left-right. */
  public Recipe mirror(boolean value) {
    mirror = value;
    return this;
  }

  /** Half of the pictures left-right. Null where it is not given. */
  public Boolean mirror() {
    return mirror;
  }

  /** PCA colour noise (section 4.1 of the paper); 0: off. */
  public Recipe colorSigma(float value) {
    colorSigma = value;
    return this;
  }

  /** PCA colour noise (section 4.1 of the paper); 0: off. Null where it is not given. */
  public Float colorSigma() {
    return colorSigma;
  }

  /** Bring noisy pictures back to their range. */
  public Recipe rescaleAfterNoise(boolean value) {
    rescaleAfterNoise = value;
    return this;
  }

  /** Bring noisy pictures back to their range. Null where it is not given. */
  public Boolean rescaleAfterNoise() {
    return rescaleAfterNoise;
  }

  /** 0 to 1: what the true class gives to all. */
  public Recipe labelSmoothing(float value) {
    labelSmoothing = value;
    return this;
  }

  /** 0 to 1: what the true class gives to all. Null where it is not given. */
  public Float labelSmoothing() {
    return labelSmoothing;
  }

  /** Largest L2 norm of all gradients; 0: off. */
  public Recipe clipGradientNorm(float value) {
    clipGradientNorm = value;
    return this;
  }

  /** Largest L2 norm of all gradients; 0: off. Null where it is not given. */
  public Float clipGradientNorm() {
    return clipGradientNorm;
  }

  /** Which are given, as the bits of alexnet.h. */
  long given() {
    Object[] all = {
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
      clipGradientNorm
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
