package org.alexnet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A network with its parameters, preprocessing and labels. Immutable: any number of sessions and
 * threads share one.
 */
public final class Model extends NativeObject {
  /**
   * What a model is.
   *
   * @param path of the file, or the name given
   * @param network e.g. "bvlc_alexnet"
   * @param channels of the input
   * @param height of the input, pixels
   * @param width of the input, pixels
   * @param classes features of the last layer
   * @param parameters elements
   * @param macs multiply-accumulates for one image
   * @param fileBytes size of the file
   * @param fileHash equal for equal models
   * @param classifies ends in a softmax
   * @param hasSelfCheck holds an input with its answer
   * @param hasTrainingState is a checkpoint
   * @param epochs trained, of a checkpoint
   */
  public record Info(
      String path,
      String network,
      long channels,
      long height,
      long width,
      long classes,
      long parameters,
      long macs,
      long fileBytes,
      long fileHash,
      boolean classifies,
      boolean hasSelfCheck,
      boolean hasTrainingState,
      long epochs) {}

  Model(long address) {
    super("Model", address, Native::modelFree);
  }

  /**
   * Opens a model file. It is mapped: it must not be made shorter or changed in place while the
   * model lives; replacing it by rename is safe.
   */
  public static Model load(Path path) {
    return new Model(Native.modelLoad(Native.path("path", path), false));
  }

  /** Reads a model file into memory; what happens to the file afterwards does not matter. */
  public static Model loadCopy(Path path) {
    return new Model(Native.modelLoad(Native.path("path", path), true));
  }

  /**
   * Opens a model file that is damaged, too, where what it says at its front can be read: {@link
   * #damage} lists what is wrong, and tensors that are whole can be read. Nothing else can be done
   * with it; what is refused says why {@link #load} refuses the file.
   */
  public static Model loadDamaged(Path path) {
    return new Model(Native.modelLoadDamaged(Native.path("path", path)));
  }

  /** From the bytes of a model file, which are copied; {@code name} stands for it in messages. */
  public static Model of(byte[] bytes, String name) {
    Objects.requireNonNull(bytes, "bytes");
    return new Model(Native.modelOf(bytes, 0, bytes.length, Native.text("name", name)));
  }

  /** From what remains of {@code bytes}, which is copied. */
  public static Model of(ByteBuffer bytes, String name) {
    Objects.requireNonNull(bytes, "bytes");
    if (!bytes.isDirect()) {
      return of(Buffers.copy(bytes), name);
    }
    return new Model(
        Native.modelOf(bytes, bytes.position(), bytes.remaining(), Native.text("name", name)));
  }

  /** A network with its initial parameters, drawn from {@code seed}. */
  public static Model initial(Network network, long seed) {
    return initial(network, seed, Limits.NONE);
  }

  /** The same within limits. */
  public static Model initial(Network network, long seed, Limits limits) {
    try (Handle.Use from = network.use();
        Watch cancel = limits.watch()) {
      return new Model(
          Native.modelInitial(from.address(), seed, cancel.address(), limits.seconds()));
    }
  }

  /** Writes the model as it is; readers see the old file or all of the new one. */
  public void save(Path path) {
    save(path, null, false, Limits.NONE);
  }

  /**
   * Writes the model.
   *
   * @param path replaced at once: readers see the old file or all of the new one
   * @param dtype of the parameters, or null for their own
   * @param stripTrainingState leave out what resuming needs; must be so where a checkpoint changes
   *     its type
   * @param limits what to watch
   */
  public void save(Path path, DType dtype, boolean stripTrainingState, Limits limits) {
    try (Handle.Use model = use();
        Watch cancel = limits.watch()) {
      Native.modelSave(
          model.address(),
          Native.path("path", path),
          dtype == null ? 0 : dtype.code,
          stripTrainingState,
          cancel.address(),
          limits.seconds());
    }
  }

  /** The bytes of its file. */
  public byte[] toBytes() {
    return toBytes(null, false, Limits.NONE);
  }

  /** The bytes of its file, with the choices of {@link #save(Path, DType, boolean, Limits)}. */
  public byte[] toBytes(DType dtype, boolean stripTrainingState, Limits limits) {
    try (Handle.Use model = use();
        Watch cancel = limits.watch()) {
      return Native.modelBytes(
          model.address(),
          dtype == null ? 0 : dtype.code,
          stripTrainingState,
          cancel.address(),
          limits.seconds());
    }
  }

  /** What it is. */
  public Info info() {
    try (Handle.Use model = use()) {
      return Native.modelInfo(model.address());
    }
  }

