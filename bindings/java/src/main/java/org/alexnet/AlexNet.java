package org.alexnet;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The library: its version, devices and presets, and what belongs to no object. */
public final class AlexNet {
  private AlexNet() {}

  /**
   * What computes.
   *
   * @param name for options: "cpu"
   * @param description one line
   * @param threads compute threads used by default
   */
  public record Device(String name, String description, int threads) {}

  /**
   * A network that is known by name.
   *
   * @param name for options
   * @param summary one line
   */
  public record Preset(String name, String summary) {}

  /**
   * What {@link #verify} found.
   *
   * @param ok whole and computed right
   * @param json the report as an object, as alexnet_verify_file describes it
   */
  public record Verification(boolean ok, String json) {}

  /**
   * What {@link #benchmark} measured.
   *
   * @param network name
   * @param device name
   * @param threads that computed
   * @param batch images of a run
   * @param runs timed
   * @param milliseconds of a run: median
   * @param leastMilliseconds of a run
   * @param imagesPerSecond speed
   * @param macsPerSecond multiply-accumulates
   * @param loadMilliseconds opening the file
   * @param compileMilliseconds making the session
   * @param parameterBytes of the device; training: with gradients and momenta
   * @param arenaBytes of the device: blobs and work space
   * @param peakMemoryBytes of the process, on the host
   * @param deviceBytes of the device: parameters, arena, a GPU's buffers for input
   * @param exchangedBytes what several devices send one another in a run, all together
   * @param captured whether a GPU is sent a run as one CUDA graph, which is faster; false where there
   *     is no GPU
   */
  public record BenchmarkReport(
      String network,
      String device,
      int threads,
      long batch,
      long runs,
      double milliseconds,
      double leastMilliseconds,
      double imagesPerSecond,
      double macsPerSecond,
      double loadMilliseconds,
      double compileMilliseconds,
      long parameterBytes,
      long arenaBytes,
      long peakMemoryBytes,
      long deviceBytes,
      long exchangedBytes,
      boolean captured) {}

  /** Of the native library, for example "0.1.0". */
  public static String version() {
    return Native.versionString();
  }

  /** Of the native library: major * 1000000 + minor * 1000 + patch. */
  public static int versionNumber() {
    return Native.version();
  }

  /**
   * Refuses a native library that cannot stand in for a version, naming both.
   *
   * @throws AlexNetException.Unsupported another major, an older minor, or while the major is 0 any
   *     other minor
   */
  public static void requireVersion(int major, int minor) {
    Native.requireVersion(major, minor);
  }

  /** What this machine can compute with. */
  public static List<Device> devices() {
    return List.of(Native.devices());
  }

  /** The presets, in the order of the documentation. */
  public static List<Preset> presets() {
    return List.of(Native.presets());
  }

  /** What the library found, as the JSON object that alexnet_system_json describes. */
  public static String systemJson() {
    return Native.systemJson();
  }

  /**
   * The number of this process, from 0, among those that mpirun or srun started together; 0 where
   * neither did.
   */
  public static int launcherRank() {
    return Native.launcherRank();
  }

  /** How many processes mpirun or srun started together; 1 where neither did. */
  public static int launcherSize() {
    return Native.launcherSize();
  }

  /**
   * Opens a model file, checks every hash and runs its self-check. Of {@code options}, device,
   * devices, parallel, precision, threads, tune and weightDtype are used.
   */
  public static Verification verify(Path path, SessionOptions options, Limits limits) {
    Objects.requireNonNull(options, "options");
    try (Watch cancel = limits.watch()) {
      return Native.verify(
          Native.path("path", path), options, cancel.address(), limits.seconds());
    }
  }

  /** Times a network. */
  public static BenchmarkReport benchmark(BenchmarkOptions options, Limits limits) {
    byte[] model = options.model == null ? null : Native.path("model", options.model);
    try (Watch cancel = limits.watch()) {
      return Native.benchmark(options, model, cancel.address(), limits.seconds());
    }
  }
}
