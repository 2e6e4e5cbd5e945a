package org.alexnet;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A list of pictures on its way through a model: what one layer gives for the centre view of each.
 *
 * <pre>{@code
 * try (Features features = new Features(model, "fc7", paths)) {
 *   for (Features.Rows rows; (rows = features.next()) != null; ) {
 *     for (int i = 0; i < rows.count(); ++i) {
 *       store(paths.get((int) rows.indices()[i]), rows.row(i));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Threads of its own read and decode pictures ahead. For one thread at a time (not always the
 * same).
 */
public final class Features extends NativeObject {
  /**
   * What a layer gives.
   *
   * @param size floats of a row
   * @param shape of a picture's output: (1, C, H, W) or (1, F)
   * @param batch most rows at a time
   * @param threads that compute
   * @param broken pictures left out, as far as is known
   */
  public record Info(long size, List<Long> shape, long batch, int threads, long broken) {
    Info(long size, long[] shape, long batch, int threads, long broken) {
      this(size, Native.list(shape), batch, threads, broken);
    }
  }

  /**
   * Some of the pictures' rows.
   *
   * @param indices which pictures of the list they are, rising
   * @param values (indices, floats of a row)
   */
  public record Rows(long[] indices, float[] values) {
    /** How many. */
    public int count() {
      return indices.length;
    }

    /** A copy of one of them. */
    public float[] row(int index) {
      int size = values.length / indices.length;
      return Arrays.copyOfRange(values, index * size, (index + 1) * size);
    }
  }

  /**
   * A picture that was left out.
   *
   * @param path of the picture
   * @param reason what is wrong with it
   */
  public record Broken(String path, String reason) {}

  /**
   * A row near another.
   *
   * @param index of the row
   * @param distance Euclidean; NaN where a row is not finite
   */
  public record Neighbour(long index, double distance) {}

  /**
   * How different two pictures look.
   *
   * @param total the distance
   * @param layers each layer's share of it
   */
  public record LpipsDistance(double total, double[] layers) {}

  // As the first five ReLUs are compared.
  private static final int LPIPS_LAYERS = 5;

  /** Of each of {@code paths}, JPEG or PNG files, what layer {@code layer} gives. */
  public Features(Model model, String layer, List<Path> paths) {
    this(model, layer, paths, new FeatureOptions());
  }

  /**
   * The same with choices. A layer's output is its own, "fc7" before and "relu7" after the ReLU;
   * layers behind it are not computed.
   */
  public Features(Model model, String layer, List<Path> paths, FeatureOptions options) {
    this(model, layer, paths, options, Context.use(options.context));
  }

  private Features(
      Model model, String layer, List<Path> paths, FeatureOptions options, Handle.Use context) {
    super("Features", create(model, layer, paths, options, context), Native::featuresFree, context);
  }

  private static long create(
      Model model, String layer, List<Path> paths, FeatureOptions options, Handle.Use context) {
    try (Handle.Use from = model.use()) {
      byte[][] files = paths.stream().map(path -> Native.path("paths", path)).toArray(byte[][]::new);
      return Native.featuresCreate(
          from.address(), Native.text("layer", layer), files, options, context.address());
    } catch (RuntimeException | Error failure) {
      context.close();
      throw failure;
    }
  }

  /** What the layer gives. */
  public Info info() {
    try (Handle.Use features = use()) {
      return Native.featuresInfo(features.address());
    }
  }

  /** The rows of the next pictures; null after the last. */
  public Rows next() {
    return next(Limits.NONE);
  }

  /** The same within limits; a call that was cancelled may be made again. */
  public Rows next(Limits limits) {
    try (Handle.Use features = use();
        Watch cancel = limits.watch()) {
      return Native.featuresNext(features.address(), cancel.address(), limits.seconds());
    }
  }

  /** The pictures that were left out, as far as is known. */
  public List<Broken> broken() {
    try (Handle.Use features = use()) {
      return List.of(Native.featuresBroken(features.address()));
    }
  }

  /**
   * The {@code most} of {@code rows}, each of the size of {@code query}, that are nearest to it by
   * Euclidean distance: nearest first, equal ones by index, NaN last.
   */
  public static List<Neighbour> nearest(float[] rows, float[] query, int most) {
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(query, "query");
    int count = rows.length / Math.max(1, query.length);
    return List.of(
        Native.findNearest(rows, query, Math.min(Native.notNegative("most", most), count)));
  }

  /**
   * The LPIPS distance of two pictures of one size (Zhang et al. 2018, arXiv:1801.03924) by the
   * model's first five ReLUs behind convolutions. {@code weights} are those of all their channels,
   * which {@link Converter#lpipsWeights} reads, or empty: 1 for each. Of {@code options}, context,
   * device, threads, precision, tune and maxPixels are used.
   */
  public static LpipsDistance lpips(
      Model model, Image first, Image second, float[] weights, SessionOptions options) {
    Objects.requireNonNull(weights, "weights");
    double[] layers = new double[LPIPS_LAYERS];
    try (Handle.Use of = model.use();
        Handle.Use context = Context.use(options.context)) {
      double total =
          Native.lpips(
              of.address(),
              first.pixels,
              first.layout(),
              second.pixels,
              second.layout(),
              weights,
              options,
              context.address(),
              layers);
      return new LpipsDistance(total, layers);
    }
  }
}