  /** The layers, in order. */
  public List<Layer> layers() {
    try (Handle.Use model = use()) {
      return List.of(Native.modelLayers(model.address()));
    }
  }

  /** Names of the classes, by index; empty without labels. */
  public List<String> labels() {
    try (Handle.Use model = use()) {
      return List.of(Native.modelLabels(model.address()));
    }
  }

  /** What pictures go through before it. */
  public Preprocessing preprocessing() {
    try (Handle.Use model = use()) {
      return Native.modelPreprocessing(model.address());
    }
  }

  /** Free metadata. */
  public Map<String, String> metadata() {
    try (Handle.Use model = use()) {
      String[] pairs = Native.modelMetadata(model.address());
      Map<String, String> result = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        result.put(pairs[i], pairs[i + 1]);
      }
      return result;
    }
  }

  /** The metadata of one key. */
  public Optional<String> metadata(String key) {
    try (Handle.Use model = use()) {
      return Optional.ofNullable(
          Native.modelMetadataOf(model.address(), Native.text("key", key)));
    }
  }

  /** Everything but the tensors' values, as one JSON object. */
  public String json() {
    try (Handle.Use model = use()) {
      return Native.modelJson(model.address());
    }
  }

  /** A network of its own to build on, without the parameters. */
  public Network network() {
    try (Handle.Use model = use()) {
      return new Network(Native.modelNetwork(model.address()));
    }
  }

  /** The tensors, in the order of the file. */
  public List<Tensor> tensors() {
    try (Handle.Use model = use()) {
      return List.of(Native.modelTensors(model.address()));
    }
  }

  /** Index of a parameter's tensor; {@link AlexNetException.NotFound} lists the names there are. */
  public int findTensor(String name) {
    try (Handle.Use model = use()) {
      return Native.findTensor(model.address(), Native.text("name", name));
    }
  }

  /**
   * The stored bytes of a tensor, read-only and without a copy; they keep the model alive, even
   * closed. The first call compares them with their hashes and throws {@link
   * AlexNetException.DataLoss} for what is damaged.
   */
  public ByteBuffer tensorData(int index) {
    Handle.Use model = use();
    try {
      ByteBuffer data = Native.tensorData(model.address(), index);
      // All views of a direct buffer hold on to it.
      Handle.whenUnreachable(data, model::close);
      return data.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    } catch (RuntimeException | Error failure) {
      model.close();
      throw failure;
    }
  }

  /** What of its file is not what was written: nothing, or the first hundred places. */
  public List<Damage> damage() {
    return damage(100, 0, Limits.NONE);
  }

  /**
   * Compares everything in the file with its hashes.
   *
   * @param most no more places than that
   * @param threads to work on; 0: as many as the process may use
   * @param limits what to watch
   */
  public List<Damage> damage(int most, int threads, Limits limits) {
    Native.notNegative("most", most);
    try (Handle.Use model = use();
        Watch cancel = limits.watch()) {
      return List.of(
          Native.modelDamage(model.address(), threads, most, cancel.address(), limits.seconds()));
    }
  }

  /** What a tensor looks like. */
  public TensorStatistics statistics(int index) {
    return statistics(index, 0, Limits.NONE);
  }

  /** The same on that many threads (0: as many as the process may use) and within limits. */
  public TensorStatistics statistics(int index, int threads, Limits limits) {
    try (Handle.Use model = use();
        Watch cancel = limits.watch()) {
      return Native.measureTensor(
          model.address(), index, threads, cancel.address(), limits.seconds());
    }
  }

  /**
   * Runs the model kernel by kernel, waiting for each, and measures what the device could do.
   *
   * @param options of which batch, device, precision, threads, tune and weightDtype are used;
   *     devices are refused
   * @param seconds about how long, 0 to 3,600; at least three runs
   * @param limits what to watch
   */
  public LayerTimes timeLayers(SessionOptions options, double seconds, Limits limits) {
    Objects.requireNonNull(options, "options");
    try (Handle.Use model = use();
        Watch cancel = limits.watch()) {
      return Native.timeLayers(
          model.address(), options, seconds, cancel.address(), limits.seconds());
    }
  }

  /** The elements of a tensor, widened to 32-bit floats. */
  public float[] readTensor(int index) {
    try (Handle.Use model = use()) {
      return Native.readTensor(model.address(), index, 0, -1);
    }
  }

  /** {@code count} elements from element {@code first} on. */
  public float[] readTensor(int index, long first, int count) {
    try (Handle.Use model = use()) {
      Native.notNegative("count", count);
      return Native.readTensor(model.address(), index, first, count);
    }
  }
}
