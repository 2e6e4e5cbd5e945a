package org.alexnet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Buffers as native code takes them. */
final class Buffers {
  private Buffers() {}

  /** Whether native code reads and writes it where it is. */
  static boolean inPlace(FloatBuffer buffer) {
    return buffer.isDirect() && buffer.order() == ByteOrder.nativeOrder();
  }

  /** What remains, whose position stays as it is. */
  static float[] copy(FloatBuffer buffer) {
    float[] copy = new float[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }

  /** What remains, whose position stays as it is. */
  static byte[] copy(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }
}
