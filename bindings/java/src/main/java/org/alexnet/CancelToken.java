package org.alexnet;

/** Stops long calls from another thread. Thread safe; a token stays cancelled. */
public final class CancelToken extends NativeObject {
  /** A token that is not cancelled. */
  public CancelToken() {
    super("CancelToken", Native.cancelTokenCreate(), Native::cancelTokenFree);
  }

  /** Makes the calls that watch the token throw {@link AlexNetException.Cancelled} soon. */
  public void cancel() {
    try (Handle.Use token = use()) {
      Native.cancelTokenCancel(token.address());
    }
  }

  /** Whether it was cancelled. */
  public boolean isCancelled() {
    try (Handle.Use token = use()) {
      return Native.cancelTokenCancelled(token.address());
    }
  }
}
