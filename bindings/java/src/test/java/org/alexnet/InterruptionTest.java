package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class InterruptionTest {
  /** A call in a thread of its own: what it threw, and whether the thread was interrupted then. */
  private static final class Caller extends Thread {
    private final Executable call;
    private Throwable thrown;
    private boolean interrupted;

    Caller(Executable call) {
      this.call = call;
      start();
    }

    @Override
    public void run() {
      try {
        call.execute();
      } catch (Throwable failure) {
        thrown = failure;
      }
      interrupted = isInterrupted();
    }

    /** In native code, where nothing but the interruption stops it. */
    void interruptIn(String method) throws InterruptedException {
      Fixtures.awaitNative(this, method);
      interrupt();
      join();
      assertInstanceOf(AlexNetException.Cancelled.class, thrown);
      assertTrue(interrupted);
    }
  }

  @Test
  void aCallThatCallsNothingBackIsStopped() throws Exception {
    new Caller(() -> AlexNet.benchmark(Fixtures.twentySeconds(), Limits.NONE))
        .interruptIn("benchmark");
  }

  @Test
  void theCallersTokenIsNotCancelled() throws Exception {
    try (CancelToken token = new CancelToken()) {
      new Caller(() -> AlexNet.benchmark(Fixtures.twentySeconds(), Limits.of(token)))
          .interruptIn("benchmark");
      assertFalse(token.isCancelled());
    }
  }

  @Test
  void callbacksMayReadFilesAndMakeCalls(@TempDir Path folder) throws Exception {
    CountDownLatch calledBack = new CountDownLatch(1);
    TrainOptions options =
        new TrainOptions(Fixtures.pictures(folder), folder.resolve("run"))
            .preset("alexnet_small")
            .inputSize(32)
            .recipe(new Recipe().epochs(100_000).batch(20).rate(0.001f).warmupEpochs(0));
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      TrainListener listener =
          new TrainListener() {
            @Override
            public void onStep(Step step) {
              if (step.step() > 1) {
                return;
              }
              try {
                // Both watch for interruptions too.
                Files.writeString(folder.resolve("step"), "1");
                session.run(Fixtures.views(1));
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
              calledBack.countDown();
            }
          };
      Caller caller = new Caller(() -> Training.run(options, listener, Limits.NONE));
      calledBack.await();
      caller.interruptIn("train");
    }
  }

  @Test
  void aThreadThatWasInterruptedMakesNoCall() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      Thread.currentThread().interrupt();
      assertThrows(AlexNetException.Cancelled.class, () -> session.run(Fixtures.views(1)));
      assertTrue(Thread.interrupted());
      assertEquals(Fixtures.CLASSES, session.run(Fixtures.views(1)).length);
    }
  }

  @Test
  void anInterruptionInACallbackStopsTheCall(@TempDir Path folder) {
    AtomicBoolean again = new AtomicBoolean();
    try (Dataset dataset = Dataset.open(Fixtures.pictures(folder))) {
      assertThrows(
          AlexNetException.Cancelled.class,
          () ->
              dataset.pack(
                  folder.resolve("packed"),
                  new PackOptions().threads(1).shardSamples(10),
                  Limits.NONE,
                  (done, total) -> {
                    again.set(done == total);
                    Thread.currentThread().interrupt();
                  }));
      assertTrue(Thread.interrupted());
      assertFalse(again.get());
    }
  }
}
