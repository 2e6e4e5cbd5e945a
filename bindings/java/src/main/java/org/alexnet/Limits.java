package org.alexnet;

import java.time.Duration;
import java.util.Objects;

/**
 * What long calls watch, between their steps: a batch, a file, a pass over the network.
 *
 * <p>Each call that has them watches one thing more, given or not: when its thread is interrupted,
 * or was before, it throws {@link AlexNetException.Cancelled} soon, and the thread stays
 * interrupted.
 *
 * @param cancel stops the call, or null
 * @param timeout from the start of the call on, or null; positive
 */
public record Limits(CancelToken cancel, Duration timeout) {
  /** Neither. */
  public static final Limits NONE = new Limits(null, null);

  /** Checks the timeout. */
  public Limits {
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw AlexNetException.invalid("timeout", "must be positive, not " + timeout);
    }
  }

  /** Stops when {@code cancel} says so. */
  public static Limits of(CancelToken cancel) {
    return new Limits(Objects.requireNonNull(cancel, "cancel"), null);
  }

  /** Stops when {@code timeout} is over. */
  public static Limits of(Duration timeout) {
    return new Limits(null, Objects.requireNonNull(timeout, "timeout"));
  }

  /** For one call of this thread, until it is closed. */
  Watch watch() {
    return new Watch(cancel);
  }

  double seconds() {
    return timeout == null ? 0 : timeout.getSeconds() + timeout.getNano() * 1e-9;
  }
}
