package org.alexnet;

import java.util.List;
import java.util.Objects;

/**
 * A chain of layers, the preprocessing that pictures go through before it, and the recipe that
 * trains it; no parameters. For one thread at a time: a second one gets {@link
 * AlexNetException.FailedPrecondition}.
 */
public final class Network extends NativeObject {
  Network(long address) {
    super("Network", address, Native::networkFree);
  }

  /** An empty network for (N, channels, height, width) input; channels 1 or 3. */
  public Network(String name, long channels, long height, long width) {
    this(Native.networkCreate(Native.text("name", name), channels, height, width));
  }

  /** A preset with the class count and the input size that it has by itself. */
  public static Network preset(String name) {
    return preset(name, 0, 0);
  }

  /** A preset; {@code classes} and {@code inputSize} (square, pixels): 0 is the preset's own. */
  public static Network preset(String name, long classes, long inputSize) {
    return new Network(Native.networkPreset(Native.text("name", name), classes, inputSize));
  }

  /** Appends a convolution. */
  public Network addConvolution(String name, ConvolutionOptions options) {
    Objects.requireNonNull(options, "options");
    return add(address -> Native.addConvolution(address, Native.text("name", name), options));
  }

  /** Appends a pooling layer. */
  public Network addPooling(String name, PoolingOptions options) {
    Objects.requireNonNull(options, "options");
    return add(address -> Native.addPooling(address, Native.text("name", name), options));
  }

  /** Appends local response normalization. */
  public Network addLrn(String name, LrnOptions options) {
    Objects.requireNonNull(options, "options");
    return add(address -> Native.addLrn(address, Native.text("name", name), options));
  }

  /** Appends a function of each element. */
  public Network addActivation(String name, ActivationKind kind) {
    Objects.requireNonNull(kind, "kind");
    return add(address -> Native.addActivation(address, Native.text("name", name), kind.code));
  }

  /** Appends max(x, 0). */
  public Network addRelu(String name) {
    return addActivation(name, ActivationKind.RELU);
  }

  /** Appends tanh(x). */
  public Network addTanh(String name) {
    return addActivation(name, ActivationKind.TANH);
  }

  /**
   * Appends dropout, which zeroes a unit with probability {@code rate} in [0, 1) while training and
   * scales the others by 1 / (1 - rate).
   */
  public Network addDropout(String name, float rate) {
    return add(address -> Native.addDropout(address, Native.text("name", name), rate));
  }

  /** Appends an average over outHeight x outWidth windows that cover the input, as PyTorch's. */
  public Network addAdaptiveAveragePooling(String name, long outHeight, long outWidth) {
    return add(
        address ->
            Native.addAdaptiveAveragePooling(
                address, Native.text("name", name), outHeight, outWidth));
  }

  /** Appends a fully connected layer. */
  public Network addFullyConnected(String name, FullyConnectedOptions options) {
    Objects.requireNonNull(options, "options");
    return add(address -> Native.addFullyConnected(address, Native.text("name", name), options));
  }

  /** Appends a layer of a convolution's windows, in which each output has weights of its own. */
  public Network addLocallyConnected(String name, LocallyConnectedOptions options) {
    Objects.requireNonNull(options, "options");
    return add(address -> Native.addLocallyConnected(address, Native.text("name", name), options));
  }

  /** Appends the last layer of a network that classifies. */
  public Network addSoftmax(String name) {
    return add(address -> Native.addSoftmax(address, Native.text("name", name)));
  }

