package org.alexnet;

/**
 * A failure of the engine. Each kind is a subclass of its own, so that it can be caught by type. The
 * message names the file and the field it is about, and what to do.
 */
public abstract class AlexNetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Status code;
  private final String reason;
  private final String file;
  private final String field;

  private AlexNetException(Status code, String text, String reason, String file, String field) {
    super(text);
    this.code = code;
    this.reason = reason;
    this.file = file;
    this.field = field;
  }

  /** What kind of failure it was. */
  public Status code() {
    return code;
  }

  /** The message without the file and the field. */
  public String reason() {
    return reason;
  }

  /** The file it is about, or "". */
  public String file() {
    return file;
  }

  /** The field or argument it is about, or "". */
  public String field() {
    return field;
  }

  /** Of the parts of a native error. */
  static AlexNetException of(int code, String text, String reason, String file, String field) {
    // A file's name stays as it is.
    String start = text.endsWith(reason) ? text.substring(0, text.length() - reason.length()) : "";
    String told = Spelling.inJava(reason);
    return spelled(code, start + told, told, file, field);
  }

  private static AlexNetException spelled(
      int code, String text, String reason, String file, String field) {
    return switch (Status.of(code)) {
      case CANCELLED -> new Cancelled(text, reason, file, field);
      case INVALID_ARGUMENT -> new InvalidArgument(text, reason, file, field);
      case NOT_FOUND -> new NotFound(text, reason, file, field);
      case FAILED_PRECONDITION -> new FailedPrecondition(text, reason, file, field);
      case DATA_LOSS -> new DataLoss(text, reason, file, field);
      case IO -> new Io(text, reason, file, field);
      case OUT_OF_MEMORY -> new OutOfMemory(text, reason, file, field);
      case DEADLINE_EXCEEDED -> new DeadlineExceeded(text, reason, file, field);
      case UNSUPPORTED -> new Unsupported(text, reason, file, field);
      case DIVERGED -> new Diverged(text, reason, file, field);
      case INTERNAL -> new Internal(text, reason, file, field);
    };
  }

  /** An argument that was refused before native code. */
  static AlexNetException invalid(String field, String reason) {
    return new InvalidArgument(field + ": " + reason, reason, "", field);
  }

  /** A cancel token or a callback said so. */
  public static final class Cancelled extends AlexNetException {
    private static final long serialVersionUID = 1;

    private Cancelled(String text, String reason, String file, String field) {
      super(Status.CANCELLED, text, reason, file, field);
    }
  }

  /** What was passed can never work. */
  public static final class InvalidArgument extends AlexNetException {
    private static final long serialVersionUID = 1;

    private InvalidArgument(String text, String reason, String file, String field) {
      super(Status.INVALID_ARGUMENT, text, reason, file, field);
    }
  }

  /** A file, layer, tensor or key is not there. */
  public static final class NotFound extends AlexNetException {
    private static final long serialVersionUID = 1;

    private NotFound(String text, String reason, String file, String field) {
      super(Status.NOT_FOUND, text, reason, file, field);
    }
  }

  /** The right call in the wrong state or on the wrong model. */
  public static final class FailedPrecondition extends AlexNetException {
    private static final long serialVersionUID = 1;

    private FailedPrecondition(String text, String reason, String file, String field) {
      super(Status.FAILED_PRECONDITION, text, reason, file, field);
    }
  }

  /** A file is cut, changed or inconsistent. */
  public static final class DataLoss extends AlexNetException {
    private static final long serialVersionUID = 1;

    private DataLoss(String text, String reason, String file, String field) {
      super(Status.DATA_LOSS, text, reason, file, field);
    }
  }

  /** The system refused: rights, a full disk. */
  public static final class Io extends AlexNetException {
    private static final long serialVersionUID = 1;

    private Io(String text, String reason, String file, String field) {
      super(Status.IO, text, reason, file, field);
    }
  }

  /** There is not enough memory. */
  public static final class OutOfMemory extends AlexNetException {
    private static final long serialVersionUID = 1;

    private OutOfMemory(String text, String reason, String file, String field) {
      super(Status.OUT_OF_MEMORY, text, reason, file, field);
    }
  }

  /** The time was up. */
  public static final class DeadlineExceeded extends AlexNetException {
    private static final long serialVersionUID = 1;

    private DeadlineExceeded(String text, String reason, String file, String field) {
      super(Status.DEADLINE_EXCEEDED, text, reason, file, field);
    }
  }

  /** Valid, but not with this build or device. */
  public static final class Unsupported extends AlexNetException {
    private static final long serialVersionUID = 1;

    private Unsupported(String text, String reason, String file, String field) {
      super(Status.UNSUPPORTED, text, reason, file, field);
    }
  }

  /** Training gave NaN or cannot go on. */
  public static final class Diverged extends AlexNetException {
    private static final long serialVersionUID = 1;

    private Diverged(String text, String reason, String file, String field) {
      super(Status.DIVERGED, text, reason, file, field);
    }
  }

  /** A defect of the engine. */
  public static final class Internal extends AlexNetException {
    private static final long serialVersionUID = 1;

    private Internal(String text, String reason, String file, String field) {
      super(Status.INTERNAL, text, reason, file, field);
    }
  }
}
