package org.alexnet;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/**
 * A fixed number of sessions of one model for any number of threads, such as those of a server: a
 * thread waits for a free session, and the engine's own threads stay as many as the sessions have.
 * They share the model's weights. Thread safe.
 */
public final class SessionPool implements AutoCloseable {
  private final List<Session> all = new ArrayList<>();
  private final BlockingQueue<Session> free;

  /** With {@code size} sessions; for a server, {@code options} of one thread each do most work. */
  public SessionPool(Model model, SessionOptions options, int size) {
    if (size < 1) {
      throw AlexNetException.invalid("size", "must be at least 1, not " + size);
    }
    free = new ArrayBlockingQueue<>(size);
    try {
      for (int i = 0; i < size; ++i) {
        Session session = new Session(model, options);
        all.add(session);
        free.add(session);
      }
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /**
   * Runs {@code work} on a session that no other thread has, and gives what it gives.
   *
   * @throws InterruptedException where the thread is interrupted while it waits
   */
  public <T> T with(Function<Session, T> work) throws InterruptedException {
    Objects.requireNonNull(work, "work");
    Session session = free.take();
    try {
      return work.apply(session);
    } finally {
      free.add(session);
    }
  }

  /** Closes the sessions; work that runs finishes first. */
  @Override
  public void close() {
    all.forEach(Session::close);
  }
}
