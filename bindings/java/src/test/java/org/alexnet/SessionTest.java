package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Test
  void allKindsOfBuffersGiveTheSameRows() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      float[] views = Fixtures.views(3);
      float[] expected = session.run(views);
      assertEquals(3 * Fixtures.CLASSES, expected.length);
      for (int row = 0; row < 3; ++row) {
        float sum = 0;
        for (int i = 0; i < Fixtures.CLASSES; ++i) {
          sum += expected[row * Fixtures.CLASSES + i];
        }
        assertEquals(1, sum, 1e-5);
      }

      // In place, from a position on.
      FloatBuffer in = direct(views.length + 5).position(5).put(views).position(5);
      FloatBuffer out = direct(expected.length + 2).position(2);
      session.run(in, out, Limits.NONE);
      assertEquals(5, in.position());
      assertEquals(2, out.position());
      float[] rows = new float[expected.length];
      out.get(rows);
      assertArrayEquals(expected, rows);

      // Copied: on the heap, of the other byte order.
      FloatBuffer heap = FloatBuffer.wrap(views);
      FloatBuffer swapped =
          ByteBuffer.allocateDirect(expected.length * 4)
              .order(
                  ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                      ? ByteOrder.BIG_ENDIAN
                      : ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      session.run(heap, swapped, Limits.NONE);
      swapped.get(rows);
      assertArrayEquals(expected, rows);
    }
  }

  @Test
  void severalDevicesPredictTogether() {
    try (Model model = Fixtures.model();
        Session one = new Session(model, Fixtures.oneThread())) {
      float[] views = Fixtures.views(3);
      float[] expected = one.run(views);
      for (Parallel parallel : List.of(Parallel.DATA, Parallel.TOWERS, Parallel.HYBRID)) {
        SessionOptions options =
            new SessionOptions().threads(2).devices("cpu,cpu").parallel(parallel);
        try (Session session = new Session(model, options)) {
          assertArrayEquals(expected, session.run(views), 1e-5f);
        }
      }
      SessionOptions inTurn =
          new SessionOptions().devices("cpu,cpu").parallel(Parallel.HYBRID_IN_TURN);
      AlexNetException training =
          assertThrows(AlexNetException.class, () -> new Session(model, inTurn));
      assertTrue(training.getMessage().contains("`hybrid`"), training.getMessage());
      SessionOptions alone = new SessionOptions().parallel(Parallel.TOWERS);
      AlexNetException refused =
          assertThrows(AlexNetException.class, () -> new Session(model, alone));
      assertTrue(refused.getMessage().contains("`devices`"), refused.getMessage());
    }
  }

  @Test
  void picturesInEveryFormGiveTheSame(@TempDir Path folder) throws IOException {
    Path picture = Fixtures.onePicture(Fixtures.pictures(folder));
    byte[] bytes = Files.readAllBytes(picture);
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      float[] expected = session.runEncoded(List.of(bytes), Limits.NONE);
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 3).position(3).put(bytes);
      assertArrayEquals(
          expected, session.runEncodedBuffers(List.of(buffer.position(3)), Limits.NONE));
      assertArrayEquals(
          expected, session.runEncodedBuffers(List.of(ByteBuffer.wrap(bytes)), Limits.NONE));

      Image image = Image.load(picture);
      assertArrayEquals(expected, session.runImages(List.of(image), Limits.NONE));
      assertArrayEquals(
          expected, session.runImages(List.of(Image.decode(bytes, "x")), Limits.NONE));
      Image roundTrip = Image.of(image.toBufferedImage());
      assertArrayEquals(expected, session.runImages(List.of(roundTrip), Limits.NONE));
      assertArrayEquals(expected, session.run(session.preprocess(image)));

      List<Prediction> top = session.predict(picture, 2);
      assertEquals(2, top.size());
      assertEquals(top, session.predict(bytes, 2));
      assertEquals(top, session.predict(image, 2));
      assertEquals(top, session.predict(image.toBufferedImage(), 2));
      assertEquals(top, session.top(expected, 2));
      assertEquals(expected[top.get(0).classIndex()], top.get(0).probability());
      assertTrue(top.get(0).probability() >= top.get(1).probability());
      assertEquals("class " + top.get(0).classIndex(), top.get(0).label());
      assertEquals(Fixtures.CLASSES, session.predict(picture, 100).size());
    }
  }

  @Test
  void greyPicturesAndStrides() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      byte[] grey = new byte[8 * 8];
      byte[] rgb = new byte[8 * 8 * 3];
      for (int i = 0; i < grey.length; ++i) {
        grey[i] = (byte) (i * 3);
        rgb[i * 3] = rgb[i * 3 + 1] = rgb[i * 3 + 2] = grey[i];
      }
      ByteBuffer direct = ByteBuffer.allocateDirect(rgb.length).put(rgb).flip();
      float[] expected =
          session.runImages(List.of(Image.of(rgb, 8, 8, 3)), Limits.NONE);
      assertArrayEquals(
          expected, session.runImages(List.of(Image.of(grey, 8, 8, 1)), Limits.NONE));
      assertArrayEquals(
          expected, session.runImages(List.of(Image.of(direct, 8, 8, 3)), Limits.NONE));
    }
  }

  @Test
  void activationsAreThoseOfTheLastRun() {
    SessionOptions options = Fixtures.oneThread().activations("relu1", "fc2");
    try (Model model = Fixtures.model();
        Session session = new Session(model, options)) {
      session.run(Fixtures.views(1));
      Activation relu = session.activation(0);
      assertEquals(List.of(1L, 4L, 8L, 8L), relu.shape());
      assertEquals(4 * 8 * 8, relu.values().length);
      for (float value : relu.values()) {
        assertTrue(value >= 0);
      }
      assertEquals(List.of(1L, 4L), session.activation(1).shape());
    }
  }

  @Test
  void tenCropsAndOptions() {
    SessionOptions options =
        Fixtures.oneThread().tenCrop(true).weightDtype(WeightType.I8).batch(3);
    try (Model model = Fixtures.model();
        Session session = new Session(model, options)) {
      assertEquals(10, session.info().views());
      assertEquals(1, session.info().threads());
      assertEquals(Fixtures.CLASSES, session.run(Fixtures.views(10)).length);
    }
  }

  @Test
  void theModelMayBeClosedFirst() {
    Model model = Fixtures.model();
    try (Session session = new Session(model)) {
      model.close();
      assertEquals(Fixtures.CLASSES, session.run(Fixtures.views(1)).length);
    }
  }

  @Test
  void nanGivesNan() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread().batch(2))) {
      float[] views = Fixtures.views(2);
      views[Fixtures.VIEW + 100] = Float.NaN;
      float[] rows = session.run(views);
      for (int i = 0; i < rows.length; ++i) {
        assertEquals(i >= Fixtures.CLASSES, Float.isNaN(rows[i]), "output " + i);
      }
    }
  }
}
