package org.alexnet;

import java.util.Objects;

/**
 * Where messages for a person go. Thread safe. What is given a context keeps it alive, so that it
 * may be closed first.
 */
public final class Context extends NativeObject {
  /** Told of messages, one line each, by one thread at a time but by any. */
  @FunctionalInterface
  public interface Log {
    /** An exception that it throws is dropped. */
    void message(LogLevel level, String message);
  }

  /** Passes on messages of {@code least} and graver. */
  public Context(Log log, LogLevel least) {
    super("Context", create(log, least), Native::contextFree);
  }

  /** Passes a line on as the library's own are. */
  public void log(LogLevel level, String message) {
    byte[] text = Native.text("message", message);
    try (Handle.Use context = use()) {
      Native.contextLog(context.address(), level.code, text);
    }
  }

  private static long create(Log log, LogLevel least) {
    Objects.requireNonNull(log, "log");
    return Native.contextCreate(
        (level, message) -> {
          try {
            log.message(LogLevel.of(level), Spelling.inJava(message));
          } catch (RuntimeException dropped) {
            // As promised: a log must not stop the engine.
          } finally {
            Watch.resume();
          }
        },
        least.code);
  }

  /** What native code calls. */
  interface Sink {
    void message(int level, String message);
  }

  static Handle.Use use(Context context) {
    return context == null ? Handle.Use.NOTHING : context.use();
  }
}
