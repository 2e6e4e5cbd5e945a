package org.alexnet;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Long calls as futures. */
public final class Async {
  private Async() {}

  /**
   * Makes a call in a thread of {@code executor}:
   *
   * <pre>{@code
   * CompletableFuture<Training.Report> run =
   *     Async.call(executor, limits -> Training.run(options, listener, limits));
   * }</pre>
   *
   * <p>Cancelling the future, or completing it in any other way, stops the call, or keeps it from
   * being made.
   *
   * @param call is given the limits to pass on
   * @throws java.util.concurrent.RejectedExecutionException as {@code executor} does
   */
  public static <T> CompletableFuture<T> call(Executor executor, Function<Limits, T> call) {
    Objects.requireNonNull(call, "call");
    CancelToken token = new CancelToken();
    CompletableFuture<T> future = new CompletableFuture<>();
    // Of the call and the future's completion, the first to set it. A call that is being made may
    // look at the token at any time, so it closes the token itself.
    AtomicBoolean begun = new AtomicBoolean();
    future.whenComplete(
        (result, failure) -> {
          token.cancel();
          if (begun.compareAndSet(false, true)) {
            token.close();
          }
        });
    try {
      executor.execute(
          () -> {
            if (!begun.compareAndSet(false, true)) {
              return;
            }
            try (token) {
              future.complete(call.apply(Limits.of(token)));
            } catch (RuntimeException | Error failure) {
              future.completeExceptionally(failure);
            }
          });
    } catch (RuntimeException rejected) {
      future.completeExceptionally(rejected);
      throw rejected;
    }
    return future;
  }
}
