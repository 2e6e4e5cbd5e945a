package org.alexnet;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stops long calls from another thread. Thread safe; a token stays cancelled. */
public final class CancelToken extends NativeObject {
  // Calls that run.
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  /** A token that is not cancelled. */
  public CancelToken() {
    super("CancelToken", Native.cancelTokenCreate(), Native::cancelTokenFree);
  }

  /** Makes the calls that watch the token throw {@link AlexNetException.Cancelled} soon. */
  public void cancel() {
    try (Handle.Use token = use()) {
      Native.cancelTokenCancel(token.address());
      watches.forEach(Watch::cancel);
    }
  }

  /** Whether it was cancelled. */
  public boolean isCancelled() {
    try (Handle.Use token = use()) {
      return Native.cancelTokenCancelled(token.address());
    }
  }

  void add(Watch watch) {
    watches.add(watch);
  }

  void remove(Watch watch) {
    watches.remove(watch);
  }
}
