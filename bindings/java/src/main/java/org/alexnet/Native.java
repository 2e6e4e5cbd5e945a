package org.alexnet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The functions of libalexnet_jni and what passes arguments to them. Texts go as UTF-8 that ends in
 * a zero, options as objects whose fields native code reads by name, limits as a token's address (0:
 * none) and seconds (0: none). Arrays and direct buffers of floats go as Object, with the first
 * element and the number of elements. All failures come back as AlexNetException.
 */
final class Native {
  /** Of these classes. */
  static final String VERSION = "0.1.0";

  static final int VALUE_PARAMETER = 0;
  static final int VALUE_MOMENTUM = 1;
  static final int VALUE_GRADIENT = 2;

  static {
    NativeLibrary.load();
    if (!VERSION.equals(compiledVersion())) {
      throw new UnsatisfiedLinkError(
          "the classes of org.alexnet are of version "
              + VERSION
              + ", their native library of "
              + compiledVersion()
              + "; use the library of the same jar");
    }
    try {
      requireCompiledVersion();
    } catch (AlexNetException.Unsupported other) {
      throw new UnsatisfiedLinkError(other.getMessage());
    }
  }

  private Native() {}

  static byte[] text(String field, String value) {
    Objects.requireNonNull(value, field);
    if (value.indexOf('\0') >= 0) {
      throw AlexNetException.invalid(field, "holds a zero character");
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  static byte[] path(String field, Path value) {
    Objects.requireNonNull(value, field);
    return text(field, onDisk(field, value).toString());
  }

  /** The path, or null, if native code can open it: the same name may be another file on disk. */
  static Path onDisk(String field, Path value) {
    if (value != null && value.getFileSystem() != FileSystems.getDefault()) {
      throw AlexNetException.invalid(
          field,
          "must be a path of the default file system, not "
              + value.toUri()
              + "; copy it to a file on disk");
    }
    return value;
  }

  static byte[][] texts(List<String> values) {
    return values.stream().map(each -> text("name", each)).toArray(byte[][]::new);
  }

  static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  static <T> List<T> notEmpty(String field, List<T> values) {
    if (values.isEmpty()) {
      throw AlexNetException.invalid(field, "is empty; give at least one");
    }
    return values;
  }

  static int notNegative(String field, int value) {
    return (int) notNegative(field, (long) value);
  }

  static long notNegative(String field, long value) {
    if (value < 0) {
      throw AlexNetException.invalid(field, "must not be negative, not " + value);
    }
    return value;
  }

  static double notNegative(String field, double value) {
    if (!(value >= 0)) {
      throw AlexNetException.invalid(field, "must not be negative, not " + value);
    }
    return value;
  }

  static float[] sized(String field, float[] values, int size) {
    if (values.length != size) {
      throw AlexNetException.invalid(field, "has " + values.length + " numbers, not " + size);
    }
    return values.clone();
  }

  // Called by native code, which then throws the result.
  static AlexNetException failure(
      int code, String text, String reason, String file, String field) {
    return AlexNetException.of(code, text, reason, file, field);
  }

  /** Called by native code after each callback of a call. */
  static void calledBack() {
    Watch.resume();
  }

  // The library.
  private static native String compiledVersion();

  private static native void requireCompiledVersion();

  static native String versionString();

  static native int version();

  static native void requireVersion(int major, int minor);

  static native AlexNet.Device[] devices();

  static native AlexNet.Preset[] presets();

  static native String systemJson();

  static native int launcherRank();

  static native int launcherSize();

  static native AlexNet.Verification verify(
      byte[] path, SessionOptions options, long cancel, double seconds);

  static native AlexNet.BenchmarkReport benchmark(
      BenchmarkOptions options, byte[] model, long cancel, double seconds);

  // Cancelling and logs.
  static native long cancelTokenCreate();

  static native void cancelTokenCancel(long token);

  static native boolean cancelTokenCancelled(long token);

  static native void cancelTokenFree(long token);

  static native long contextCreate(Context.Sink sink, int least);

  static native void contextLog(long context, int level, byte[] message);

  static native void contextFree(long context);

  // Networks.
  static native long networkPreset(byte[] name, long classes, long inputSize);

  static native long networkCreate(byte[] name, long channels, long height, long width);

  static native void networkFree(long network);

  static native void addConvolution(long network, byte[] name, ConvolutionOptions options);

  static native void addPooling(long network, byte[] name, PoolingOptions options);

  static native void addLrn(long network, byte[] name, LrnOptions options);

  static native void addActivation(long network, byte[] name, int kind);

  static native void addDropout(long network, byte[] name, float rate);

  static native void addAdaptiveAveragePooling(
      long network, byte[] name, long outHeight, long outWidth);

  static native void addFullyConnected(long network, byte[] name, FullyConnectedOptions options);

  static native void addLocallyConnected(
      long network, byte[] name, LocallyConnectedOptions options);

  static native void addSoftmax(long network, byte[] name);

  static native void setOption(long network, byte[] pattern, byte[] option, byte[] value);

  static native void removeLayers(long network, byte[] pattern);

  static native String networkText(long network);

  static native String networkJson(long network);

  static native Layer[] networkLayers(long network);

  static native ConvolutionOptions networkConvolution(long network, long index);

  static native PoolingOptions networkPooling(long network, long index);

  static native LrnOptions networkLrn(long network, long index);

  static native int networkActivation(long network, long index);

  static native float networkDropout(long network, long index);

  static native long[] networkAdaptiveAveragePooling(long network, long index);

  static native FullyConnectedOptions networkFullyConnected(long network, long index);

  static native LocallyConnectedOptions networkLocallyConnected(long network, long index);

  static native Preprocessing networkPreprocessing(long network);

  static native void setNetworkPreprocessing(long network, Preprocessing preprocessing);

  static native Recipe networkRecipe(long network);

  static native void setNetworkRecipe(long network, Recipe recipe, long given);

  // Models.
  static native long modelLoad(byte[] path, boolean copy);

  static native long modelOf(Object bytes, long first, long size, byte[] name);

  static native long modelInitial(long network, long seed, long cancel, double seconds);

  static native void modelFree(long model);

  static native void modelSave(
      long model, byte[] path, int dtype, boolean strip, long cancel, double seconds);

  static native byte[] modelBytes(
      long model, int dtype, boolean strip, long cancel, double seconds);

  static native Model.Info modelInfo(long model);

  static native Layer[] modelLayers(long model);

  static native String[] modelLabels(long model);

  static native Preprocessing modelPreprocessing(long model);

  static native String[] modelMetadata(long model);

  static native String modelMetadataOf(long model, byte[] key);

  static native String modelJson(long model);

  static native long modelNetwork(long model);

  static native Tensor[] modelTensors(long model);

  static native int findTensor(long model, byte[] name);

  static native ByteBuffer tensorData(long model, int index);

  // All from `first` on where count is negative.
  static native float[] readTensor(long model, int index, long first, long count);

  // Inspection.
  static native long modelLoadDamaged(byte[] path);

  static native Damage[] modelDamage(
      long model, int threads, int most, long cancel, double seconds);

  static native TensorStatistics measureTensor(
      long model, int index, int threads, long cancel, double seconds);

  static native LayerTimes timeLayers(
      long model, SessionOptions options, double duration, long cancel, double seconds);

  // Model builder.
  static native long builderCreate(long network);

  static native long builderFrom(long model);

  static native void builderFree(long builder);

  static native void builderWrite(long builder, byte[] name, long first, float[] values);

  static native void builderWriteBytes(
      long builder, byte[] name, int dtype, long first, byte[] values);

  static native void builderLabels(long builder, byte[][] labels);

  static native void builderPreprocessing(long builder, Preprocessing preprocessing);

  static native void builderMetadata(long builder, byte[] key, byte[] value);

  static native void builderSource(long builder, byte[] source, byte[] tool);

  static native long builderBuild(long builder, long cancel, double seconds);

  // Sessions. Layouts of images: offset, width, height, channels, row stride of each; parts of
  // encoded pictures: offset and size of each direct buffer.
  static native long sessionCreate(
      long model, SessionOptions options, byte[][] activations, long context);

  static native void sessionFree(long session);

  static native Session.Info sessionInfo(long session);

  static native void sessionRun(
      long session,
      Object views,
      long first,
      long size,
      long count,
      long cancel,
      double seconds,
      Object output,
      long at,
      long floats);

  static native void sessionRunImages(
      long session, Object[] pixels, long[] layouts, long cancel, double seconds, float[] output);

  static native void sessionRunEncoded(
      long session, Object[] pictures, long[] parts, long cancel, double seconds, float[] output);

  static native Prediction[] sessionTop(long session, float[] row, int count);

  static native Prediction[] sessionPredictFile(
      long session, byte[] path, long cancel, double seconds, int count);

  static native void sessionPreprocess(
      long session, Object pixels, long[] layout, float[] views);

  static native Activation sessionActivation(long session, int index);

  static native void sessionInputGradients(
      long session,
      float[] views,
      int[] classes,
      long cancel,
      double seconds,
      float[] gradients);

  // Features.
  static native long featuresCreate(
      long model, byte[] layer, byte[][] paths, FeatureOptions options, long context);

  static native void featuresFree(long features);

  static native Features.Info featuresInfo(long features);

  static native Features.Rows featuresNext(long features, long cancel, double seconds);

  static native Features.Broken[] featuresBroken(long features);

  static native Features.Neighbour[] findNearest(float[] rows, float[] query, int most);

  static native double lpips(
      long model,
      Object first,
      long[] firstLayout,
      Object second,
      long[] secondLayout,
      float[] weights,
      SessionOptions options,
      long context,
      double[] layers);

  // Queues.
  static native long queueCreate(long model, QueueOptions options, long context);

  static native void queueFree(long queue);

  static native BatchingQueue.Info queueInfo(long queue);

  static native void queueRun(
      long queue,
      Object views,
      long first,
      long size,
      long count,
      long cancel,
      double seconds,
      Object output,
      long at,
      long floats);

  static native void queueClose(long queue, boolean cancel);

  // Pictures.
  static native Image imageDecode(byte[] picture, byte[] name);

  static native Image imageLoad(byte[] path);

  // Data sets and evaluation.
  static native long datasetOpen(byte[] path, boolean allowEmptyClasses);

  static native void datasetFree(long dataset);

  static native String[] datasetClasses(long dataset);

  static native long datasetSize(long dataset, int part);

  static native Dataset.Sample datasetRead(long dataset, int part, long index);

  static native Dataset.LintReport datasetLint(
      long dataset, LintOptions options, long cancel, double seconds, Progress progress);

  static native Dataset.PackReport datasetPack(
      long dataset,
      byte[] out,
      PackOptions options,
      long context,
      long cancel,
      double seconds,
      Progress progress);

  static native void drawShapes(byte[] out, long seed, int trainPerClass, int heldOutPerClass);

  static native long evaluate(
      long model,
      long dataset,
      EvaluateOptions options,
      long context,
      long cancel,
      double seconds,
      Progress progress);

  static native void evaluationFree(long evaluation);

  static native Evaluation.Info evaluationInfo(long evaluation);

  static native Evaluation.ClassResult[] evaluationClasses(long evaluation);

  static native long[][] evaluationConfusion(long evaluation);

  static native String evaluationConfusionText(long evaluation, int limit);

  static native Evaluation.Wrong[] evaluationWorst(long evaluation);

  static native Evaluation.Broken[] evaluationBroken(long evaluation);

  // Training.
  static native Training.Report train(
      TrainOptions options,
      byte[] data,
      byte[] out,
      long given,
      long network,
      long context,
      long cancel,
      double seconds,
      TrainListener listener);

  static native Training.Report finetune(
      long model,
      float headRate,
      byte[][] freeze,
      TrainOptions options,
      byte[] data,
      byte[] out,
      long given,
      long context,
      long cancel,
      double seconds,
      TrainListener listener);

  static native long trainerCreate(long model, TrainerOptions options);

  static native void trainerFree(long trainer);

  static native Trainer.StepResult trainerStep(
      long trainer, Object images, long first, long size, int[] labels, UpdateRule rule);

  static native Trainer.StepResult trainerGradients(long trainer, float[] images, int[] labels);

  static native void trainerRead(long trainer, byte[] name, int what, float[] values);

  static native void trainerWrite(long trainer, byte[] name, int what, float[] values);

  static native long trainerModel(long trainer, long cancel, double seconds);
}
