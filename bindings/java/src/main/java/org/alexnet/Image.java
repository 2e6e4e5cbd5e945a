package org.alexnet;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A picture in memory: 8 bits per sample, interleaved, rows from the top; RGB or grey. Pixels in a
 * direct buffer or an array are not copied; they must not change while a call reads them.
 */
public final class Image {
  final Object pixels; // byte[] or a direct ByteBuffer
  final long offset;
  final int width;
  final int height;
  final int channels;
  final int rowStride;

  private Image(Object pixels, long offset, int width, int height, int channels, int rowStride) {
    this.pixels = pixels;
    this.offset = offset;
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.rowStride = rowStride;
  }

  /** What native code decoded: RGB. */
  Image(byte[] pixels, int width, int height) {
    this(pixels, 0, width, height, 3, width * 3);
  }

  /**
   * A view of the caller's pixels.
   *
   * @param pixels at least height * width * channels bytes
   * @param channels 3 for RGB, 1 for grey
   */
  public static Image of(byte[] pixels, int width, int height, int channels) {
    Objects.requireNonNull(pixels, "pixels");
    check(pixels.length, width, height, channels);
    return new Image(pixels, 0, width, height, channels, width * channels);
  }

  /** The same for what remains of a buffer; the bytes of one that is not direct are copied. */
  public static Image of(ByteBuffer pixels, int width, int height, int channels) {
    check(pixels.remaining(), width, height, channels);
    if (!pixels.isDirect()) {
      return of(Buffers.copy(pixels), width, height, channels);
    }
    return new Image(pixels, pixels.position(), width, height, channels, width * channels);
  }

  /** A copy of a picture of Java's; transparency is dropped. */
  public static Image of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    check(Integer.MAX_VALUE, width, height, 3);
    byte[] pixels = new byte[width * height * 3];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; ++y) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int rgb : row) {
        pixels[at++] = (byte) (rgb >> 16);
        pixels[at++] = (byte) (rgb >> 8);
        pixels[at++] = (byte) rgb;
      }
    }
    return new Image(pixels, width, height);
  }

  /** Reads a JPEG or PNG file to RGB, its EXIF orientation applied; at most 100,000,000 pixels. */
  public static Image load(Path path) {
    return Native.imageLoad(Native.path("path", path));
  }

  /** Decodes a JPEG or PNG to RGB; {@code name} stands for it in messages. */
  public static Image decode(byte[] picture, String name) {
    Objects.requireNonNull(picture, "picture");
    return Native.imageDecode(picture, Native.text("name", name));
  }

  /** Pixels. */
  public int width() {
    return width;
  }

  /** Pixels. */
  public int height() {
    return height;
  }

  /** 3 for RGB, 1 for grey. */
  public int channels() {
    return channels;
  }

  /** Offset, width, height, channels and row stride, as native code has them. */
  long[] layout() {
    return new long[] {offset, width, height, channels, rowStride};
  }

  /** A copy as a picture of Java's. */
  public BufferedImage toBufferedImage() {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        int rgb = 0;
        for (int c = 0; c < 3; ++c) {
          rgb = rgb << 8 | sample(y * rowStride + x * channels + (channels == 3 ? c : 0));
        }
        result.setRGB(x, y, rgb);
      }
    }
    return result;
  }

  private int sample(int at) {
    byte value =
        pixels instanceof ByteBuffer buffer ? buffer.get((int) offset + at) : ((byte[]) pixels)[at];
    return value & 255;
  }

  private static void check(long bytes, int width, int height, int channels) {
    if (width <= 0 || height <= 0) {
      throw AlexNetException.invalid("image", "is " + width + " x " + height + " pixels");
    }
    if (channels != 1 && channels != 3) {
      throw AlexNetException.invalid("channels", "must be 1 or 3, not " + channels);
    }
    long needed = (long) width * height * channels;
    if (needed > bytes) {
      throw AlexNetException.invalid("pixels", "has " + bytes + " bytes of " + needed);
    }
  }
}
