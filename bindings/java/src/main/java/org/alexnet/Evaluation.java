package org.alexnet;

import java.util.List;
import java.util.Objects;

/** How well a model does on a data set. Thread safe. */
public final class Evaluation extends NativeObject {
  /**
   * The figures.
   *
   * @param count pictures
   * @param classes of the model
   * @param topK what top-5 means: min(5, classes)
   * @param tenCrop whether ten views were averaged
   * @param top1Error percent
   * @param top5Error percent
   * @param loss mean of -log p(true class)
   * @param seconds it took
   * @param imagesPerSecond speed
   * @param broken pictures left out
   */
  public record Info(
      long count,
      long classes,
      int topK,
      boolean tenCrop,
      double top1Error,
      double top5Error,
      double loss,
      double seconds,
      double imagesPerSecond,
      long broken) {}

  /**
   * One class.
   *
   * @param name of the class
   * @param count pictures
   * @param recall percent; -1 without pictures
   */
  public record ClassResult(String name, long count, double recall) {}

  /**
   * A picture that was left out.
   *
   * @param name of the picture
   * @param reason what is wrong with it
   */
  public record Broken(String name, String reason) {}

  /**
   * A picture that was taken for something else. Classes are the model's, by index.
   *
   * @param name of the picture
   * @param sample its index in the part that was evaluated
   * @param label the true class
   * @param predicted the likeliest class
   * @param probability of the likeliest class
   * @param labelProbability of the true class
   */
  public record Wrong(
      String name,
      long sample,
      int label,
      int predicted,
      float probability,
      float labelProbability) {}

  private Evaluation(long address) {
    super("Evaluation", address, Native::evaluationFree);
  }

  /** On the validation part of {@code dataset}, or on all where there is none. */
  public static Evaluation of(Model model, Dataset dataset) {
    return of(model, dataset, new EvaluateOptions(), Limits.NONE, null);
  }

  /** The same with choices; {@code progress} may be null. */
  public static Evaluation of(
      Model model, Dataset dataset, EvaluateOptions options, Limits limits, Progress progress) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use of = model.use();
        Handle.Use on = dataset.use();
        Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      return new Evaluation(
          Native.evaluate(
              of.address(),
              on.address(),
              options,
              context.address(),
              cancel.address(),
              limits.seconds(),
              progress));
    }
  }

  /** The figures. */
  public Info info() {
    try (Handle.Use evaluation = use()) {
      return Native.evaluationInfo(evaluation.address());
    }
  }

  /** The classes, by index. */
  public List<ClassResult> classes() {
    try (Handle.Use evaluation = use()) {
      return List.of(Native.evaluationClasses(evaluation.address()));
    }
  }

  /** Rows of true classes, columns of predicted ones; empty beyond 5,000 classes. */
  public long[][] confusion() {
    try (Handle.Use evaluation = use()) {
      return Native.evaluationConfusion(evaluation.address());
    }
  }

  /** The confusion matrix for a person: a table up to {@code limit} classes (0: 20). */
  public String confusionText(int limit) {
    try (Handle.Use evaluation = use()) {
      return Native.evaluationConfusionText(evaluation.address(), limit);
    }
  }

  /**
   * Those whose true class was least likely, of the pictures that were taken for another one, the
   * worst first; at most 24.
   */
  public List<Wrong> worst() {
    try (Handle.Use evaluation = use()) {
      return List.of(Native.evaluationWorst(evaluation.address()));
    }
  }

  /** The pictures that were left out. */
  public List<Broken> broken() {
    try (Handle.Use evaluation = use()) {
      return List.of(Native.evaluationBroken(evaluation.address()));
    }
  }
}
