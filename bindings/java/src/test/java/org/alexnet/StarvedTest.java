package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the system starts few threads there are fewer, never the end of the virtual machine. */
class StarvedTest {
  private static final int WANTED = 4;
  // The session's own beside its caller, a queue's, and some that the virtual machine may
  // start meanwhile.
  private static final int ENOUGH = WANTED - 1 + 1 + 16;

  private static native boolean leaveRoot();

  /** Of the user, those that run already among them. */
  private static native boolean limitThreads(int threads);

  @BeforeAll
  static void becomeAUserWhoRunsNothingElse() {
    System.load(
        Path.of("bindings/java/src/test/native/libthread_limit_jni.so")
            .toAbsolutePath()
            .toString());
    assumeTrue(leaveRoot(), "only root can become a user who runs nothing else");
  }

  /** From enough of them down to none. */
  private static int[] furtherThreads() {
    return IntStream.iterate(ENOUGH, more -> more >= 0, more -> more - 1).toArray();
  }

  private static void allow(int more) throws IOException {
    assertTrue(limitThreads((int) Fixtures.status("Threads") + more));
  }

  @Test
  void sessionsComputeOnFewer() throws IOException {
    float[] views = Fixtures.views(5);
    try (Model model = Fixtures.model();
        Session usual = new Session(model, Fixtures.oneThread())) {
      float[] expected = usual.run(views);
      for (int more : furtherThreads()) {
        allow(more);
        try (Session session = new Session(model, new SessionOptions().threads(WANTED))) {
          int threads = session.info().threads();
          assertTrue(threads >= 1 && threads <= WANTED, more + " more: " + threads);
          assertTrue(threads == WANTED || more < ENOUGH);
          assertTrue(threads == 1 || more > 0);
          assertArrayEquals(expected, session.run(views), 1e-5F);
        }
      }
    }
  }

  @Test
  void queuesAnswerOrSayWhyTheyCannotBeMade() throws IOException {
    float[] view = Fixtures.views(1);
    try (Model model = Fixtures.model();
        Session usual = new Session(model, Fixtures.oneThread())) {
      float[] expected = usual.run(view);
      for (int more : furtherThreads()) {
        allow(more);
        try (BatchingQueue queue = new BatchingQueue(model, new QueueOptions().threads(WANTED))) {
          assertArrayEquals(expected, queue.run(view), 1e-5F);
        } catch (AlexNetException.OutOfMemory refusal) {
          assertTrue(more < ENOUGH, refusal.getMessage());
        }
      }
    }
  }
}
