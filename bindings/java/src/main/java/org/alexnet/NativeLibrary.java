package org.alexnet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds and loads libalexnet_jni.so, and libalexnet_convert_jni.so when a converter is first used:
 * where -Dorg.alexnet.library says, else out of the jar, else on java.library.path.
 *
 * <p>The jar's libraries go to a private folder, where they find each other by $ORIGIN, and are
 * deleted as soon as they are loaded: the system keeps what is mapped. Java wants a file of its own
 * for each class loader, and so each has a folder. The engine below is one for the process: the
 * system's loader knows it by its name, and takes the first's for all.
 */
final class NativeLibrary {
  private static final String FILE = "libalexnet_jni.so";
  private static final String CONVERT_FILE = "libalexnet_convert_jni.so";
  // What that one needs beside what the other brings.
  private static final List<String> FOR_CONVERT =
      List.of(CONVERT_FILE, "libalexnet_convert.so.0", "libminizip.so.1", "libnettle.so.8");
  private static final String IN_JAR = "/org/alexnet/native/linux-x86_64/";
  // What the system's loader says of a library that is older than another one asks for.
  private static final Pattern TOO_OLD = Pattern.compile("version `[^']*' not found");
  // What a killed process left is this old; unpacking takes less than seconds.
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  private NativeLibrary() {}

  /** Loads it, or throws UnsatisfiedLinkError with all the places that it looked at. */
  static void load() {
    load(FILE);
  }

  /** The same for the converters' library, which stands on the first. */
  static void loadConverters() {
    load(CONVERT_FILE);
  }

  /** What to do where Java was told to refuse native code, and does (JDK 24 and newer). */
  static String refusedByJava(Module module) {
    return "Java does not let "
        + (module.isNamed() ? "the module " + module.getName() : "the class path")
        + " load native libraries, which AlexNet is made of; start it with"
        + " --enable-native-access="
        + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  private static void load(String file) {
    try {
      find(file);
    } catch (IllegalCallerException refused) {
      throw failure(refusedByJava(NativeLibrary.class.getModule()), refused);
    }
  }

  private static void find(String file) {
    String given = System.getProperty("org.alexnet.library");
    if (given != null) {
      loadGiven(Path.of(given), file);
      return;
    }
    List<String> tried = new ArrayList<>();
    if (!runsHere()) {
      tried.add(
          "the jar, which has libraries for Linux on x86-64 but none for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    } else if (NativeLibrary.class.getResource(IN_JAR + "index") == null) {
      tried.add("the jar, which has no " + IN_JAR.substring(1) + "index");
    } else {
      loadFromJar(file);
      return;
    }
    try {
      System.loadLibrary(file.substring("lib".length(), file.length() - ".so".length()));
    } catch (UnsatisfiedLinkError error) {
      tried.add("java.library.path (" + error.getMessage() + ")");
      throw failure(
          "the native library of AlexNet was not found. Looked at: "
              + String.join("; ", tried)
              + ". Use the jar of //bindings/java:dist, or give -Dorg.alexnet.library=PATH of "
              + file,
          error);
    }
  }

  private static boolean runsHere() {
    return System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  private static void loadGiven(Path given, String name) {
    Path file = Files.isDirectory(given) ? given.resolve(name) : given;
    if (!name.equals(FILE)) {
      file = file.resolveSibling(name);
    }
    file = file.toAbsolutePath();
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError error) {
      throw failure(
          "-Dorg.alexnet.library=" + given + ": cannot load " + file + ": " + error.getMessage(),
          error);
    }
  }

  private static void loadFromJar(String file) {
    Path base =
        Path.of(System.getProperty("org.alexnet.tmpdir", System.getProperty("java.io.tmpdir")));
    Path folder = null;
    try {
      Map<String, String> index = index();
      folder =
          Files.createTempDirectory(
              base,
              "alexnet-" + index.get(FILE).substring(0, 12) + "-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      sweep(base, folder);
      for (Map.Entry<String, String> each : index.entrySet()) {
        if (FOR_CONVERT.contains(each.getKey()) == file.equals(CONVERT_FILE)) {
          unpack(each.getKey(), each.getValue(), folder);
        }
      }
      System.load(folder.resolve(file).toAbsolutePath().toString());
    } catch (IOException error) {
      throw failure(
          "cannot unpack the native libraries of AlexNet into "
              + base
              + " ("
              + error
              + "); give a folder that can be written by -Dorg.alexnet.tmpdir=DIR",
          error);
    } catch (UnsatisfiedLinkError error) {
      String remedy =
          String.valueOf(error.getMessage()).contains("failed to map segment")
              ? "; the file system forbids execution (noexec): give another folder by"
                  + " -Dorg.alexnet.tmpdir=DIR"
              : "";
      throw failure(
          "cannot load the native libraries of AlexNet: " + error.getMessage() + remedy, error);
    } finally {
      if (folder != null) {
        deleteTree(folder);
      }
    }
  }

  /** SHA-256 of each library of the jar, by name. */
  private static Map<String, String> index() throws IOException {
    Map<String, String> index = new LinkedHashMap<>();
    String text = new String(resource("index"), StandardCharsets.US_ASCII);
    for (String line : text.split("\n")) {
      String[] parts = line.split(" +");
      if (parts.length != 2 || parts[0].length() != 64 || parts[1].contains("/")) {
        throw new IOException(IN_JAR.substring(1) + "index in the jar is damaged: " + line);
      }
      index.put(parts[1], parts[0]);
    }
    if (!index.containsKey(FILE)) {
      throw new IOException(IN_JAR.substring(1) + "index in the jar lacks " + FILE);
    }
    return index;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(IN_JAR + name)) {
      if (in == null) {
        throw new IOException("the jar lacks " + IN_JAR.substring(1) + name);
      }
      return in.readAllBytes();
    }
  }

  private static void unpack(String name, String sha256, Path folder) throws IOException {
    byte[] bytes = resource(name);
    String found;
    try {
      found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible); // every Java has it
    }
    if (!found.equals(sha256)) {
      throw new UnsatisfiedLinkError(
          IN_JAR.substring(1) + name + " in the jar is damaged; get the jar again");
    }
    Files.write(folder.resolve(name), bytes, StandardOpenOption.CREATE_NEW);
  }

  /** Deletes what processes of this user that were killed while unpacking left in {@code base}. */
  private static void sweep(Path base, Path own) {
    Instant oldest = Instant.now().minus(LEFT_BEHIND);
    try (var folders = Files.newDirectoryStream(base, "alexnet-????????????-*")) {
      for (Path each : folders) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(each, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))
            && Files.getLastModifiedTime(each).toInstant().isBefore(oldest)) {
          deleteTree(each);
        }
      }
    } catch (IOException left) {
      // They are in nobody's way.
    }
  }

  private static void deleteTree(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException left) {
      // The sweep of a later start deletes it.
    }
  }

  private static UnsatisfiedLinkError failure(String message, Throwable cause) {
    String needed =
        TOO_OLD.matcher(String.valueOf(cause.getMessage())).find()
            ? "; AlexNet needs glibc 2.35 and libstdc++ of GCC 12 (GLIBCXX_3.4.30) or newer:"
                + " use a newer system, as Debian 12 or Ubuntu 22.04"
            : "";
    UnsatisfiedLinkError error = new UnsatisfiedLinkError(message + needed);
    error.initCause(cause);
    return error;
  }
}