  /**
   * Sets an option of layers that are there, for experiments: {@code setOption("relu", "kind",
   * "tanh")}, {@code setOption("pool*", "kernel", "2")}. Where the network would not fit together
   * it stays as it was.
   *
   * @param pattern names layers as a shell's patterns do, or by what they compute: "convolution",
   *     "pooling", "lrn", "activation", "relu", "tanh", "dropout", "adaptive_average_pooling",
   *     "fully_connected", "locally_connected" or "softmax"; one that names none is an error
   * @param option its name in {@link #json}, as "out_channels" or "weight.value"; of windows
   *     "kernel", "stride" and "pad" of both axes and all sides, "kernel_h", "kernel_w",
   *     "stride_h", "stride_w", "pad_top", "pad_left", "pad_bottom", "pad_right" and "rounding";
   *     all layers that are named must have it
   * @param value a number, "true" or "false", or the name of a choice in {@link #json}
   */
  public Network setOption(String pattern, String option, String value) {
    return add(
        address ->
            Native.setOption(
                address,
                Native.text("pattern", pattern),
                Native.text("option", option),
                Native.text("value", value)));
  }

  /** Leaves out all layers that {@code pattern} names, as {@link #setOption} says. */
  public Network removeLayers(String pattern) {
    return add(address -> Native.removeLayers(address, Native.text("pattern", pattern)));
  }

  /** A table for a person. */
  public String text() {
    try (Handle.Use network = use()) {
      return Native.networkText(network.address());
    }
  }

  /**
   * Every option of every layer, as a JSON object with "name", "input", "layers" and "parameters".
   */
  public String json() {
    try (Handle.Use network = use()) {
      return Native.networkJson(network.address());
    }
  }

  /** The layers, in order. */
  public List<Layer> layers() {
    try (Handle.Use network = use()) {
      return List.of(Native.networkLayers(network.address()));
    }
  }

  /** The options of layer {@code index}, a convolution, defaults filled in. */
  public ConvolutionOptions convolution(int index) {
    return of(address -> Native.networkConvolution(address, index));
  }

  /** The options of layer {@code index}, a pooling, defaults filled in. */
  public PoolingOptions pooling(int index) {
    return of(address -> Native.networkPooling(address, index));
  }

  /** The options of layer {@code index}, a response normalization, defaults filled in. */
  public LrnOptions lrn(int index) {
    return of(address -> Native.networkLrn(address, index));
  }

  /** The function of layer {@code index}, an activation. */
  public ActivationKind activation(int index) {
    return ActivationKind.of(of(address -> Native.networkActivation(address, index)));
  }

  /** The rate of layer {@code index}, a dropout. */
  public float dropout(int index) {
    return of(address -> Native.networkDropout(address, index));
  }

  /** Rows and columns of what layer {@code index} gives, an adaptive average pooling. */
  public List<Long> adaptiveAveragePooling(int index) {
    return Native.list(of(address -> Native.networkAdaptiveAveragePooling(address, index)));
  }

  /** The options of layer {@code index}, a fully connected one, defaults filled in. */
  public FullyConnectedOptions fullyConnected(int index) {
    return of(address -> Native.networkFullyConnected(address, index));
  }

  /** The options of layer {@code index}, a locally connected one, defaults filled in. */
  public LocallyConnectedOptions locallyConnected(int index) {
    return of(address -> Native.networkLocallyConnected(address, index));
  }

  /** What pictures go through before it. */
  public Preprocessing preprocessing() {
    try (Handle.Use network = use()) {
      return Native.networkPreprocessing(network.address());
    }
  }

  /** Replaces the preprocessing. */
  public Network preprocessing(Preprocessing preprocessing) {
    Objects.requireNonNull(preprocessing, "preprocessing");
    return add(address -> Native.setNetworkPreprocessing(address, preprocessing));
  }

  /** How it is trained; everything is given. */
  public Recipe recipe() {
    try (Handle.Use network = use()) {
      return Native.networkRecipe(network.address());
    }
  }

  /** Changes what is given of the recipe. */
  public Network recipe(Recipe recipe) {
    Objects.requireNonNull(recipe, "recipe");
    return add(address -> Native.setNetworkRecipe(address, recipe, recipe.given()));
  }

  private interface Question<T> {
    T to(long address);
  }

  private <T> T of(Question<T> question) {
    try (Handle.Use network = use()) {
      return question.to(network.address());
    }
  }

  private interface Change {
    void to(long address);
  }

  private Network add(Change change) {
    try (Handle.Use network = use()) {
      change.to(network.address());
    }
    return this;
  }
}
