package org.alexnet;

import java.util.List;

/** What of a model learns a new task. Not given or 0 is the default. */
public final class FinetuneOptions {
  float headRate;

  /** All defaults. */
  public FinetuneOptions() {}

  /** Learning rate of the new layer, times the others'; by default 10. */
  public FinetuneOptions headRate(float value) {
    headRate = value;
    return this;
  }

  List<String> freeze = List.of();

  /**
   * Layers that do not learn: names; "..conv5" for all up to it; "none". By default chosen by the
   * number of pictures, and told to the context.
   */
  public FinetuneOptions freeze(String... layers) {
    freeze = List.of(layers);
    return this;
  }

  byte[][] freezeNames() {
    return Native.texts(freeze);
  }
}
