package org.alexnet;

import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * Views in and rows out, in arrays or buffers, on their way to a native call.
 *
 * @param floats of all views of a sample
 * @param classes floats of a sample's row
 */
record Samples(long floats, long classes) {
  /** Computes {@code count} samples: arrays, or direct buffers, from those elements on. */
  @FunctionalInterface
  interface Call {
    void run(
        Object views, long first, long size, long count, Object output, long at, long floats);
  }

  float[] run(float[] views, Call call) {
    Objects.requireNonNull(views, "views");
    float[] output = rows(count(views.length));
    run(views, output, call);
    return output;
  }

  void run(float[] views, float[] output, Call call) {
    Objects.requireNonNull(views, "views");
    Objects.requireNonNull(output, "output");
    run(views, 0, views.length, output, 0, output.length, call);
  }

  void run(FloatBuffer views, FloatBuffer output, Call call) {
    int size = views.remaining();
    Object input = views;
    long first = views.position();
    if (!Buffers.inPlace(views)) {
      input = Buffers.copy(views);
      first = 0;
    }
    if (output.isReadOnly()) {
      throw AlexNetException.invalid("output", "is read-only");
    }
    if (Buffers.inPlace(output)) {
      run(input, first, size, output, output.position(), output.remaining(), call);
      return;
    }
    float[] rows = rows(count(size));
    if (output.remaining() < rows.length) {
      throw AlexNetException.invalid(
          "output", "has " + output.remaining() + " floats of " + rows.length);
    }
    run(input, first, size, rows, 0, rows.length, call);
    output.duplicate().put(rows);
  }

  private void run(
      Object views, long first, long size, Object output, long at, long room, Call call) {
    long count = count(size);
    long wanted = Math.multiplyExact(count, classes);
    if (room < wanted) {
      throw AlexNetException.invalid("output", "has " + room + " floats of " + wanted);
    }
    call.run(views, first, size, count, output, at, wanted);
  }

  private long count(long size) {
    if (size == 0 || size % floats != 0) {
      throw AlexNetException.invalid(
          "views", "has " + size + " floats, which are no multiple of " + floats);
    }
    return size / floats;
  }

  /** Room for {@code count} of them. */
  float[] rows(long count) {
    return new float[Math.toIntExact(Math.multiplyExact(count, classes))];
  }
}
