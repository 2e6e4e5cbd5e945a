package org.alexnet;

// BEGIN options: java.enum WhenFull
/** What a call does that finds a batching queue full. */
public enum WhenFull {
  /** It waits for room, as long as its limits allow. */
  WAIT(0),
  /** It fails at once. */
  REFUSE(1);

  final int code;

  WhenFull(int code) {
    this.code = code;
  }
}
// END options
