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
  HYBRID(2);

  final int code;

  Parallel(int code) {
    this.code = code;
  }
}
// END options
