package org.alexnet;

// BEGIN options: java.enum Parallel
/** How a network is divided among devices. */
public enum Parallel {
  /** By samples: a whole network on each device. */
  DATA(0),
  /**
   * By channels and units, as the paper's figure 2 has it: devices meet where a layer sees the
   * channels of others.
   */
  TOWERS(1),
  /**
   * "One weird trick" (arXiv:1404.5997): up to the first layer that gives one position by samples,
   * from there on by units.
   */
  HYBRID(2),
  /**
   * Likewise, but the layers that are divided by units see the samples of one device after
   * another's, while the next are on their way; for training.
   */
  HYBRID_IN_TURN(3),
  /**
   * Likewise, and those layers are updated after each of these sub-batches, in place of once; for
   * training.
   */
  HYBRID_SUB_BATCHES(4);

  final int code;

  Parallel(int code) {
    this.code = code;
  }
}
// END options
