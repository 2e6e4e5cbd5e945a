package org.alexnet;

/** What kind of failure an {@link AlexNetException} is; the codes of alexnet.h. */
public enum Status {
  /** A cancel token or a callback said so. */
  CANCELLED,
  /** What was passed can never work. */
  INVALID_ARGUMENT,
  /** A file, layer, tensor or key is not there. */
  NOT_FOUND,
  /** The right call in the wrong state or on the wrong model. */
  FAILED_PRECONDITION,
  /** A file is cut, changed or inconsistent. */
  DATA_LOSS,
  /** The system refused: rights, a full disk. */
  IO,
  /** There is not enough memory. */
  OUT_OF_MEMORY,
  /** The time was up. */
  DEADLINE_EXCEEDED,
  /** Valid, but not with this build or device. */
  UNSUPPORTED,
  /** Training gave NaN or cannot go on. */
  DIVERGED,
  /** A defect of the engine. */
  INTERNAL;

  /** Of a code of alexnet.h, where 0 is no failure. */
  static Status of(int code) {
    return code >= 1 && code <= values().length ? values()[code - 1] : INTERNAL;
  }
}
