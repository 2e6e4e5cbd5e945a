package org.alexnet;

import java.util.Objects;

/** Training, whole: a folder in, a model out. */
public final class Training {
  private Training() {}

  /**
   * What came of a run.
   *
   * @param epochs finished, in all
   * @param steps updates
   * @param seconds of training, earlier parts included
   * @param bestEpoch from 0; -1: none
   * @param bestTop1Error percent
   * @param validated whether pictures were held out
   * @param top1Error percent, of the last epoch
   * @param top5Error percent, of the last epoch
   * @param loss of held-out pictures, of the last epoch
   * @param trainLoss of the last epoch
   * @param broken pictures replaced by others
   */
  public record Report(
      long epochs,
      long steps,
      double seconds,
      long bestEpoch,
      double bestTop1Error,
      boolean validated,
      double top1Error,
      double top5Error,
      double loss,
      double trainLoss,
      long broken) {}

  /** Trains a network from its initial parameters. */
  public static Report run(TrainOptions options) {
    return run(options, null, Limits.NONE);
  }

  /**
   * Trains a network from its initial parameters. Cancelled or out of time, last.alexnet holds the
   * very position, and {@link TrainOptions#resume} goes on from it to the same bits as a run that
   * was not stopped; right after the start there may be none. {@code listener} may be null.
   */
  public static Report run(TrainOptions options, TrainListener listener, Limits limits) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use network =
            options.network == null ? Handle.Use.NOTHING : options.network.use();
        Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      return Native.train(
          options,
          Native.path("data", options.data),
          Native.path("out", options.out),
          given(options.recipe),
          network.address(),
          context.address(),
          cancel.address(),
          limits.seconds(),
          listener);
    }
  }

  /**
   * Teaches {@code model} the classes of a folder: its last fully connected layer is replaced.
   * Preset, network and input size of {@code options} are not used; {@code listener} may be null.
   */
  public static Report finetune(
      Model model,
      FinetuneOptions what,
      TrainOptions options,
      TrainListener listener,
      Limits limits) {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(options, "options");
    try (Handle.Use from = model.use();
        Handle.Use context = Context.use(options.context);
        Watch cancel = limits.watch()) {
      return Native.finetune(
          from.address(),
          what.headRate,
          what.freezeNames(),
          options,
          Native.path("data", options.data),
          Native.path("out", options.out),
          given(options.recipe),
          context.address(),
          cancel.address(),
          limits.seconds(),
          listener);
    }
  }

  private static long given(Recipe recipe) {
    return recipe == null ? 0 : recipe.given();
  }
}
