package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  @Test
  void tellsWhatItIs() {
    try (Model model = Fixtures.model()) {
      Model.Info info = model.info();
      assertEquals("tiny", info.network());
      assertEquals(List.of(3L, 8L, 8L), List.of(info.channels(), info.height(), info.width()));
      assertEquals(Fixtures.CLASSES, info.classes());
      // 4 kernels of 3 x 3 x 3 with biases, 4 x 4 x 4 features to 4 classes.
      assertEquals(4 * 27 + 4 + 64 * 4 + 4, info.parameters());
      assertTrue(info.classifies());
      assertFalse(info.hasTrainingState());
      assertEquals(
          List.of("conv1", "relu1", "pool1", "fc2", "prob"),
          model.layers().stream().map(Layer::name).toList());
      assertEquals(List.of(1L, 4L, 4L, 4L), model.layers().get(2).output());
      assertEquals("max pooling", model.layers().get(2).kind());
      Tensor weight = model.tensors().get(0);
      assertEquals("conv1.weight", weight.name());
      assertEquals(List.of(4L, 3L, 3L, 3L), weight.shape());
      assertEquals(DType.F32, weight.dtype());
      assertEquals(TensorRole.PARAMETER, weight.role());
      assertTrue(model.json().contains("\"conv1\""));
      assertEquals(List.of(), model.labels());
      try (Network network = model.network()) {
        assertEquals(model.layers(), network.layers());
        assertTrue(network.text().contains("fc2"));
      }
    }
  }

  @Test
  void filesAndBytesGiveTheSameModel(@TempDir Path folder) throws IOException {
    // A name beyond the first plane of Unicode, which JNI's own texts break.
    Path path = folder.resolve("netz-\u00e9-\ud83d\ude00.alexnet");
    try (Model model = Fixtures.model()) {
      model.save(path);
      byte[] bytes = model.toBytes();
      assertArrayEquals(Files.readAllBytes(path), bytes);
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 1).position(1).put(bytes);
      try (Model mapped = Model.load(path);
          Model copied = Model.loadCopy(path);
          Model fromArray = Model.of(bytes, "array");
          Model fromDirect = Model.of(direct.position(1), "direct")) {
        assertEquals(path.toString(), mapped.info().path());
        assertEquals("array", fromArray.info().path());
        for (Model each : List.of(mapped, copied, fromArray, fromDirect)) {
          assertEquals(mapped.info().fileHash(), each.info().fileHash());
        }
      }
      model.save(path, DType.F16, true, Limits.NONE);
      try (Model half = Model.load(path)) {
        assertEquals(DType.F16, half.tensors().get(0).dtype());
      }
      assertTrue(AlexNet.verify(path, new SessionOptions(), Limits.NONE).ok());
    }
  }

  @Test
  void tensorsOutliveTheModelTheyAreOf() {
    ByteBuffer data;
    float[] values;
    try (Model model = Fixtures.model()) {
      int index = model.findTensor("fc2.weight");
      data = model.tensorData(index);
      values = model.readTensor(index);
      float[] some = model.readTensor(index, 10, 3);
      assertArrayEquals(new float[] {values[10], values[11], values[12]}, some);
      assertEquals(0, model.readTensor(index, 0, 0).length);
      assertThrows(
          AlexNetException.InvalidArgument.class,
          () -> model.readTensor(index, 0, Integer.MAX_VALUE));
    }
    FloatBuffer floats = data.asFloatBuffer();
    float[] stored = new float[floats.remaining()];
    floats.get(stored);
    assertArrayEquals(values, stored);
    assertThrows(ReadOnlyBufferException.class, () -> data.put(0, (byte) 1));
  }

  @Test
  void tensorsAreMeasured() {
    float[] filters = new float[4 * 27];
    for (int i = 0; i < 27; ++i) {
      filters[i] = i - 13;
      filters[2 * 27 + i] = i - 13;
      filters[3 * 27 + i] = 1;
    }
    try (Model model = Fixtures.model();
        ModelBuilder builder = new ModelBuilder(model)) {
      builder.tensor("conv1.weight", filters);
      try (Model changed = builder.build()) {
        TensorStatistics statistics = changed.statistics(0);
        assertEquals(4 * 27, statistics.elements());
        assertEquals(27 + 2, statistics.zeros());
        assertEquals(0, statistics.nans() + statistics.infinities());
        assertEquals(-13, statistics.min());
        assertEquals(13, statistics.max());
        assertEquals(0.25, statistics.mean(), 1e-12);
        // The sum of i^2 for i in -13..13 is 1638.
        double square = (2 * 1638 + 27) / 108.0;
        assertEquals(Math.sqrt(square - 0.0625), statistics.stddev(), 1e-12);
        assertEquals(List.of(0L, -1L, 0L, 3L), statistics.sameAs());
        assertEquals(
            List.of(4L, 1L, 1L),
            List.of(
                statistics.filters(), statistics.deadFilters(), statistics.duplicateFilters()));
        assertEquals(0, changed.statistics(1, 1, Limits.NONE).filters());
      }
    }
  }

  @Test
  void layersAreTimed() {
    try (Model model = Fixtures.model()) {
      LayerTimes times = model.timeLayers(Fixtures.oneThread().batch(2), 0, Limits.NONE);
      assertEquals("cpu", times.device());
      assertEquals(2, times.batch());
      assertEquals(5, times.layers().size());
      assertTrue(times.layers().get(0).milliseconds() > 0);
      assertEquals(0, times.layers().get(0).computedBy());
      assertFalse(times.layers().get(0).algorithm().isEmpty());
      assertTrue(times.flopsPerSecond() > 0 && times.bytesPerSecond() > 0);
    }
  }

  @Test
  void damagedFilesAreLookedAt(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("damaged.alexnet");
    try (Model model = Fixtures.model()) {
      byte[] bytes = model.toBytes();
      Files.write(path, Arrays.copyOf(bytes, bytes.length - 41));
      assertEquals(List.of(), model.damage());
    }
    assertThrows(AlexNetException.DataLoss.class, () -> Model.load(path));
    try (Model damaged = Model.loadDamaged(path)) {
      assertEquals(4, damaged.tensors().size());
      List<Damage> damage = damaged.damage();
      assertEquals(List.of(-1L, 3L), damage.stream().map(Damage::tensor).toList());
      assertEquals(new Damage(3, 0, damage.get(1).offset(), 4 * 4), damage.get(1));
      assertEquals(1, damaged.damage(1, 1, Limits.NONE).size());
      assertEquals(4, damaged.statistics(0).filters());
      assertThrows(AlexNetException.DataLoss.class, () -> damaged.statistics(3));
      assertThrows(AlexNetException.DataLoss.class, () -> new Session(damaged));
    }
  }

  @Test
  void buildsFromTensors() {
    try (Model model = Fixtures.model();
        Network network = Fixtures.network();
        ModelBuilder anew = new ModelBuilder(network);
        ModelBuilder changed = new ModelBuilder(model)) {
      for (Tensor tensor : model.tensors()) {
        float[] values = model.readTensor(model.findTensor(tensor.name()));
        int half = values.length / 2;
        anew.tensor(tensor.name(), 0, Arrays.copyOfRange(values, 0, half));
        anew.tensor(
            tensor.name(), half, Arrays.copyOfRange(values, half, values.length));
      }
      try (Model built = anew.build();
          Session one = new Session(model);
          Session other = new Session(built)) {
        assertArrayEquals(one.run(Fixtures.views(1)), other.run(Fixtures.views(1)));
      }
      List<String> labels = List.of("a", "b\u00fc", "c", "\ud83d\udc31");
      changed
          .labels(labels)
          .metadata("licence", "none")
          .metadata("gone", "x")
          .metadata("gone", null)
          .source("a test", "JUnit")
          .preprocessing(new Preprocessing().scale(0.5f).meanKind(MeanKind.CHANNEL).mean(new float[] {1, 2, 3}));
      changed.tensor("fc2.bias", DType.F16, 0, new byte[8]);
      try (Model built = changed.build()) {
        assertEquals(labels, built.labels());
        assertEquals(Map.of("licence", "none"), built.metadata());
        assertEquals("none", built.metadata("licence").orElseThrow());
        assertTrue(built.metadata("gone").isEmpty());
        assertArrayEquals(new float[4], built.readTensor(built.findTensor("fc2.bias")));
        assertArrayEquals(new float[] {1, 2, 3}, built.preprocessing().mean());
        assertEquals(0.5f, built.preprocessing().scale());
      }
    }
  }

  @Test
  void networksKeepPreprocessingAndRecipe() {
    try (Network network = Network.preset("bvlc_alexnet", 10, 0)) {
      Recipe recipe = network.recipe();
      assertEquals(Schedule.STEP, recipe.schedule());
      network.recipe(new Recipe().epochs(3).milestones(new float[] {0.25f, 0.5f}).mirror(false));
      assertEquals(3, network.recipe().epochs());
      assertArrayEquals(new float[] {0.25f, 0.5f}, network.recipe().milestones());
      assertFalse(network.recipe().mirror());
      assertEquals(recipe.rate(), network.recipe().rate());

      Preprocessing all = network.preprocessing();
      assertEquals(ChannelOrder.BGR, all.channelOrder());
      network.preprocessing(
          all.meanKind(MeanKind.IMAGE_AT_CROP)
              .meanImage(new float[3 * 256 * 256])
              .meanImageHeight(256)
              .meanImageWidth(256)
              .resize(256));
      assertEquals(3 * 256 * 256, network.preprocessing().meanImage().length);
    }
    List<String> names = AlexNet.presets().stream().map(AlexNet.Preset::name).toList();
    assertTrue(names.contains("torchvision"));
  }

  @Test
  void everyKindOfLayer() {
    try (Network network = new Network("all", 1, 16, 16)) {
      network
          .addConvolution(
              "conv1",
              new ConvolutionOptions(8, Window.of(3))
                  .noBias(true)
                  .weight(ParameterRule.starting(Initializer.XAVIER_UNIFORM, 0)))
          .addTanh("tanh1")
          .addLrn("norm1", new LrnOptions().size(3).k(2).groups(2))
          .addPooling("pool1", new PoolingOptions(Window.of(3, 2, 0).roundedUp()).kind(PoolKind.AVERAGE))
          .addAdaptiveAveragePooling("pool2", 3, 3)
          .addDropout("drop", 0.5f)
          .addLocallyConnected("local", new LocallyConnectedOptions(4, Window.of(2)))
          .addFullyConnected("fc", new FullyConnectedOptions(2).noBias(true))
          .addSoftmax("prob");
      assertEquals(
          EnumSet.complementOf(EnumSet.of(LayerType.UNKNOWN)),
          network.layers().stream().map(Layer::type).collect(Collectors.toSet()));
      assertEquals(9, network.layers().size());
      assertEquals(List.of(1L, 8L, 7L, 7L), network.layers().get(3).output());
      assertEquals(List.of(1L, 4L, 2L, 2L), network.layers().get(6).output());
      assertEquals(4 * 2 * 2 * (8 * 2 * 2 + 1), network.layers().get(6).parameters());

      assertEquals(LayerType.CONVOLUTION, network.layers().get(0).type());
      ConvolutionOptions convolution = network.convolution(0);
      assertEquals(8, convolution.outChannels());
      assertEquals(3, convolution.window().kernelWidth());
      assertTrue(convolution.noBias());
      assertEquals(Initializer.XAVIER_UNIFORM, convolution.weight().initializer());
      assertEquals(ActivationKind.TANH, network.activation(1));
      assertEquals(2.0f, network.lrn(2).k());
      assertEquals(PoolKind.AVERAGE, network.pooling(3).kind());
      assertEquals(List.of(3L, 3L), network.adaptiveAveragePooling(4));
      assertEquals(0.5f, network.dropout(5));
      assertEquals(4, network.locallyConnected(6).outChannels());
      assertEquals(2, network.locallyConnected(6).window().kernelWidth());
      assertEquals(2, network.fullyConnected(7).outFeatures());
      network.setOption("tanh1", "kind", "relu").removeLayers("softmax");
      assertEquals(ActivationKind.RELU, network.activation(1));
      assertEquals(8, network.layers().size());
      assertThrows(
          AlexNetException.NotFound.class, () -> network.setOption("relu9", "kind", "tanh"));
      assertThrows(AlexNetException.FailedPrecondition.class, () -> network.lrn(0));
      assertThrows(AlexNetException.NotFound.class, () -> network.lrn(8));
    }
  }
}
