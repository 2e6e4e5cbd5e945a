package org.alexnet;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Labelled pictures on disk: a folder with one folder per class, WebDataset shards (*.tar), or
 * train/ and val/ of either kind; a list of paths and labels; CIFAR's or MNIST's files. Thread
 * safe.
 */
public final class Dataset extends NativeObject {
  /**
   * One picture.
   *
   * @param label index of its class
   * @param name relative to the folder
   * @param bytes encoded
   */
  public record Sample(int label, String name, byte[] bytes) {}

  /**
   * What {@link #lint} found.
   *
   * @param ok no error
   * @param text for a person
   * @param json the findings as an object, as alexnet_dataset_lint describes it
   */
  public record LintReport(boolean ok, String text, String json) {}

  /**
   * What {@link #pack} wrote.
   *
   * @param pictures written, both parts
   * @param resumed of these, finished by an earlier run
   * @param shards files
   * @param broken pictures left out
   * @param bytes written
   * @param seconds it took
   */
  public record PackReport(
      long pictures, long resumed, long shards, long broken, long bytes, double seconds) {}

  private Dataset(Path path, boolean allowEmptyClasses) {
    super(
        "Dataset",
        Native.datasetOpen(Native.path("path", path), allowEmptyClasses),
        Native::datasetFree);
  }

  /** Opens a data set, where each class has a picture. */
  public static Dataset open(Path path) {
    return new Dataset(path, false);
  }

  /** Opens one whose classes may be empty, for {@link #lint}. */
  public static Dataset openWithEmptyClasses(Path path) {
    return new Dataset(path, true);
  }

  /** Names of the classes, by index. */
  public List<String> classes() {
    try (Handle.Use dataset = use()) {
      return List.of(Native.datasetClasses(dataset.address()));
    }
  }

  /** Pictures of a part; 0 where there is no such part. */
  public long size(Part part) {
    try (Handle.Use dataset = use()) {
      return Native.datasetSize(dataset.address(), part.code);
    }
  }

  /** One picture. */
  public Sample read(Part part, long index) {
    try (Handle.Use dataset = use()) {
      return Native.datasetRead(dataset.address(), part.code, index);
    }
  }

  /** What may be wrong with the pictures, found before training: decodes all. */
  public LintReport lint(LintOptions options, Limits limits, Progress progress) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use dataset = use();
        Watch cancel = limits.watch()) {
      return Native.datasetLint(
          dataset.address(), options, cancel.address(), limits.seconds(), progress);
    }
  }

  /**
   * Writes WebDataset shards of small JPEGs, and the training set's statistics, into a folder.
   * Called again after a stop it goes on.
   */
  public PackReport pack(Path out, PackOptions options, Limits limits, Progress progress) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use dataset = use();
        Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      return Native.datasetPack(
          dataset.address(),
          Native.path("out", out),
          options,
          context.address(),
          cancel.address(),
          limits.seconds(),
          progress);
    }
  }

  /**
   * Draws a small labelled data set (ten kinds of figures, 64 pixels) into out/train and out/val,
   * to try things out with.
   *
   * @param out new or empty
   * @param seed of the drawing; 0: 1
   * @param trainPerClass pictures; 0: 250
   * @param heldOutPerClass pictures; 0: 40
   */
  public static void drawShapes(Path out, long seed, int trainPerClass, int heldOutPerClass) {
    Native.drawShapes(
        Native.path("out", out),
        seed,
        Native.notNegative("trainPerClass", trainPerClass),
        Native.notNegative("heldOutPerClass", heldOutPerClass));
  }
}
