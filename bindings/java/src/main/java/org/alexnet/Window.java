package org.alexnet;

/**
 * A window that slides over height and width. Sizes are (vertical, horizontal) pixels.
 *
 * @param kernelHeight of the window
 * @param kernelWidth of the window
 * @param strideHeight between windows
 * @param strideWidth between windows
 * @param padTop zeros above
 * @param padLeft zeros to the left
 * @param padBottom zeros below
 * @param padRight zeros to the right
 * @param roundUp whether the number of windows is rounded up, as Caffe pools
 */
public record Window(
    long kernelHeight,
    long kernelWidth,
    long strideHeight,
    long strideWidth,
    long padTop,
    long padLeft,
    long padBottom,
    long padRight,
    boolean roundUp) {
  /** Square, with the same stride and padding on every side. */
  public static Window of(long kernel, long stride, long pad) {
    return new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, false);
  }

  /** Square, stride 1, without padding. */
  public static Window of(long kernel) {
    return of(kernel, 1, 0);
  }

  /** The same, rounded up as Caffe pools. */
  public Window roundedUp() {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        padTop,
        padLeft,
        padBottom,
        padRight,
        true);
  }
}
