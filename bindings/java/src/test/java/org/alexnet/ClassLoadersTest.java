package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** As in a server that runs several applications, or one anew. */
class ClassLoadersTest {
  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static URLClassLoader loader() {
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    URL[] urls = Arrays.stream(entries).map(ClassLoadersTest::url).toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  /** Makes a model there, whose hash must be that of the same model here. */
  private static long hashOfTinyModel(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> fixtures = loader.loadClass("org.alexnet.Fixtures");
    var make = fixtures.getDeclaredMethod("model");
    make.setAccessible(true);
    Object model = make.invoke(null);
    Object info = model.getClass().getMethod("info").invoke(model);
    long hash = (long) info.getClass().getMethod("fileHash").invoke(info);
    model.getClass().getMethod("close").invoke(model);
    return hash;
  }

  @Test
  void eachHasItsOwnCopy() throws Exception {
    long expected;
    try (Model model = Fixtures.model()) {
      expected = model.info().fileHash();
    }
    try (URLClassLoader one = loader();
        URLClassLoader other = loader()) {
      assertNotSame(one.loadClass("org.alexnet.Model"), other.loadClass("org.alexnet.Model"));
      assertEquals(expected, hashOfTinyModel(one));
      assertEquals(expected, hashOfTinyModel(other));
    }
    nothingIsLeft();
  }

  @Test
  void allShareTheEngineOfTheFirst() throws Exception {
    try (URLClassLoader one = loader();
        URLClassLoader two = loader();
        URLClassLoader three = loader()) {
      for (ClassLoader each : List.of(one, two, three)) {
        hashOfTinyModel(each);
      }
      assertTrue(mapped("libalexnet_jni.so").size() >= 3, "each has its own layer over the engine");
      assertEquals(1, mapped("libalexnet.so.0").size());
    }
  }

  /** The files of that name in this process's memory. */
  private static Set<String> mapped(String name) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("/" + name))
          .map(line -> line.substring(line.indexOf('/')))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void oneThatIsDroppedIsUnloadedAndTheNextWorks() throws Exception {
    URLClassLoader dropped = loader();
    long expected = hashOfTinyModel(dropped);
    dropped.close();
    WeakReference<ClassLoader> gone = new WeakReference<>(dropped);
    dropped = null;
    for (int i = 0; i < 1000 && gone.get() != null; ++i) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(gone.get());
    try (URLClassLoader next = loader()) {
      assertEquals(expected, hashOfTinyModel(next));
    }
  }

  private static void nothingIsLeft() throws IOException {
    try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")))) {
      for (Path each : files) {
        assertEquals(false, each.getFileName().toString().startsWith("alexnet-"), each.toString());
      }
    }
  }
}
