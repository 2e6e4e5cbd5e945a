package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchingQueueTest {
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  /** Waits for a full batch far longer than a test may take. */
  private static BatchingQueue patient(Model model, int batch) {
    return new BatchingQueue(
        model, new QueueOptions().threads(1).batch(batch).maxWaitMilliseconds(60_000));
  }

  private static void awaitWaiting(BatchingQueue queue, long requests) {
    while (queue.info().waiting() != requests) {
      Thread.yield();
    }
  }

  private static <T extends Throwable> void fails(Class<T> type, Future<?> call) {
    ExecutionException thrown = assertThrows(ExecutionException.class, call::get);
    assertInstanceOf(type, thrown.getCause());
  }

  @Test
  void callersOfABatchGetTheBitsOfASession() throws Exception {
    Model model = Fixtures.model();
    try (BatchingQueue queue = patient(model, 4);
        Session session = new Session(model, Fixtures.oneThread().batch(4))) {
      model.close();
      float[] views = Fixtures.views(4);
      float[] expected = session.run(views);
      List<Future<float[]>> rows = new ArrayList<>();
      for (int i = 0; i < 4; ++i) {
        float[] own = Arrays.copyOfRange(views, i * Fixtures.VIEW, (i + 1) * Fixtures.VIEW);
        rows.add(callers.submit(() -> queue.run(own)));
      }
      for (int i = 0; i < 4; ++i) {
        int at = i * Fixtures.CLASSES;
        assertArrayEquals(
            Arrays.copyOfRange(expected, at, at + Fixtures.CLASSES), rows.get(i).get());
      }
      BatchingQueue.Info info = queue.info();
      assertTrue(info.longestWaitMilliseconds() > 0);
      assertEquals(
          new BatchingQueue.Info(
              3, 8, 8, 1, Fixtures.CLASSES, 4, 1, 4, 4, 1, 4.0, 0, 0, 0,
              info.longestWaitMilliseconds()),
          info);
    }
  }

  @Test
  void allKindsOfBuffersGiveTheSameRows() {
    try (Model model = Fixtures.model();
        BatchingQueue queue = new BatchingQueue(model)) {
      float[] views = Fixtures.views(3);
      float[] expected = queue.run(views);
      assertEquals(3 * Fixtures.CLASSES, expected.length);
      float[] rows = new float[expected.length];
      queue.run(views, rows, Limits.NONE);
      assertArrayEquals(expected, rows);
      FloatBuffer buffer = FloatBuffer.allocate(expected.length);
      queue.run(FloatBuffer.wrap(views), buffer, Limits.NONE);
      assertArrayEquals(expected, buffer.array());
    }
  }

  @Test
  void limitsEndTheWait() throws Exception {
    try (Model model = Fixtures.model();
        BatchingQueue queue = patient(model, 2);
        CancelToken token = new CancelToken()) {
      Future<float[]> waiting =
          callers.submit(() -> queue.run(Fixtures.views(1), Limits.of(token)));
      awaitWaiting(queue, 1);
      token.cancel();
      fails(AlexNetException.Cancelled.class, waiting);
      assertThrows(
          AlexNetException.DeadlineExceeded.class,
          () -> queue.run(Fixtures.views(1), Limits.of(Duration.ofMillis(500))));
      assertEquals(2, queue.info().givenUp());
    }
  }

  @Test
  void anInterruptionEndsTheWait() throws Exception {
    try (Model model = Fixtures.model();
        BatchingQueue queue = patient(model, 2)) {
      AtomicBoolean interrupted = new AtomicBoolean();
      Callable<Void> call =
          () -> {
            try {
              queue.run(Fixtures.views(1));
            } finally {
              interrupted.set(Thread.interrupted());
            }
            return null;
          };
      Future<Void> waiting = callers.submit(call);
      awaitWaiting(queue, 1);
      callers.shutdownNow();
      fails(AlexNetException.Cancelled.class, waiting);
      assertTrue(interrupted.get());
    }
  }

  @Test
  void shuttingDownFinishesOrCancelsWhatWaits() throws Exception {
    try (Model model = Fixtures.model()) {
      for (boolean now : new boolean[] {false, true}) {
        try (BatchingQueue queue = patient(model, 2)) {
          Future<float[]> waiting = callers.submit(() -> queue.run(Fixtures.views(1)));
          awaitWaiting(queue, 1);
          if (now) {
            queue.shutdownNow();
            fails(AlexNetException.Cancelled.class, waiting);
          } else {
            queue.shutdown();
            assertEquals(Fixtures.CLASSES, waiting.get().length);
          }
          assertThrows(
              AlexNetException.FailedPrecondition.class, () -> queue.run(Fixtures.views(1)));
        }
      }
    }
  }

  @Test
  void closingFinishesWhatIsInside() throws Exception {
    try (Model model = Fixtures.model()) {
      BatchingQueue queue = patient(model, 2);
      // Less than it would wait for another.
      Limits limits = Limits.of(Duration.ofSeconds(20));
      Future<float[]> waiting = callers.submit(() -> queue.run(Fixtures.views(1), limits));
      awaitWaiting(queue, 1);
      queue.close();
      queue.close();
      assertEquals(Fixtures.CLASSES, waiting.get().length);
      assertThrows(IllegalStateException.class, () -> queue.run(Fixtures.views(1)));
      assertThrows(IllegalStateException.class, queue::info);
    }
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    QueueOptions options =
        new QueueOptions().threads(1).batch(2).capacity(1).whenFull(WhenFull.REFUSE);
    try (Model model = Fixtures.model();
        BatchingQueue queue = new BatchingQueue(model, options)) {
      AtomicBoolean met = new AtomicBoolean();
      Callable<Void> call =
          () -> {
            float[] many = Fixtures.views(500);
            while (!met.get()) {
              try {
                queue.run(many);
              } catch (AlexNetException.FailedPrecondition full) {
                assertEquals("capacity", full.field());
                met.set(true);
              }
            }
            return null;
          };
      for (Future<Void> caller : List.of(callers.submit(call), callers.submit(call))) {
        caller.get();
      }
      assertTrue(queue.info().refused() > 0);
    }
  }

  @Test
  void badInputConcernsItsOwnCallOnly() throws Exception {
    try (Model model = Fixtures.model();
        BatchingQueue queue = patient(model, 2)) {
      Future<float[]> good = callers.submit(() -> queue.run(Fixtures.views(1)));
      awaitWaiting(queue, 1);
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> queue.run(new float[Fixtures.VIEW - 1]));
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> queue.run(Fixtures.views(1), new float[3], Limits.NONE));
      float[] broken = Fixtures.views(1);
      broken[100] = Float.NaN;
      for (float value : queue.run(broken)) {
        assertTrue(Float.isNaN(value));
      }
      for (float value : good.get()) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    try (Model model = Fixtures.model()) {
      AlexNetException.InvalidArgument thrown =
          assertThrows(
              AlexNetException.InvalidArgument.class,
              () -> new BatchingQueue(model, new QueueOptions().capacity(1_048_577)));
      assertEquals("capacity", thrown.field());
    }
  }
}
