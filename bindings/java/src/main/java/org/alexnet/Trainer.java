package org.alexnet;

import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * Training step by step, on the caller's own batches. For one thread at a time: a second one gets
 * {@link AlexNetException.FailedPrecondition}.
 */
public final class Trainer extends NativeObject {
  /**
   * One step.
   *
   * @param loss mean over the batch
   * @param correct top-1
   * @param gradientNorm L2 norm of all gradients together, before clipping; 0 where nothing is updated
   * @param step updates so far, this one included
   * @param threads that compute; may be fewer than were asked for
   */
  public record StepResult(
      double loss, long correct, double gradientNorm, long step, int threads) {}

  /** Starts from the parameters of {@code model}, with momenta of zero. */
  public Trainer(Model model, TrainerOptions options) {
    super("Trainer", create(model, options), Native::trainerFree);
  }

  private static long create(Model model, TrainerOptions options) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use from = model.use()) {
      return Native.trainerCreate(from.address(), options);
    }
  }

  /**
   * Forward, loss, backward and one update.
   *
   * @param images (batch, C, H, W), preprocessed; the size is exact
   * @param labels (batch), each 0 to classes - 1
   * @throws AlexNetException.Diverged where the loss is not finite; nothing is updated
   */
  public StepResult step(float[] images, int[] labels, UpdateRule rule) {
    Objects.requireNonNull(images, "images");
    return step(images, 0, images.length, labels, rule);
  }

  /** The same for what remains of a buffer, read in place where it is direct. */
  public StepResult step(FloatBuffer images, int[] labels, UpdateRule rule) {
    if (Buffers.inPlace(images)) {
      return step(images, images.position(), images.remaining(), labels, rule);
    }
    return step(Buffers.copy(images), labels, rule);
  }

  private StepResult step(Object images, long first, long size, int[] labels, UpdateRule rule) {
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(rule, "rule");
    try (Handle.Use trainer = use()) {
      return Native.trainerStep(trainer.address(), images, first, size, labels, rule);
    }
  }

  /** The same as {@link #step} without the update: fills the gradients. */
  public StepResult gradients(float[] images, int[] labels) {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(labels, "labels");
    try (Handle.Use trainer = use()) {
      return Native.trainerGradients(trainer.address(), images, labels);
    }
  }

  /** Reads all of parameter {@code name} ("fc6.weight"); the length of {@code values} is exact. */
  public void readParameter(String name, float[] values) {
    read(name, Native.VALUE_PARAMETER, values);
  }

  /** Reads the momentum of a parameter. */
  public void readMomentum(String name, float[] values) {
    read(name, Native.VALUE_MOMENTUM, values);
  }

  /** Reads the gradient of a parameter. */
  public void readGradient(String name, float[] values) {
    read(name, Native.VALUE_GRADIENT, values);
  }

  /** Replaces all of parameter {@code name}. */
  public void writeParameter(String name, float[] values) {
    write(name, Native.VALUE_PARAMETER, values);
  }

  /** Replaces the momentum of a parameter. */
  public void writeMomentum(String name, float[] values) {
    write(name, Native.VALUE_MOMENTUM, values);
  }

  private void read(String name, int what, float[] values) {
    Objects.requireNonNull(values, "values");
    try (Handle.Use trainer = use()) {
      Native.trainerRead(trainer.address(), Native.text("name", name), what, values);
    }
  }

  private void write(String name, int what, float[] values) {
    Objects.requireNonNull(values, "values");
    try (Handle.Use trainer = use()) {
      Native.trainerWrite(trainer.address(), Native.text("name", name), what, values);
    }
  }

  /** A model of the parameters as they are now. */
  public Model model() {
    return model(Limits.NONE);
  }

  /** The same within limits. */
  public Model model(Limits limits) {
    try (Handle.Use trainer = use();
        Watch cancel = limits.watch()) {
      return new Model(
          Native.trainerModel(trainer.address(), cancel.address(), limits.seconds()));
    }
  }
}
