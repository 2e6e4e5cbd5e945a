package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {
  private static List<Path> pictures(Path folder) throws IOException {
    try (var files = Files.walk(Fixtures.pictures(folder).resolve("train"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void rowsAreWhatASessionKeeps(@TempDir Path folder) throws IOException {
    List<Path> paths = new ArrayList<>(pictures(folder));
    Path broken = folder.resolve("broken.png");
    Files.writeString(broken, "no picture");
    paths.add(1, broken);
    SessionOptions keep = Fixtures.oneThread().activations("conv1");
    FeatureOptions options = new FeatureOptions().threads(1).loaderThreads(2).batch(4);
    try (Model model = Fixtures.model();
        Session session = new Session(model, keep);
        Features features = new Features(model, "conv1", paths, options)) {
      assertEquals(List.of(1L, 4L, 8L, 8L), features.info().shape());
      assertEquals(4, features.info().batch());
      int next = 0;
      for (Features.Rows rows; (rows = features.next()) != null; ) {
        for (int i = 0; i < rows.count(); ++i) {
          next += next == 1 ? 1 : 0;
          assertEquals(next, rows.indices()[i]);
          session.predict(paths.get(next++), 1);
          assertArrayEquals(session.activation(0).values(), rows.row(i), 1e-5f);
        }
      }
      assertEquals(paths.size(), next);
      assertNull(features.next());
      assertEquals(broken.toString(), features.broken().get(0).path());
    }
    try (Model model = Fixtures.model()) {
      AlexNetException unknown =
          assertThrows(
              AlexNetException.NotFound.class, () -> new Features(model, "fc7", paths).close());
      assertTrue(unknown.getMessage().contains("fc2"), unknown.getMessage());
    }
  }

  @Test
  void nearestRowsComeFirst() {
    float[] rows = {5, 5, 0, 1, 0, 0, 3, 4};
    List<Features.Neighbour> nearest = Features.nearest(rows, new float[] {0, 0}, 3);
    assertEquals(
        List.of(
            new Features.Neighbour(2, 0),
            new Features.Neighbour(1, 1),
            new Features.Neighbour(3, 5)),
        nearest);
  }

  @Test
  void lpipsComparesPictures() {
    byte[] pixels = new byte[8 * 8 * 3];
    byte[] others = new byte[8 * 8 * 3];
    for (int i = 0; i < pixels.length; ++i) {
      pixels[i] = (byte) (i * 37);
      others[i] = (byte) (i * 53);
    }
    Image first = Image.of(pixels, 8, 8, 3);
    Image second = Image.of(others, 8, 8, 3);
    SessionOptions options = Fixtures.oneThread();
    try (Model model = Fixtures.model()) {
      assertEquals(0, Features.lpips(model, first, first, new float[0], options).total());
      Features.LpipsDistance one = Features.lpips(model, first, second, new float[0], options);
      Features.LpipsDistance half =
          Features.lpips(model, first, second, new float[] {.5f, .5f, .5f, .5f}, options);
      assertTrue(one.total() > 0);
      assertEquals(one.total(), one.layers()[0]);
      assertEquals(one.total() / 2, half.total(), 1e-9);
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> Features.lpips(model, first, second, new float[3], options));
    }
  }

  @Test
  void inputGradientsAreDifferencesOfScores() {
    SessionOptions options = new SessionOptions().device("reference").activations("fc2");
    try (Model model = Fixtures.model();
        Session session = new Session(model, options)) {
      float[] view = Fixtures.views(1);
      float[] gradients = session.inputGradients(view, new int[] {2}, Limits.NONE);
      for (int at = 0; at < view.length; at += 13) {
        float[] moved = view.clone();
        moved[at] += 1e-3f;
        session.run(moved);
        double above = session.activation(0).values()[2];
        moved[at] -= 2e-3f;
        session.run(moved);
        double below = session.activation(0).values()[2];
        assertEquals((above - below) / 2e-3, gradients[at], 2e-3);
      }
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> session.inputGradients(view, new int[] {Fixtures.CLASSES}, Limits.NONE));
    }
  }
}
