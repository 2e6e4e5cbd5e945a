package org.alexnet;

import java.util.function.LongConsumer;

/** What holds native memory. Closing it twice is once. */
abstract class NativeObject implements AutoCloseable {
  private final Handle handle;

  NativeObject(String what, long address, LongConsumer free, Handle.Use... kept) {
    handle = Handle.of(this, what, address, free, kept);
  }

  /** Enters the native object, or throws IllegalStateException where it is closed. */
  final Handle.Use use() {
    return handle.use();
  }

  /**
   * Frees the native memory. Calls that run on it in other threads finish first; later ones throw
   * {@link IllegalStateException}.
   */
  @Override
  public void close() {
    handle.close();
  }
}
