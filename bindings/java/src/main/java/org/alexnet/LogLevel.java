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

  /** Of a code of alexnet.h; one that only a newer library knows counts as the gravest. */
  static LogLevel of(int code) {
    for (LogLevel value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return ERROR;
  }
}
