package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConverterTest {
  private static Model small() {
    try (Network network = Network.preset("alexnet_small", 3, 0)) {
      return Model.initial(network, 5);
    }
  }

  private static final ImportOptions AS_SMALL = new ImportOptions().preset("alexnet_small");

  @Test
  void listsFormats() {
    List<FileFormat> formats = Converter.formats();
    assertTrue(formats.stream().anyMatch(f -> f.name().equals("onnx") && f.writable()));
    assertTrue(formats.stream().anyMatch(f -> f.name().equals("darknet") && !f.writable()));
  }

  @Test
  void goesOutAndComesBackBitForBit(@TempDir Path folder) {
    try (Model model = small()) {
      for (String ending : List.of("onnx", "safetensors", "npz", "pth", "npy", "caffemodel")) {
        Path file = folder.resolve("x." + ending);
        Converter.save(model, file);
        try (Converter.Imported read = Converter.load(file, AS_SMALL, Limits.NONE)) {
          assertEquals(model.tensors().size(), read.model().tensors().size(), ending);
          for (int i = 0; i < model.tensors().size(); ++i) {
            assertArrayEquals(model.readTensor(i), read.model().readTensor(i), ending);
          }
          assertTrue(read.report().contains("\"preset\": \"alexnet_small\""), read.report());
          assertTrue(
              read.report().contains("\"format\": \"" + Converter.detect(file) + "\""));
        }
      }
    }
    assertTrue(Files.exists(folder.resolve("x.prototxt")));
  }

  @Test
  void takesOptions(@TempDir Path folder) {
    Path file = folder.resolve("x.caffemodel");
    try (Model model = small()) {
      Converter.save(
          model,
          file,
          new ExportOptions().networkFile(null).channelOrder(ChannelOrder.BGR),
          Limits.NONE);
      assertFalse(Files.exists(folder.resolve("x.prototxt")));
      AlexNetException refused =
          assertThrows(
              AlexNetException.class,
              () ->
                  Converter.save(model, file, new ExportOptions().dtype(DType.F16), Limits.NONE));
      assertTrue(refused.getMessage().contains("no f16"), refused.getMessage());
    }
  }

  @Test
  void choosesNetworksAndSoftmax(@TempDir Path folder) {
    try (Model model = small()) {
      Path state = folder.resolve("x.pth");
      Converter.save(model, state);
      AlexNetException refused =
          assertThrows(
              AlexNetException.class,
              () -> Converter.load(state, new ImportOptions().key("ema"), Limits.NONE).close());
      assertTrue(refused.getMessage().contains("no tensors under \"ema\""), refused.getMessage());
      Path graph = folder.resolve("x.onnx");
      Converter.save(model, graph);
      ImportOptions options = new ImportOptions().noSoftmax(true);
      try (Converter.Imported read = Converter.load(graph, options, Limits.NONE)) {
        assertTrue(read.report().contains("\"skipped\": []"), read.report());
      }
    }
  }

  @Test
  void takesWhatIsDoneToPictures(@TempDir Path folder) {
    try (Model model = small()) {
      Path state = folder.resolve("x.pth");
      Converter.save(model, state);
      ImportOptions options =
          new ImportOptions().scale(0.5f).meanValues(1, 2, 3).inputOrder(ChannelOrder.BGR);
      try (Converter.Imported read = Converter.load(state, options, Limits.NONE)) {
        Preprocessing taken = read.model().preprocessing();
        assertEquals(2, taken.stddev[0]);
        assertArrayEquals(new float[] {1, 2, 3}, taken.mean);
        assertEquals(ChannelOrder.BGR, taken.channelOrder);
      }
    }
  }

  @Test
  void refusesOtherFilesByName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("notes.txt");
    Files.writeString(file, "not weights");
    AlexNetException refused =
        assertThrows(AlexNetException.class, () -> Converter.load(file).close());
    assertTrue(refused.getMessage().contains("notes.txt"), refused.getMessage());
  }

  @Test
  void networksAndLogsSayMore() {
    StringBuilder said = new StringBuilder();
    try (Network network = Network.preset("torchvision", 0, 0);
        Context context =
            new Context((level, message) -> said.append(level + message), LogLevel.INFO)) {
      assertTrue(network.json().contains("\"out_channels\": 64"), network.json());
      context.log(LogLevel.WARNING, "by hand");
      context.log(LogLevel.DEBUG, "not passed on");
    }
    assertEquals("WARNINGby hand", said.toString());
  }
}
