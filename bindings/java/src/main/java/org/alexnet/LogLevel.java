package org.alexnet;

/** How grave a message is. */
public enum LogLevel {
  /** For those who look into the engine. */
  DEBUG(1),
  /** What was chosen. */
  INFO(2),
  /** Something that is probably not meant. */
  WARNING(3),
  /** Something failed. */
  ERROR(4);

  final int code;

  LogLevel(int code) {
    this.code = code;
  }

  static LogLevel of(int code) {
    for (LogLevel value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalArgumentException("LogLevel " + code);
  }
}
