package org.alexnet;

import java.nio.FloatBuffer;

/**
 * A model for many threads that share a device: what they bring is computed together, in the order
 * of the calls, when it fills a batch, or as many requests wait as the queue holds, or the oldest
 * has waited long enough. Thread safe.
 *
 * <p>{@link Session#preprocess} makes a picture's views.
 */
public final class BatchingQueue extends NativeObject {
  /**
   * What a queue computes, and what it has done so far.
   *
   * @param channels of a view
   * @param height of a view, pixels
   * @param width of a view, pixels
   * @param views per sample: 1, or 10 for ten crops
   * @param classes floats of output per sample
   * @param batch most samples together
   * @param threads compute threads
   * @param requests that were computed
   * @param samples in batches
   * @param batches that were computed
   * @param meanBatch samples per batch; 0 before the first
   * @param refused requests, since the queue was full
   * @param givenUp requests, by their callers or by shutting down
   * @param waiting requests, now
   * @param longestWaitMilliseconds from a call to the start of the batch with its first sample
   */
  public record Info(
      long channels,
      long height,
      long width,
      long views,
      long classes,
      long batch,
      int threads,
      long requests,
      long samples,
      long batches,
      double meanBatch,
      long refused,
      long givenUp,
      long waiting,
      double longestWaitMilliseconds) {}

  private final Samples samples;

  /**
   * On the CPU, with all threads, for batches of up to 32, in which nobody waits for others while
   * the processor is idle.
   */
  public BatchingQueue(Model model) {
    this(model, new QueueOptions());
  }

  /** With choices. */
  public BatchingQueue(Model model, QueueOptions options) {
    this(model, options, Context.use(options.context));
  }

  private BatchingQueue(Model model, QueueOptions options, Handle.Use context) {
    super("BatchingQueue", create(model, options, context), Native::queueFree, context);
    Info info = info();
    samples =
        new Samples(
            info.views() * info.channels() * info.height() * info.width(), info.classes());
  }

  private static long create(Model model, QueueOptions options, Handle.Use context) {
    try (Handle.Use from = model.use()) {
      return Native.queueCreate(from.address(), options, context.address());
    } catch (RuntimeException | Error failure) {
      context.close();
      throw failure;
    }
  }

  /** What it computes, and what it has done so far. */
  public Info info() {
    try (Handle.Use queue = use()) {
      return Native.queueInfo(queue.address());
    }
  }

  /** Computes preprocessed views, (count * views, C, H, W), into new rows. */
  public float[] run(float[] views) {
    return run(views, Limits.NONE);
  }

  /**
   * The same within limits, which hold while the call waits, too: one that gives up, or whose
   * thread is interrupted, leaves soon.
   *
   * @throws AlexNetException.FailedPrecondition where the queue was shut down, or is full and
   *     {@link QueueOptions#whenFull} says to refuse
   */
  public float[] run(float[] views, Limits limits) {
    return samples.run(views, call(limits));
  }

  /** Computes preprocessed views into the caller's rows, (count, classes). */
  public void run(float[] views, float[] output, Limits limits) {
    samples.run(views, output, call(limits));
  }

  /**
   * Computes what remains of {@code views} into {@code output}, from its position on. Direct
   * buffers in the machine's byte order are read and written in place; others are copied. Positions
   * stay as they are.
   */
  public void run(FloatBuffer views, FloatBuffer output, Limits limits) {
    samples.run(views, output, call(limits));
  }

  private Samples.Call call(Limits limits) {
    return (views, first, size, count, output, at, floats) -> {
      try (Handle.Use queue = use();
          Watch cancel = limits.watch()) {
        Native.queueRun(
            queue.address(),
            views,
            first,
            size,
            count,
            cancel.address(),
            limits.seconds(),
            output,
            at,
            floats);
      }
    };
  }

  /** Refuses calls from now on. Those that are inside are finished and wait for no others. */
  public void shutdown() {
    shutdown(false);
  }

  /** The same, but calls that are inside throw {@link AlexNetException.Cancelled}. */
  public void shutdownNow() {
    shutdown(true);
  }

  private void shutdown(boolean cancel) {
    try (Handle.Use queue = use()) {
      Native.queueClose(queue.address(), cancel);
    }
  }

  /** Shuts down as {@link #shutdown}, and frees the native memory when those inside have left. */
  @Override
  public void close() {
    try {
      shutdown();
    } catch (IllegalStateException closed) {
      return;
    }
    super.close();
  }
}
