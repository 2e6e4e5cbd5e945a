package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Values of enums that only a newer library has. */
class NewerValuesTest {
  private static final int NEWER = 1000;

  @Test
  void layersAndTensorsAreThereWithoutTheirKind() {
    // As native code makes them.
    Layer layer = new Layer("fog1", "fog", NEWER, new long[] {1, 2}, new long[] {1, 3}, 4, 5);
    assertEquals(LayerType.UNKNOWN, layer.type());
    assertEquals("fog", layer.kind());
    Tensor tensor = new Tensor("fog1.weight", NEWER, NEWER, new long[] {2, 3}, 6, 12);
    assertEquals(TensorRole.UNKNOWN, tensor.role());
    assertEquals(DType.UNKNOWN, tensor.dtype());
    assertEquals(List.of(2L, 3L), tensor.shape());
  }

  @Test
  void optionsAreRead() {
    for (IntFunction<Enum<?>> of :
        List.<IntFunction<Enum<?>>>of(
            ActivationKind::of,
            ChannelOrder::of,
            Crop::of,
            Initializer::of,
            LrnRegion::of,
            MeanKind::of,
            PoolKind::of,
            ResizeFilter::of,
            ResizeRule::of,
            Schedule::of,
            ViewOrder::of)) {
      assertEquals("UNKNOWN", of.apply(NEWER).name());
    }
    assertEquals(LogLevel.ERROR, LogLevel.of(NEWER));
  }

  @Test
  void unknownIsRefusedWhereItIsGiven() {
    ParameterRule rule = ParameterRule.starting(Initializer.UNKNOWN, 0);
    Window window = Window.of(3);
    Path file = Path.of("none.onnx");
    try (Model model = Fixtures.model();
        Network network = new Network("other", 3, 8, 8);
        ModelBuilder builder = new ModelBuilder(model)) {
      refused("kind", () -> network.addActivation("x", ActivationKind.UNKNOWN));
      refused(
          "weight.init",
          () -> network.addConvolution("x", new ConvolutionOptions(1, window).weight(rule)));
      refused("region", () -> network.addLrn("x", new LrnOptions().region(LrnRegion.UNKNOWN)));
      refused(
          "kind",
          () -> network.addPooling("x", new PoolingOptions(window).kind(PoolKind.UNKNOWN)));

      refused("crop", () -> network.recipe(new Recipe().crop(Crop.UNKNOWN)));
      refused("schedule", () -> network.recipe(new Recipe().schedule(Schedule.UNKNOWN)));

      refused("channel_order", network, all -> all.channelOrder(ChannelOrder.UNKNOWN));
      refused("resize_rule", network, all -> all.resizeRule(ResizeRule.UNKNOWN));
      refused("resize_filter", network, all -> all.resizeFilter(ResizeFilter.UNKNOWN));
      refused("mean_kind", network, all -> all.meanKind(MeanKind.UNKNOWN));
      refused("view_order", network, all -> all.viewOrder(ViewOrder.UNKNOWN));

      refused("dtype", () -> model.toBytes(DType.UNKNOWN, false, Limits.NONE));
      refused("dtype", () -> builder.tensor("conv1.weight", DType.UNKNOWN, 0, new byte[4]));
      ExportOptions order = new ExportOptions().channelOrder(ChannelOrder.UNKNOWN);
      refused("channelOrder", () -> Converter.save(model, file, order, Limits.NONE));
      ExportOptions dtype = new ExportOptions().dtype(DType.UNKNOWN);
      refused("dtype", () -> Converter.save(model, file, dtype, Limits.NONE));
    }
  }

  private static void refused(String field, Executable call) {
    AlexNetException thrown = assertThrows(AlexNetException.InvalidArgument.class, call);
    assertTrue(thrown.getMessage().contains(field), thrown.getMessage());
  }

  private static void refused(
      String field, Network network, UnaryOperator<Preprocessing> change) {
    refused(field, () -> network.preprocessing(change.apply(network.preprocessing())));
  }
}
