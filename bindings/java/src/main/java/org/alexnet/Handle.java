package org.alexnet;

import java.lang.ref.Cleaner;
import java.util.function.LongConsumer;

/**
 * The address of a native object and the count of those who use it. Closing waits for nobody: the
 * last user out frees the object, so that a call never meets freed memory.
 */
final class Handle implements Runnable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final String what;
  private final long address;
  private final LongConsumer free;
  private final Use[] kept;
  private int users;
  private boolean closed;
  private Cleaner.Cleanable cleanable;

  private Handle(String what, long address, LongConsumer free, Use[] kept) {
    this.what = what;
    this.address = address;
    this.free = free;
    this.kept = kept;
  }

  /**
   * Takes a native object for {@code owner}. What it needs of others stays alive with it: {@code
   * kept} is left when it is freed.
   */
  static Handle of(Object owner, String what, long address, LongConsumer free, Use... kept) {
    Handle handle = new Handle(what, address, free, kept);
    handle.cleanable = CLEANER.register(owner, handle);
    return handle;
  }

  /** Runs {@code action} when {@code owner} is no longer reachable. */
  static void whenUnreachable(Object owner, Runnable action) {
    CLEANER.register(owner, action);
  }

  /** Enters the object: it lives at least until the result is closed. */
  Use use() {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException(what + " is closed");
      }
      ++users;
    }
    return new Use(this);
  }

  void close() {
    cleanable.clean();
  }

  /** The cleaner's, once: after close or when the owner is gone. */
  @Override
  public void run() {
    synchronized (this) {
      closed = true;
      if (users > 0) {
        return;
      }
    }
    free();
  }

  private void leave() {
    synchronized (this) {
      if (--users > 0 || !closed) {
        return;
      }
    }
    free();
  }

  private void free() {
    free.accept(address);
    for (Use use : kept) {
      use.close();
    }
  }

  /** One stay in the object. */
  static final class Use implements AutoCloseable {
    /** Of no object: address 0. */
    static final Use NOTHING = new Use(null);

    private final Handle handle;

    private Use(Handle handle) {
      this.handle = handle;
    }

    long address() {
      return handle == null ? 0 : handle.address;
    }

    @Override
    public void close() {
      if (handle != null) {
        handle.leave();
      }
    }
  }
}
