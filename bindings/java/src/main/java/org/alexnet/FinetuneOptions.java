package org.alexnet;

import java.util.List;

/** What of a model learns new classes. Not given or 0 is the default. */
public final class FinetuneOptions {
  // BEGIN options: java.fields finetune_options
  List<String> freeze = List.of();
  float headRate;
  // END options

  /** All defaults. */
  public FinetuneOptions() {}

  // BEGIN options: java.accessors finetune_options class=FinetuneOptions
  /**
   * Layers that do not learn, by name; "..conv5": all up to it; "none": all learn; by default chosen
   * by the number of pictures, and told.
   */
  public FinetuneOptions freeze(String... value) {
    freeze = List.of(value);
    return this;
  }

  /** Learning rate of the new layer, times the others'; 1e-6 to 1e6; by default 10. */
  public FinetuneOptions headRate(float value) {
    headRate = value;
    return this;
  }
  // END options

  byte[][] freezeNames() {
    return Native.texts(freeze);
  }
}
