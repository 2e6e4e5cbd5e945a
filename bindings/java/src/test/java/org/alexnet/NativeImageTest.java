package org.alexnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What GraalVM's native-image is told: of everything that native code looks up by name. */
class NativeImageTest {
  private static final String FOLDER = "/META-INF/native-image/org.alexnet/alexnet/";
  private static final Path SOURCES = Path.of("bindings/java/src/main/native");
  private static final String WHOLE =
      ", \"allDeclaredConstructors\": true, \"allDeclaredMethods\": true,"
          + " \"allDeclaredFields\": true";

  private static final Set<String> OWN_CALLS = Set.of("calledBack", "failure", "message");

  private static String resource(String name) throws IOException {
    try (InputStream in = NativeImageTest.class.getResourceAsStream(name)) {
      assertNotNull(in, name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What is said of each class: one a line. */
  private static Map<String, String> named() throws IOException {
    Map<String, String> named = new TreeMap<>();
    Matcher entries =
        Pattern.compile("(?m)^  \\{\"name\": \"([^\"]+)\"(.*)},?$")
            .matcher(resource(FOLDER + "jni-config.json"));
    while (entries.find()) {
      named.put(entries.group(1), entries.group(2));
    }
    assertEquals(resource(FOLDER + "jni-config.json").lines().count(), named.size() + 2);
    return named;
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(each -> each.group(1)).toList();
  }

  private static String nativeSources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        if (each.toString().matches(".*\\.(cc|h)")) {
          all.append(Files.readString(each));
        }
      }
    }
    assertTrue(all.length() > 50_000, "these are not all sources");
    return all.toString();
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    Map<String, Class<?>> arrays =
        Map.of("byte[]", byte[].class, "java.lang.String[]", String[].class);
    return arrays.containsKey(name)
        ? arrays.get(name)
        : Class.forName(name, false, NativeImageTest.class.getClassLoader());
  }

  @Test
  void whatIsNamedExists() throws Exception {
    Pattern method =
        Pattern.compile(
            "\\{\"name\": \"([^\"]+)\", \"parameterTypes\": \\[((?:\"[^\"]+\"(?:, )?)*)\\]}");
    for (Map.Entry<String, String> each : named().entrySet()) {
      Class<?> owner = type(each.getKey());
      for (MatchResult found : method.matcher(each.getValue()).results().toList()) {
        List<Class<?>> parameters = new ArrayList<>();
        for (String name : found("\"([^\"]+)\"", found.group(2))) {
          parameters.add(type(name));
        }
        Class<?>[] types = parameters.toArray(Class<?>[]::new);
        if (found.group(1).equals("<init>")) {
          owner.getDeclaredConstructor(types);
        } else {
          owner.getDeclaredMethod(found.group(1), types);
        }
      }
    }
  }

  @Test
  void whatNativeCodeLooksUpIsNamed() throws Exception {
    String sources = nativeSources();
    Set<String> lookedUp = new TreeSet<>();
    lookedUp.addAll(found("\"((?:org|java)/[\\w/$]*\\w|\\[[BJ])\"", sources));
    lookedUp.addAll(found("L(org/alexnet/[\\w$]+);", sources));
    String byName = "(?:(?:Code|Enum|Take)\\(\\s*\"\\w+\",|Relay relay\\(env,)\\s*\"(\\w+)\"";
    for (String simple : found(byName, sources)) {
      lookedUp.add("org/alexnet/" + simple);
    }
    // Options, of which native code reads the fields by name.
    for (Class<?> declaring : List.of(Native.class, NativeConverter.class)) {
      for (Method each : declaring.getDeclaredMethods()) {
        if (Modifier.isNative(each.getModifiers())) {
          Stream.concat(Stream.of(each.getReturnType()), Stream.of(each.getParameterTypes()))
              .map(type -> type.isArray() ? type.getComponentType() : type)
              .filter(type -> type.getName().startsWith("org.alexnet."))
              .forEach(type -> lookedUp.add(type.getName().replace('.', '/')));
        }
      }
    }
    assertTrue(lookedUp.size() > 60, lookedUp.toString());
    Map<String, String> named = named();
    Set<String> missing =
        lookedUp.stream()
            .map(name -> name.replace('/', '.'))
            .filter(
                name ->
                    !named.containsKey(name)
                        || name.startsWith("org.") && !named.get(name).equals(WHOLE))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing);
    // Of Java's own classes only what is called is named.
    String calls = "MethodID\\(\\s*\\w+\\.get\\(\\),\\s*\"([<>\\w]+)\"";
    for (String call : found(calls, sources)) {
      assertTrue(
          named.values().stream().anyMatch(each -> each.contains("\"" + call + "\""))
              || OWN_CALLS.contains(call),
          call);
    }
  }

  @Test
  void theLibrariesAreResources() throws Exception {
    List<String> patterns =
        found("\"pattern\": \"([^\"]+)\"", resource(FOLDER + "resource-config.json"));
    assertEquals(1, patterns.size());
    Pattern pattern = Pattern.compile(patterns.get(0).replace("\\\\", "\\"));
    String folder = "org/alexnet/native/linux-x86_64/";
    for (String line : ("- index\n" + resource("/" + folder + "index")).split("\n")) {
      String name = folder + line.split(" +")[1];
      assertTrue(pattern.matcher(name).matches(), name);
    }
  }
}
