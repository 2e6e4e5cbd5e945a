package org.alexnet;

/**
 * The functions of libalexnet_convert_jni, which is loaded when the first of them is called.
 * Arguments go as those of {@link Native}.
 */
final class NativeConverter {
  static {
    // The library stands on the other, and must be of its version.
    Native.version();
    NativeLibrary.loadConverters();
  }

  private NativeConverter() {}

  static native FileFormat[] formats();

  static native String detect(byte[] path);

  /** The address of a model; {@code report[0]} gets what is to be said of it. */
  static native long importModel(
      byte[] path,
      long context,
      byte[] format,
      byte[] preset,
      byte[] networkFile,
      byte[] meanFile,
      byte[] labelsFile,
      int channelOrder,
      byte[] key,
      boolean noSoftmax,
      float scale,
      float[] meanValues,
      int inputOrder,
      long cancel,
      double seconds,
      String[] report);

  static native void exportModel(
      long model,
      byte[] path,
      long context,
      byte[] format,
      int dtype,
      byte[] networkFile,
      byte[] meanFile,
      int channelOrder,
      boolean stripTrainingState,
      boolean skipCheck,
      long cancel,
      double seconds);

  static native float[] lpipsWeights(byte[] path);
}
