package org.alexnet;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
    future.whenComplete(
        (result, failure) -> {
          token.cancel();
          token.close();
        });
    try {
      executor.execute(
          () -> {
            if (future.isDone()) {
              return;
            }
            try {
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
