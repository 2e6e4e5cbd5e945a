package org.alexnet;

/**
 * How a parameter tensor starts and learns.
 *
 * @param initializer its first values
 * @param value the number of the initializer
 * @param rate times the learning rate; 0: 1
 * @param decay times the weight decay; 0: 1
 * @param frozen does not learn
 * @param noDecay has no weight decay
 */
public record ParameterRule(
    Initializer initializer,
    float value,
    float rate,
    float decay,
    boolean frozen,
    boolean noDecay) {
  ParameterRule(
      int initializer, float value, float rate, float decay, boolean frozen, boolean noDecay) {
    this(Initializer.of(initializer), value, rate, decay, frozen, noDecay);
  }

  /** Weights: Gaussian of 0.01; biases: 0; the network's rate and decay. */
  public static final ParameterRule DEFAULT =
      new ParameterRule(Initializer.DEFAULT, 0, 0, 0, false, false);

  /** Starts so, and learns like the others. */
  public static ParameterRule starting(Initializer initializer, float value) {
    return new ParameterRule(initializer, value, 0, 0, false, false);
  }
}
