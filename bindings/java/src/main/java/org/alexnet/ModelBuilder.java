package org.alexnet;

import java.util.List;
import java.util.Objects;

/**
 * Makes a model from tensors, or another one with changes. For one thread at a time: a second one
 * gets {@link AlexNetException.FailedPrecondition}.
 */
public final class ModelBuilder extends NativeObject {
  /** A model of {@code network}, whose parameters are all missing until they are written. */
  public ModelBuilder(Network network) {
    super("ModelBuilder", of(network), Native::builderFree);
  }

  /** Everything as in {@code model}, its training state aside. */
  public ModelBuilder(Model model) {
    super("ModelBuilder", of(model), Native::builderFree);
  }

  private static long of(Network network) {
    try (Handle.Use from = network.use()) {
      return Native.builderCreate(from.address());
    }
  }

  private static long of(Model model) {
    try (Handle.Use from = model.use()) {
      return Native.builderFrom(from.address());
    }
  }

  /** All of a parameter tensor, in C order. */
  public ModelBuilder tensor(String name, float[] values) {
    return tensor(name, 0, values);
  }

  /**
   * Elements of a parameter tensor, in chunks and in order: {@code first} is 0, which starts the
   * tensor anew, or the number of elements written so far.
   */
  public ModelBuilder tensor(String name, long first, float[] values) {
    Objects.requireNonNull(values, "values");
    try (Handle.Use builder = use()) {
      Native.builderWrite(builder.address(), Native.text("name", name), first, values);
    }
    return this;
  }

  /** The same for values that are stored as {@code dtype}, in the machine's byte order. */
  public ModelBuilder tensor(String name, DType dtype, long first, byte[] values) {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(values, "values");
    try (Handle.Use builder = use()) {
      Native.builderWriteBytes(
          builder.address(), Native.text("name", name), dtype.code, first, values);
    }
    return this;
  }

  /** One label per class; none removes them. */
  public ModelBuilder labels(List<String> labels) {
    try (Handle.Use builder = use()) {
      Native.builderLabels(builder.address(), Native.texts(labels));
    }
    return this;
  }

  /** What pictures go through before the network. */
  public ModelBuilder preprocessing(Preprocessing preprocessing) {
    Objects.requireNonNull(preprocessing, "preprocessing");
    try (Handle.Use builder = use()) {
      Native.builderPreprocessing(builder.address(), preprocessing);
    }
    return this;
  }

  /** Free metadata; a null value removes the key. */
  public ModelBuilder metadata(String key, String value) {
    try (Handle.Use builder = use()) {
      Native.builderMetadata(
          builder.address(),
          Native.text("key", key),
          value == null ? null : Native.text("value", value));
    }
    return this;
  }

  /** Where the model came from and what made it, for a person; null leaves either as it is. */
  public ModelBuilder source(String source, String tool) {
    try (Handle.Use builder = use()) {
      Native.builderSource(
          builder.address(),
          source == null ? null : Native.text("source", source),
          tool == null ? null : Native.text("tool", tool));
    }
    return this;
  }

  /** The model, with a self-check computed anew; the builder stays as it was. */
  public Model build() {
    return build(Limits.NONE);
  }

  /** The same within limits. */
  public Model build(Limits limits) {
    try (Handle.Use builder = use();
        Watch cancel = limits.watch()) {
      return new Model(
          Native.builderBuild(builder.address(), cancel.address(), limits.seconds()));
    }
  }
}
