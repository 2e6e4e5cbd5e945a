package org.alexnet;

/** How one update is made (section 5 of the paper). Starts as the paper's. */
public final class UpdateRule {
  // BEGIN options: java.fields update_rule zeros=no
  float rate = 0.01f;
  float momentum = 0.9f;
  float weightDecay = 5e-4f;
  float clipGradientNorm;
  // END options

  /** The paper's. */
  public UpdateRule() {}

  // BEGIN options: java.accessors update_rule class=UpdateRule getters=yes
  /** Learning rate; 0 to 1e6; by default 0.01. */
  public UpdateRule rate(float value) {
    rate = value;
    return this;
  }

  /** Learning rate; 0 to 1e6. */
  public float rate() {
    return rate;
  }

  /** Share of an update that the next one repeats; 0 to 0.9999; by default 0.9. */
  public UpdateRule momentum(float value) {
    momentum = value;
    return this;
  }

  /** Share of an update that the next one repeats; 0 to 0.9999. */
  public float momentum() {
    return momentum;
  }

  /** Pull of the weights towards 0, times the learning rate; 0 to 1,000; by default 5e-4. */
  public UpdateRule weightDecay(float value) {
    weightDecay = value;
    return this;
  }

  /** Pull of the weights towards 0, times the learning rate; 0 to 1,000. */
  public float weightDecay() {
    return weightDecay;
  }

  /** Largest L2 norm of all gradients together; 0: any. */
  public UpdateRule clipGradientNorm(float value) {
    clipGradientNorm = value;
    return this;
  }

  /** Largest L2 norm of all gradients together; 0: any. */
  public float clipGradientNorm() {
    return clipGradientNorm;
  }
  // END options
}
