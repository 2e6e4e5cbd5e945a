package org.alexnet;

/** A part of a data set. */
public enum Part {
  /** What is learned from. */
  TRAIN(0),
  /** What is held out. */
  VALIDATION(1);

  final int code;

  Part(int code) {
    this.code = code;
  }
}
