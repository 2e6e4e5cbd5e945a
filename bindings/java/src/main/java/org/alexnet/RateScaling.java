package org.alexnet;

// BEGIN options: java.enum RateScaling
/** How the learning rate follows the batch. */
public enum RateScaling {
  /** Not at all. */
  NONE(0),
  /**
   * In proportion to it: the rate is meant for the batch of the network's own recipe, and the first
   * five epochs warm up unless {@code warmupEpochs} says otherwise (section 2 of arXiv:1706.02677).
   */
  LINEAR(1);

  final int code;

  RateScaling(int code) {
    this.code = code;
  }
}
// END options
