package io.clickstream.clickhouse;

import com.clickhouse.client.api.ClientMisconfigurationException;
import com.clickhouse.client.api.ServerException;
import java.io.IOException;
import java.util.Set;

/** ClickHouse has not taken rows; says whether it may take them later. */
final class InsertException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * What the server may get over: overload, replicas that are away, too many parts. By the numbers
   * of ClickHouse's {@code ErrorCodes.cpp}.
   */
  private static final Set<Integer> TEMPORARY =
      Set.of(
          3, 107, 159, 160, 164, 202, 203, 209, 210, 225, 236, 241, 242, 243, 252, 285, 286, 287,
          305, 319, 364, 394, 415, 425, 439, 473, 499, 999);

  /** What is wrong with the rows: text that is no number, amounts that are too large, and so on. */
  private static final Set<Integer> ROWS =
      Set.of(
          6, 7, 25, 26, 27, 33, 34, 38, 41, 53, 69, 70, 72, 117, 130, 131, 321, 349, 376, 407, 441,
          467, 469, 561, 675, 691);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int SERVER_ERROR = 500;

  /** What becomes of the rows. */
  enum Kind {
    /** They are sent again. */
    TEMPORARY,
    /** At least one of them will never be taken. */
    ROWS,
    /** None will ever be taken until somebody changes something. */
    PERMANENT
  }

  private final Kind kind;
  private final int code;

  private InsertException(Kind kind, int code, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
  }

  /** The server's number for what is wrong, or 0 if it did not say. */
  int code() {
    return code;
  }

  Kind kind() {
    return kind;
  }

  /** What a failure of the client means, whatever it is wrapped in. */
  static InsertException of(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ServerException server) {
        return new InsertException(kind(server), server.getCode(), message(server), failure);
      }
      if (cause instanceof ClientMisconfigurationException) {
        return new InsertException(Kind.PERMANENT, 0, String.valueOf(cause.getMessage()), failure);
      }
    }
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new InsertException(Kind.TEMPORARY, 0, message, failure);
  }

  /** The same failure, known to be for good. */
  InsertException permanent(String message) {
    return new InsertException(Kind.PERMANENT, code, message, this);
  }

  private static Kind kind(ServerException e) {
    if (TEMPORARY.contains(e.getCode())) {
      return Kind.TEMPORARY;
    }
    if (ROWS.contains(e.getCode())) {
      return Kind.ROWS;
    }
    int status = e.getTransportProtocolCode();
    boolean noAnswerOfTheServer =
        e.getCode() == ServerException.CODE_UNKNOWN
            && (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT);
    return noAnswerOfTheServer ? Kind.TEMPORARY : Kind.PERMANENT;
  }

  private static String message(ServerException e) {
    String message = String.valueOf(e.getMessage()).strip();
    return message.startsWith("Code:") ? message : "Code: " + e.getCode() + ". " + message;
  }
}
