package org.alexnet;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Reads and writes weights of other programs: Caffe, PyTorch, ONNX and others, which {@link
 * #formats} lists.
 *
 * <pre>{@code
 * try (Converter.Imported imported = Converter.load(Path.of("bvlc_alexnet.caffemodel"))) {
 *   Converter.save(imported.model(), Path.of("bvlc_alexnet.onnx"));
 * }
 * }</pre>
 *
 * <p>Files are untrusted: nothing in one is executed, no path in one is followed, and whatever is
 * wrong with one is an exception that names the place. Nothing is written when anything fails. A
 * second native library does this, which is loaded when this class is first used. Thread safe.
 */
public final class Converter {
  // As alexnet_convert.h has them.
  private static final int KEEP_ORDER = 0;
  private static final byte[] NOWHERE = Native.text("file", "");

  /**
   * A model that was read.
   *
   * @param model to be closed by the caller, or with this
   * @param report a JSON object: the format, the network and why it was taken, notes, and where each
   *     tensor came from
   */
  public record Imported(Model model, String report) implements AutoCloseable {
    @Override
    public void close() {
      model.close();
    }
  }

  private Converter() {}

  /** All formats. */
  public static List<FileFormat> formats() {
    return List.of(NativeConverter.formats());
  }

  /** The name of the format that a file has by its content. */
  public static String detect(Path path) {
    return NativeConverter.detect(Native.path("path", path));
  }

  /** Reads a file of any format. */
  public static Imported load(Path path) {
    return load(path, new ImportOptions(), Limits.NONE);
  }

  /** The same with choices. */
  public static Imported load(Path path, ImportOptions options, Limits limits) {
    Objects.requireNonNull(options, "options");
    String[] report = new String[1];
    try (Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      long address =
          NativeConverter.importModel(
              Native.path("path", path),
              context.address(),
              optional("format", options.format),
              optional("preset", options.preset),
              optionalPath("networkFile", options.networkFile),
              optionalPath("meanFile", options.meanFile),
              optionalPath("labelsFile", options.labelsFile),
              code(options.channelOrder),
              optional("key", options.key),
              options.noSoftmax,
              options.scale,
              options.meanValues,
              code(options.inputOrder),
              cancel.address(),
              limits.seconds(),
              report);
      return new Imported(new Model(address), report[0]);
    }
  }

  /** Writes a file whose ending chooses the format. */
  public static void save(Model model, Path path) {
    save(model, path, new ExportOptions(), Limits.NONE);
  }

  /**
   * Writes a file atomically, after reading it back and comparing every element, with choices.
   */
  public static void save(Model model, Path path, ExportOptions options, Limits limits) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use of = model.use();
        Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      NativeConverter.exportModel(
          of.address(),
          Native.path("path", path),
          context.address(),
          optional("format", options.format),
          options.dtype == null ? 0 : options.dtype.code,
          options.noNetworkFile ? NOWHERE : optionalPath("networkFile", options.networkFile),
          options.noMeanFile ? NOWHERE : optionalPath("meanFile", options.meanFile),
          code(options.channelOrder),
          options.stripTrainingState,
          options.skipCheck,
          cancel.address(),
          limits.seconds());
    }
  }

  /**
   * The linear layers of LPIPS, for {@link Features#lpips}, from the file that is published beside
   * the metric's code, alex.pth: tensors lin0.model.1.weight to lin4.model.1.weight, one after
   * another.
   */
  public static float[] lpipsWeights(Path path) {
    return NativeConverter.lpipsWeights(Native.path("path", path));
  }

  private static byte[] optional(String field, String value) {
    return value == null ? null : Native.text(field, value);
  }

  private static byte[] optionalPath(String field, Path value) {
    return value == null ? null : Native.path(field, value);
  }

  private static int code(ChannelOrder order) {
    if (order == null) {
      return KEEP_ORDER;
    }
    if (order != ChannelOrder.RGB && order != ChannelOrder.BGR) {
      throw AlexNetException.invalid("channelOrder", "is RGB or BGR");
    }
    return order.code + 1;
  }
}
