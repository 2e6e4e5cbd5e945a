package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncTest {
  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void theFutureHasTheResult(@TempDir Path folder) throws Exception {
    Path picture = Fixtures.onePicture(Fixtures.pictures(folder));
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      assertEquals(
          session.predict(picture, 2),
          Async.call(executor, limits -> session.predict(picture, 2, limits)).join());
    }
  }

  @Test
  void orTheException() {
    CompletableFuture<Model> future =
        Async.call(executor, limits -> Model.load(Path.of("/no/such.alexnet")));
    CompletionException thrown = assertThrows(CompletionException.class, future::join);
    assertInstanceOf(AlexNetException.NotFound.class, thrown.getCause());
  }

  @Test
  void cancellingStopsTheCall() throws Exception {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    CompletableFuture<AlexNet.BenchmarkReport> future =
        Async.call(
            executor,
            limits -> {
              caller.complete(Thread.currentThread());
              try {
                AlexNet.BenchmarkReport report =
                    AlexNet.benchmark(Fixtures.twentySeconds(), limits);
                stopped.complete(null);
                return report;
              } catch (RuntimeException failure) {
                stopped.complete(failure);
                throw failure;
              }
            });
    Fixtures.awaitNative(caller.get(), "benchmark");
    assertTrue(future.cancel(true));
    assertInstanceOf(AlexNetException.Cancelled.class, stopped.get());
  }

  @Test
  void cancellingComesInTimeForACallThatIsAboutToBeMade() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    CompletableFuture<Boolean> future =
        Async.call(
            executor,
            limits -> {
              inside.countDown();
              await(cancelled);
              return stopped.complete(
                  assertThrows(
                      RuntimeException.class,
                      () -> AlexNet.benchmark(Fixtures.twentySeconds(), limits)));
            });
    inside.await();
    future.cancel(true);
    cancelled.countDown();
    assertInstanceOf(AlexNetException.Cancelled.class, stopped.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void whatHasNotBegunIsNotMade() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    Queue<Limits> made = new ArrayDeque<>();
    CompletableFuture<Boolean> future = Async.call(waiting::add, made::add);
    future.cancel(true);
    waiting.remove().run();
    assertTrue(made.isEmpty());
  }

  @Test
  void anExecutorMayRefuse() {
    executor.shutdown();
    assertThrows(
        RejectedExecutionException.class, () -> Async.call(executor, limits -> limits));
  }
}
