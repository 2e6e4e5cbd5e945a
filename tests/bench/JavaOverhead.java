import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.alexnet.FullyConnectedOptions;
import org.alexnet.Limits;
import org.alexnet.Model;
import org.alexnet.Network;
import org.alexnet.Session;
import org.alexnet.SessionOptions;

/**
 * What a call costs in Java more than in C: one-layer network, batch 1, one thread, medians of
 * rounds that take turns. JavaOverhead CALL_IN_C
 */
public final class JavaOverhead {
  private static final int CALLS = 20_000;
  private static final int ROUNDS = 31;

  private static double time(Runnable call) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS; ++i) {
      call.run();
    }
    return (System.nanoTime() - start) / (double) CALLS;
  }

  private static double timeInC(String program, Path model)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program, model.toString(), "" + CALLS).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(program + " failed");
    }
    return Double.parseDouble(said.trim());
  }

  private static double median(double[] rounds) {
    Arrays.sort(rounds);
    return rounds[rounds.length / 2];
  }

  public static void main(String[] words) throws IOException, InterruptedException {
    Path path = Files.createTempFile("one_layer", ".alexnet");
    try (Network network = new Network("one_layer", 3, 1, 1)) {
      network.addFullyConnected("fc", new FullyConnectedOptions(2));
      try (Model model = Model.initial(network, 1)) {
        model.save(path);
      }
    }
    try (Model model = Model.load(path);
        Session session = new Session(model, new SessionOptions().threads(1))) {
      FloatBuffer view =
          ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).asFloatBuffer();
      FloatBuffer row =
          ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).asFloatBuffer();
      float[] views = {1, 2, 3};
      float[] rows = new float[2];
      view.put(0, views);
      double[] inC = new double[ROUNDS];
      double[] direct = new double[ROUNDS];
      double[] arrays = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; ++i) {
        inC[i] = timeInC(words[0], path);
        direct[i] = time(() -> session.run(view, row, Limits.NONE));
        arrays[i] = time(() -> session.run(views, rows, Limits.NONE));
      }
      double base = median(inC);
      System.out.printf("one layer, batch 1      ns a call   over C%n");
      System.out.printf("C                      %10.1f%n", base);
      System.out.printf(
          "Java, direct buffers   %10.1f %8.1f%n", median(direct), median(direct) - base);
      System.out.printf(
          "Java, float[]          %10.1f %8.1f%n", median(arrays), median(arrays) - base);
    } finally {
      Files.delete(path);
    }
  }
}
