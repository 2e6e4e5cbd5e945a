package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
  private static <T extends AlexNetException> void refused(
      Class<T> type, String word, Executable call) {
    T thrown = assertThrows(type, call);
    assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
  }

  @Test
  void errorsNameFileAndField(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.alexnet");
    AlexNetException.NotFound thrown =
        assertThrows(AlexNetException.NotFound.class, () -> Model.load(missing));
    assertEquals(Status.NOT_FOUND, thrown.code());
    assertEquals(missing.toString(), thrown.file());
    assertTrue(thrown.getMessage().startsWith(missing.toString()), thrown.getMessage());
    assertTrue(!thrown.reason().isEmpty());

    Path zeros = Files.write(folder.resolve("zeros.alexnet"), new byte[100]);
    refused(AlexNetException.InvalidArgument.class, "zeros.alexnet", () -> Model.load(zeros));
    byte[] bytes = Fixtures.model().toBytes();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 9);
    refused(AlexNetException.DataLoss.class, "half", () -> Model.of(cut, "half"));
    assertThrows(AlexNetException.class, () -> Model.of(new byte[0], "none"));
  }

  @Test
  void optionsAreNamedAsInJava() {
    assertEquals(
        "give `clipGradientNorm` or `resume`, not `/no/File`",
        Spelling.inJava("give `clip_gradient_norm` or `resume`, not `/no/File`"));
    assertEquals(
        "`AlexNet.systemJson`, `Dataset.lint` or `alexnet_model_json`",
        Spelling.inJava("`alexnet_system_json`, `alexnet_dataset_lint` or `alexnet_model_json`"));
  }

  @Test
  void buffersOfWrongSizes() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread())) {
      Class<AlexNetException.InvalidArgument> invalid = AlexNetException.InvalidArgument.class;
      refused(invalid, "views", () -> session.run(new float[Fixtures.VIEW - 1]));
      refused(invalid, "views", () -> session.run(new float[0]));
      float[] one = Fixtures.views(1);
      refused(invalid, "output", () -> session.run(one, new float[3], Limits.NONE));
      refused(
          invalid,
          "output",
          () -> session.run(FloatBuffer.wrap(one), FloatBuffer.allocate(3), Limits.NONE));
      refused(
          invalid,
          "read-only",
          () ->
              session.run(
                  FloatBuffer.wrap(one), FloatBuffer.allocate(4).asReadOnlyBuffer(), Limits.NONE));
      refused(invalid, "pixels", () -> Image.of(new byte[10], 2, 2, 3));
      refused(invalid, "channels", () -> Image.of(new byte[16], 2, 2, 4));
      refused(invalid, "image", () -> Image.of(new byte[16], 0, 2, 3));
      refused(invalid, "count", () -> session.top(new float[4], -1));
      assertThrows(AlexNetException.class, () -> session.activation(0));
      refused(invalid, "threads", () -> new SessionOptions().threads(-1));
      refused(invalid, "timeout", () -> Limits.of(Duration.ZERO));
      refused(invalid, "zero", () -> Network.preset("a\0b"));
    }
  }

  @Test
  void thePictureOfABatchIsNamed(@TempDir Path folder) throws IOException {
    byte[] good = Files.readAllBytes(Fixtures.onePicture(Fixtures.pictures(folder)));
    Image square = Image.decode(good, "good");
    Image wall = Image.of(new byte[100_000], 100_000, 1, 1);
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread().batch(2))) {
      for (byte[] bad : List.of(new byte[0], new byte[] {1, 2, 3}, Arrays.copyOf(good, 200))) {
        List<byte[]> pictures = List.of(good, good, bad, good);
        refused(
            AlexNetException.class,
            "pictures[2]: ",
            () -> session.runEncoded(pictures, Limits.NONE));
        refused(
            AlexNetException.class,
            "pictures[2]: ",
            () ->
                session.runEncodedBuffers(
                    pictures.stream().map(ByteBuffer::wrap).toList(), Limits.NONE));
      }
      refused(
          AlexNetException.DataLoss.class,
          "the picture is empty",
          () -> session.runEncoded(List.of(new byte[0]), Limits.NONE));
      refused(
          AlexNetException.InvalidArgument.class,
          "images[1]: ",
          () -> session.runImages(List.of(square, wall), Limits.NONE));
      NullPointerException none =
          assertThrows(
              NullPointerException.class,
              () -> session.runImages(Arrays.asList(square, null), Limits.NONE));
      assertEquals("images[1]", none.getMessage());
    }
  }

  @Test
  void emptyListsAreCalledEmpty() {
    Class<AlexNetException.InvalidArgument> invalid = AlexNetException.InvalidArgument.class;
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread());
        Trainer trainer = new Trainer(model, new TrainerOptions());
        Network network = Fixtures.network();
        ModelBuilder builder = new ModelBuilder(network)) {
      refused(invalid, "empty", () -> session.runImages(List.of(), Limits.NONE));
      refused(invalid, "empty", () -> session.runEncoded(List.of(), Limits.NONE));
      refused(invalid, "empty", () -> session.runEncodedBuffers(List.of(), Limits.NONE));
      for (Executable call :
          List.<Executable>of(
              () -> session.top(new float[0], 1),
              () -> trainer.step(new float[0], new int[0], new UpdateRule()),
              () -> trainer.gradients(new float[0], new int[0]),
              () -> builder.tensor("none", new float[0]),
              () -> Image.decode(new byte[0], "none"),
              () -> Model.of(new byte[0], "none"))) {
        AlexNetException thrown = assertThrows(AlexNetException.class, call);
        assertFalse(thrown.getMessage().contains("NULL"), thrown.getMessage());
      }
      assertEquals(0, model.readTensor(0, 0, 0).length);
    }
  }

  @Test
  void whatJavaRefusesNamesTheFlag() {
    String text = NativeLibrary.refusedByJava(BadInputTest.class.getModule());
    assertTrue(text.contains("--enable-native-access=ALL-UNNAMED"), text);
    text = NativeLibrary.refusedByJava(String.class.getModule());
    assertTrue(text.contains("--enable-native-access=java.base"), text);
  }

  @Test
  void nulls() {
    try (Model model = Fixtures.model();
        Session session = new Session(model, Fixtures.oneThread());
        Network network = Fixtures.network()) {
      for (Executable call :
          List.<Executable>of(
              () -> Model.load(null),
              () -> Model.of((byte[]) null, "x"),
              () -> Model.initial(null, 1),
              () -> new Session(null),
              () -> new Session(model, null),
              () -> session.run((float[]) null),
              () -> session.run(Fixtures.views(1), null, Limits.NONE),
              () -> session.run(Fixtures.views(1), new float[4], null),
              () -> session.runEncoded(Arrays.asList((byte[]) null), Limits.NONE),
              () -> session.runImages(Arrays.asList((Image) null), Limits.NONE),
              () -> session.predict((Path) null, 1),
              () -> session.top(null, 1),
              () -> network.addRelu(null),
              () -> network.addLrn("x", null),
              () ->
                  network.addConvolution(
                      "x", new ConvolutionOptions(1, Window.of(1)).weight(null)),
              () -> new ConvolutionOptions(1, null),
              () -> model.findTensor(null),
              () -> Dataset.open(null),
              () -> new TrainOptions(null, Path.of("x")),
              () -> new Trainer(model, null),
              () -> new Context(null, LogLevel.INFO))) {
        assertThrows(NullPointerException.class, call);
      }
    }
  }

  @Test
  void closedObjects() {
    Model model = Fixtures.model();
    Session session = new Session(model);
    Network network = Fixtures.network();
    CancelToken token = new CancelToken();
    for (AutoCloseable each : List.of(model, session, network, token)) {
      for (int twice = 0; twice < 2; ++twice) {
        try {
          each.close();
        } catch (Exception unexpected) {
          throw new AssertionError(unexpected);
        }
      }
    }
    for (Executable call :
        List.<Executable>of(
            model::info,
            () -> new Session(model),
            () -> session.run(Fixtures.views(1)),
            network::layers,
            token::cancel,
            () -> Model.initial(network, 1),
            () -> AlexNet.verify(Path.of("x"), new SessionOptions(), Limits.of(token)))) {
      IllegalStateException thrown = assertThrows(IllegalStateException.class, call);
      assertTrue(thrown.getMessage().endsWith("is closed"), thrown.getMessage());
    }
  }

  @Test
  void otherVersionsAreRefusedByName() {
    int version = AlexNet.versionNumber();
    AlexNet.requireVersion(version / 1_000_000, version / 1_000 % 1_000);
    AlexNetException.Unsupported thrown =
        assertThrows(AlexNetException.Unsupported.class, () -> AlexNet.requireVersion(7, 3));
    assertTrue(thrown.getMessage().contains("7.3"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(AlexNet.version()), thrown.getMessage());
  }

  @Test
  void layersThatCannotBe() {
    try (Network network = Fixtures.network()) {
      assertThrows(AlexNetException.class, () -> network.addRelu("late"));
      assertThrows(
          AlexNetException.class,
          () ->
              network.preprocessing(
                  new Preprocessing().mean(new float[2])));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              network.preprocessing(
                  new Preprocessing().meanImage(new float[5]).meanImageHeight(2)));
      assertThrows(AlexNetException.NotFound.class, () -> Network.preset("vgg"));
    }
  }
}
