package org.alexnet;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A model compiled for a device, to run it. For one thread at a time (not always the same): a
 * second one that enters gets {@link AlexNetException.FailedPrecondition}; sessions of one model
 * share its weights. {@link #top} and {@link #preprocess} may be called from many threads.
 *
 * <p>Samples are rows of {@code classes} floats of output: probabilities of a network that
 * classifies, averaged over the views. NaN inputs give NaN outputs.
 */
public final class Session extends NativeObject {
  /**
   * What a session computes.
   *
   * @param channels of a view
   * @param height of a view, pixels
   * @param width of a view, pixels
   * @param views per sample: 1, or 10 for ten crops
   * @param classes floats of output per sample
   * @param batch views computed at a time
   * @param threads compute threads
   * @param arenaBytes memory of the blobs, weights aside
   * @param deviceBytes of the device: those, the packed weights, which sessions of one model
   *     share, and a GPU's buffers for input and output
   */
  public record Info(
      long channels,
      long height,
      long width,
      long views,
      long classes,
      long batch,
      int threads,
      long arenaBytes,
      long deviceBytes) {}

  private final Info info;
  private final Samples samples;

  /** On the CPU, with all threads and one sample at a time. */
  public Session(Model model) {
    this(model, new SessionOptions());
  }

  /** With choices. */
  public Session(Model model, SessionOptions options) {
    this(model, options, Context.use(options.context));
  }

  private Session(Model model, SessionOptions options, Handle.Use context) {
    super("Session", create(model, options, context), Native::sessionFree, context);
    try (Handle.Use session = use()) {
      info = Native.sessionInfo(session.address());
    }
    samples =
        new Samples(
            info.views() * info.channels() * info.height() * info.width(), info.classes());
  }

  private static long create(Model model, SessionOptions options, Handle.Use context) {
    try (Handle.Use from = model.use()) {
      return Native.sessionCreate(
          from.address(), options, options.activationNames(), context.address());
    } catch (RuntimeException | Error failure) {
      context.close();
      throw failure;
    }
  }

  /** What it computes. */
  public Info info() {
    return info;
  }

  /** Computes preprocessed views, (count * views, C, H, W), into new rows. */
  public float[] run(float[] views) {
    return samples.run(views, call(Limits.NONE));
  }

  /** Computes preprocessed views into the caller's rows, (count, classes). */
  public void run(float[] views, float[] output, Limits limits) {
    samples.run(views, output, call(limits));
  }

  /**
   * Computes what remains of {@code views} into {@code output}, from its position on. Direct
   * buffers in the machine's byte order are read and written in place; others are copied. Positions
   * stay as they are.
   */
  public void run(FloatBuffer views, FloatBuffer output, Limits limits) {
    samples.run(views, output, call(limits));
  }

  private Samples.Call call(Limits limits) {
    return (views, first, size, count, output, at, floats) -> {
      try (Handle.Use session = use();
          Watch cancel = limits.watch()) {
        Native.sessionRun(
            session.address(),
            views,
            first,
            size,
            count,
            cancel.address(),
            limits.seconds(),
            output,
            at,
            floats);
      }
    };
  }

  /** Computes pictures, one row of {@code classes} for each. */
  public float[] runImages(List<Image> images, Limits limits) {
    int count = Native.notEmpty("images", images).size();
    Object[] pixels = new Object[count];
    long[] layout = new long[count * 5];
    for (int i = 0; i < count; ++i) {
      Image image = element("images", images, i);
      pixels[i] = image.pixels;
      System.arraycopy(image.layout(), 0, layout, i * 5, 5);
    }
    float[] output = samples.rows(count);
    try (Handle.Use session = use();
        Watch cancel = limits.watch()) {
      Native.sessionRunImages(
          session.address(), pixels, layout, cancel.address(), limits.seconds(), output);
    }
    return output;
  }

  /** Computes encoded pictures (JPEG or PNG), one row of {@code classes} for each. */
  public float[] runEncoded(List<byte[]> pictures, Limits limits) {
    Object[] data = new Object[Native.notEmpty("pictures", pictures).size()];
    for (int i = 0; i < data.length; ++i) {
      data[i] = element("pictures", pictures, i);
    }
    return runEncoded(data, new long[data.length * 2], limits);
  }

  /** The same for what remains of direct buffers, which are read in place, or of others. */
  public float[] runEncodedBuffers(List<ByteBuffer> pictures, Limits limits) {
    Object[] data = new Object[Native.notEmpty("pictures", pictures).size()];
    long[] parts = new long[data.length * 2];
    for (int i = 0; i < data.length; ++i) {
      ByteBuffer picture = element("pictures", pictures, i);
      if (picture.isDirect()) {
        data[i] = picture;
        parts[i * 2] = picture.position();
        parts[i * 2 + 1] = picture.remaining();
      } else {
        data[i] = Buffers.copy(picture);
      }
    }
    return runEncoded(data, parts, limits);
  }

  private float[] runEncoded(Object[] data, long[] parts, Limits limits) {
    float[] output = samples.rows(data.length);
    try (Handle.Use session = use();
        Watch cancel = limits.watch()) {
      Native.sessionRunEncoded(
          session.address(), data, parts, cancel.address(), limits.seconds(), output);
    }
    return output;
  }

  /** The likeliest {@code count} classes of a JPEG or PNG file, best first. */
  public List<Prediction> predict(Path path, int count) {
    return predict(path, count, Limits.NONE);
  }

  /** The same within limits. */
  public List<Prediction> predict(Path path, int count, Limits limits) {
    try (Handle.Use session = use();
        Watch cancel = limits.watch()) {
      return List.of(
          Native.sessionPredictFile(
              session.address(),
              Native.path("path", path),
              cancel.address(),
              limits.seconds(),
              atMostClasses(count)));
    }
  }

  /** The likeliest {@code count} classes of an encoded picture (JPEG or PNG), best first. */
  public List<Prediction> predict(byte[] picture, int count) {
    return top(runEncoded(List.of(picture), Limits.NONE), count);
  }

  /** The likeliest {@code count} classes of a picture, best first. */
  public List<Prediction> predict(Image picture, int count) {
    return top(runImages(List.of(picture), Limits.NONE), count);
  }

  /** The likeliest {@code count} classes of a picture of Java's, best first. */
  public List<Prediction> predict(BufferedImage picture, int count) {
    return predict(Image.of(picture), count);
  }

  /** The likeliest {@code count} classes of one row of output; equal ones by index. */
  public List<Prediction> top(float[] row, int count) {
    Objects.requireNonNull(row, "row");
    try (Handle.Use session = use()) {
      return List.of(Native.sessionTop(session.address(), row, atMostClasses(count)));
    }
  }

  /** The views of a picture as the model wants them: (views, C, H, W). */
  public float[] preprocess(Image image) {
    float[] views = new float[Math.toIntExact(samples.floats())];
    try (Handle.Use session = use()) {
      Native.sessionPreprocess(
          session.address(),
          image.pixels,
          image.layout(),
          views);
    }
    return views;
  }

  /**
   * How outputs depend on preprocessed samples, (count * views, C, H, W), of which {@code classes}
   * has one class each (saliency; Simonyan et al. 2013, arXiv:1312.6034, section 3): the gradients
   * of the classes' scores, of what enters a final softmax or of that float of the output, laid out
   * as the samples.
   */
  public float[] inputGradients(float[] views, int[] classes, Limits limits) {
    Objects.requireNonNull(classes, "classes");
    float[] gradients = new float[views.length];
    try (Handle.Use session = use();
        Watch cancel = limits.watch()) {
      Native.sessionInputGradients(
          session.address(), views, classes, cancel.address(), limits.seconds(), gradients);
    }
    return gradients;
  }

  /** What layer {@code index} of {@link SessionOptions#activations} gave in the last run. */
  public Activation activation(int index) {
    Native.notNegative("index", index);
    try (Handle.Use session = use()) {
      return Native.sessionActivation(session.address(), index);
    }
  }

  private static <T> T element(String list, List<T> values, int i) {
    return Objects.requireNonNull(values.get(i), () -> list + "[" + i + "]");
  }

  private int atMostClasses(int count) {
    return (int) Math.min(Native.notNegative("count", count), info.classes());
  }
}
