package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A path of an archive is refused by whatever takes a path, and nothing is written on disk. */
class PathsTest {
  @TempDir static Path folder;
  private static FileSystem archive;
  private static Path inArchive;
  private static Map<Class<?>, Object> given;

  @BeforeAll
  static void open() throws Exception {
    URI uri = URI.create("jar:" + folder.resolve("archive.zip").toUri());
    archive = FileSystems.newFileSystem(uri, Map.of("create", "true"));
    inArchive = archive.getPath(folder.resolve("written").toString());
    Path data = Fixtures.pictures(folder);
    Model model = Fixtures.model();
    given =
        Map.of(
            Model.class, model,
            Session.class, new Session(model, Fixtures.oneThread()),
            Dataset.class, Dataset.open(data),
            TrainOptions.class, new TrainOptions(data, folder.resolve("run")),
            BenchmarkOptions.class, new BenchmarkOptions(),
            ImportOptions.class, new ImportOptions(),
            ExportOptions.class, new ExportOptions(),
            SessionOptions.class, Fixtures.oneThread(),
            PackOptions.class, new PackOptions(),
            Limits.class, Limits.NONE);
  }

  @AfterAll
  static void close() throws Exception {
    archive.close();
    for (Object each : given.values()) {
      if (each instanceof NativeObject handle) {
        handle.close();
      }
    }
  }

  private static Stream<Class<?>> classes() throws URISyntaxException, java.io.IOException {
    Path root =
        Path.of(Model.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> found = new ArrayList<>();
    try (FileSystem jar = FileSystems.newFileSystem(root);
        Stream<Path> files = Files.list(jar.getPath("/org/alexnet"))) {
      for (Path each : (Iterable<Path>) files::iterator) {
        String name = each.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          found.add(Class.forName("org.alexnet." + name.replace(".class", ""), false, loader()));
        }
      }
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
    return found.stream();
  }

  private static ClassLoader loader() {
    return PathsTest.class.getClassLoader();
  }

  /** Every public method and constructor that takes a path, but for what users implement. */
  static List<Executable> takers() throws Exception {
    List<Executable> takers = new ArrayList<>();
    classes()
        .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isInterface())
        .forEach(
            each ->
                Stream.<Executable>concat(
                        Arrays.stream(each.getMethods()), Arrays.stream(each.getConstructors()))
                    .filter(member -> Arrays.asList(member.getParameterTypes()).contains(Path.class))
                    .forEach(takers::add));
    assertTrue(takers.size() >= 20, "found " + takers);
    return takers;
  }

  private static Object argument(Class<?> type) {
    if (type == Path.class) {
      return inArchive;
    }
    if (type == int.class || type == long.class) {
      return 1;
    }
    return type == boolean.class ? (Object) false : given.get(type);
  }

  @ParameterizedTest
  @MethodSource("takers")
  void anArchiveIsRefused(Executable taker) {
    Object[] arguments =
        Arrays.stream(taker.getParameterTypes()).map(PathsTest::argument).toArray();
    InvocationTargetException thrown =
        assertThrows(
            InvocationTargetException.class,
            () -> {
              if (taker instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
              } else {
                ((Method) taker).invoke(given.get(taker.getDeclaringClass()), arguments);
              }
            });
    Throwable cause = thrown.getCause();
    assertEquals(AlexNetException.InvalidArgument.class, cause.getClass(), cause.toString());
    assertTrue(cause.getMessage().contains("default file system"), cause.getMessage());
    assertTrue(cause.getMessage().contains("archive.zip"), cause.getMessage());
    assertFalse(Files.exists(folder.resolve("written")));
  }
}
