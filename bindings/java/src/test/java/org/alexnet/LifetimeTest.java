package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  private static <T> List<T> together(int threads, Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> started = new ArrayList<>();
      for (int i = 0; i < threads; ++i) {
        started.add(pool.submit(work));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : started) {
        results.add(each.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void memoryStaysFlatOverManyObjects() throws Exception {
    byte[] bytes;
    try (Model model = Fixtures.model()) {
      bytes = model.toBytes();
    }
    long after = 0;
    for (int i = 0; i < 100_000; ++i) {
      try (Model model = Model.of(bytes, "cycle")) {
        if (i % 100 == 0) {
          try (Session session = new Session(model, Fixtures.oneThread())) {
            session.run(Fixtures.views(1));
          }
        }
      }
      if (i == 20_000) {
        System.gc();
        after = Fixtures.status("VmRSS");
      }
    }
    System.gc();
    long grown = Fixtures.status("VmRSS") - after;
    // A leak of 400 bytes a model would be 32 MB.
    assertTrue(grown < 24 * 1024, "grew by " + grown + " kB");
  }

  @Test
  void eightThreadsShareOneModel() throws Exception {
    float[] views = Fixtures.views(2);
    try (Model model = Fixtures.model();
        Session alone = new Session(model, Fixtures.oneThread())) {
      float[] expected = alone.run(views);
      together(
          8,
          () -> {
            try (Session session = new Session(model, Fixtures.oneThread())) {
              for (int i = 0; i < 200; ++i) {
                assertArrayEquals(expected, session.run(views));
              }
            }
            return null;
          });
    }
  }

  @Test
  void closingWhileOthersRunGivesAResultOrAnException() throws Exception {
    float[] views = Fixtures.views(1);
    int ran = 0;
    int refused = 0;
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Model model = Fixtures.model();
        Session alone = new Session(model, Fixtures.oneThread())) {
      float[] expected = alone.run(views);
      for (int i = 0; i < 10_000; ++i) {
        Session session = new Session(model, Fixtures.oneThread());
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Boolean> runner =
            pool.submit(
                () -> {
                  start.await();
                  try {
                    assertArrayEquals(expected, session.run(views));
                    return true;
                  } catch (IllegalStateException closed) {
                    return false;
                  }
                });
        start.await();
        session.close();
        if (runner.get()) {
          ++ran;
        } else {
          ++refused;
        }
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(10_000, ran + refused);
  }

  @Test
  void aSecondThreadInASessionIsRefused() throws Exception {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      float[] views = Fixtures.views(400);
      AtomicBoolean met = new AtomicBoolean();
      together(
          4,
          () -> {
            while (!met.get()) {
              try {
                session.run(views);
              } catch (AlexNetException.FailedPrecondition busy) {
                met.set(true);
              }
            }
            return null;
          });
    }
  }

  @Test
  void aServerKeepsFewNativeThreads() throws Exception {
    float[] views = Fixtures.views(1);
    try (Model model = Fixtures.model();
        SessionPool pool = new SessionPool(model, new SessionOptions().threads(2), 4)) {
      float[] expected = pool.with(session -> session.run(views));
      CountDownLatch running = new CountDownLatch(200);
      CountDownLatch counted = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      long before = Fixtures.status("Threads");
      List<Throwable> failures = new ArrayList<>();
      for (int i = 0; i < 200; ++i) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    for (int request = 0; request < 20; ++request) {
                      assertArrayEquals(expected, pool.with(session -> session.run(views)));
                    }
                    running.countDown();
                    counted.await();
                  } catch (Throwable failure) {
                    synchronized (failures) {
                      failures.add(failure);
                    }
                    running.countDown();
                  }
                });
        threads.add(thread);
        thread.start();
      }
      running.await();
      long own = Fixtures.status("Threads") - before - 200;
      counted.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), failures);
      // Each of four sessions has a worker and its team of two.
      assertTrue(own <= 4 * 2 + 8, own + " threads more");
    }
  }

  private static void forget(byte[] bytes, CountDownLatch cleaned) {
    Handle.whenUnreachable(Model.of(bytes, "forgotten"), cleaned::countDown);
  }

  @Test
  void whatIsForgottenIsFreed() throws Exception {
    byte[] bytes;
    try (Model model = Fixtures.model()) {
      bytes = model.toBytes();
    }
    long before = 0;
    CountDownLatch cleaned = new CountDownLatch(500);
    for (int i = 0; i < 4000; ++i) {
      forget(bytes, cleaned);
      if (i % 500 == 499) {
        do {
          System.gc();
        } while (!cleaned.await(20, TimeUnit.MILLISECONDS));
        cleaned = new CountDownLatch(500);
      }
      if (i == 999) {
        before = Fixtures.status("VmRSS");
      }
    }
    long grown = Fixtures.status("VmRSS") - before;
    // 3000 models with their files of more than 4 kB.
    assertTrue(grown < 12 * 1024, "grew by " + grown + " kB");
  }
}
