package org.alexnet;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * What stops one long call of this thread: the caller's token, or an interruption of the thread. It
 * has a native token of its own, since that of the caller may be another call's too.
 */
final class Watch implements AutoCloseable {
  // Of the innermost call of this thread; a callback may make more.
  private static final ThreadLocal<Watch> CURRENT = new ThreadLocal<>();

  /** Of all that blocks, Java closes a channel from the thread that interrupts. */
  private final class Interruption extends AbstractInterruptibleChannel {
    @Override
    protected void implCloseChannel() {
      cancel();
    }

    void await() {
      begin();
    }

    void finish() {
      try {
        end(true);
      } catch (IOException interrupted) {
        // The call says so itself, unless it was done before; the thread stays interrupted.
      }
    }
  }

  private final Watch outer = CURRENT.get();
  private final Interruption interruption = new Interruption();
  private final CancelToken given;
  private final Handle.Use givenUse;
  private long address;

  /** Begins to watch, also {@code given} where it is not null. */
  Watch(CancelToken given) {
    this.given = given;
    givenUse = given == null ? Handle.Use.NOTHING : given.use();
    address = Native.cancelTokenCreate();
    if (given != null) {
      given.add(this);
      if (Native.cancelTokenCancelled(givenUse.address())) {
        cancel();
      }
    }
    CURRENT.set(this);
    interruption.await();
  }

  /** Of the token that the call is given. */
  long address() {
    return address;
  }

  synchronized void cancel() {
    if (address != 0) {
      Native.cancelTokenCancel(address);
    }
  }

  /** After a callback of this thread, in which other channels may have taken the place. */
  static void resume() {
    Watch current = CURRENT.get();
    if (current != null) {
      current.interruption.await();
    }
  }

  @Override
  public void close() {
    interruption.finish();
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    if (given != null) {
      given.remove(this);
    }
    synchronized (this) {
      Native.cancelTokenFree(address);
      address = 0;
    }
    givenUse.close();
  }
}
