package org.alexnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What many tests begin with. */
final class Fixtures {
  static final int VIEW = 3 * 8 * 8;
  static final int CLASSES = 4;

  private Fixtures() {}

  /** A network for pictures of 8 x 8 pixels in four classes. */
  static Network network() {
    return new Network("tiny", 3, 8, 8)
        .addConvolution("conv1", new ConvolutionOptions(4, Window.of(3, 1, 1)))
        .addRelu("relu1")
        .addPooling("pool1", new PoolingOptions(Window.of(2, 2, 0)))
        .addFullyConnected("fc2", new FullyConnectedOptions(CLASSES))
        .addSoftmax("prob");
  }

  static Model model() {
    try (Network network = network()) {
      return Model.initial(network, 7);
    }
  }

  static SessionOptions oneThread() {
    return new SessionOptions().threads(1);
  }

  /** Numbers that are no pattern. */
  static float[] views(int count) {
    float[] views = new float[count * VIEW];
    for (int i = 0; i < views.length; ++i) {
      views[i] = (float) Math.sin(i * 0.7);
    }
    return views;
  }

  /** Drawn pictures, a few of each class. */
  static Path pictures(Path folder) {
    Path data = folder.resolve("data");
    Dataset.drawShapes(data, 3, 8, 2);
    return data;
  }

  static Path onePicture(Path data) throws IOException {
    try (var files = Files.walk(data.resolve("val"))) {
      return files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    }
  }

  /** Waits until the thread is in that native method, or is no more. */
  static void awaitNative(Thread thread, String method) {
    while (thread.isAlive()) {
      StackTraceElement[] stack = thread.getStackTrace();
      if (stack.length > 0 && stack[0].getMethodName().equals(method)) {
        return;
      }
      Thread.yield();
    }
  }

  /** A call of twenty seconds, which tests stop. */
  static BenchmarkOptions twentySeconds() {
    return new BenchmarkOptions().preset("lenet5").threads(1).seconds(20);
  }

  /** Kilobytes of a line of /proc/self/status, or a count. */
  static long status(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException(field);
  }
}
