package org.alexnet;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the engine's messages name options, and how this binding does. */
final class Spelling {
  private static final Pattern OPTION = Pattern.compile("`([a-z0-9_]+)`");

  /** Functions that messages advise to call, and the methods that do. */
  private static final Map<String, String> METHODS =
      Map.of("alexnet_system_json", "AlexNet.systemJson", "alexnet_dataset_lint", "Dataset.lint");

  private Spelling() {}

  /**
   * The text with the options that it names in backquotes as methods of this binding are spelt:
   * {@code `max_pixels`} becomes {@code `maxPixels`}; likewise functions that it advises to call.
   */
  static String inJava(String text) {
    return OPTION.matcher(text).replaceAll(found -> "`" + spelled(found.group(1)) + "`");
  }

  private static String spelled(String name) {
    return METHODS.getOrDefault(name, name.startsWith("alexnet_") ? name : camelCase(name));
  }

  private static String camelCase(String name) {
    Matcher words = Pattern.compile("_([a-z0-9])").matcher(name);
    return words.replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
  }
}
