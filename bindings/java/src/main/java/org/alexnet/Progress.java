package org.alexnet;

/**
 * Called now and then from the thread that made a call. An exception stops the call, which then
 * throws it.
 */
@FunctionalInterface
public interface Progress {
  /** {@code done} of {@code total} steps are finished. */
  void update(long done, long total);
}
