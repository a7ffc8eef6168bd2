package io.clickstream.clickhouse;

import com.clickhouse.client.api.ClientMisconfigurationException;
import com.clickhouse.client.api.ServerException;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ClickHouse has not done what it was asked for; says whether it may do so later. */
public final class InsertException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Errors that the server may get over: overload, memory, replicas that are away, too many parts.
   * By the numbers of ClickHouse's {@code ErrorCodes.cpp}.
   */
  private static final Set<Integer> TEMPORARY =
      Set.of(
          3, 95, 96, 107, 159, 160, 173, 198, 201, 202, 203, 204, 209, 210, 216, 218, 225, 236, 241,
          242, 243, 252, 254, 265, 279, 285, 286, 290, 319, 364, 384, 394, 415, 416, 425, 439, 473,
          499, 500, 519, 529, 574, 667, 677, 693, 722, 733, 735, 738, 745, 762, 999, 1019, 1020);

  /**
   * Errors that somebody has to mend: tables, columns, rights, users, settings, the statement
   * itself.
   */
  private static final Set<Integer> PERMANENT =
      Set.of(
          16, 34, 46, 47, 48, 50, 60, 62, 73, 81, 115, 164, 192, 193, 194, 195, 291, 452, 497, 516);

  /**
   * An insert into too many partitions is an error of its size, under the number of too many parts.
   */
  private static final String TOO_MANY_PARTITIONS = "partitions for single INSERT block";

  /** The error's name, which comes behind all that the server says of it. */
  private static final Pattern NAME = Pattern.compile("\\(([A-Z][A-Z0-9_]{3,})\\)");

  private static final Pattern KEY = Pattern.compile("while reading the value of key \\w{1,64}");

  /** Whether the rows can ever be taken. */
  public enum Kind {
    /** They are sent again. */
    TEMPORARY,
    /** At least one of them will never be taken, or not all of them at once. */
    ROWS,
    /** None will ever be taken until somebody changes something. */
    PERMANENT
  }

  private final Kind kind;
  private final int code;

  private InsertException(Kind kind, int code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
  }

  /** The server's number for what is wrong, or 0 if it did not say. */
  public int code() {
    return code;
  }

  /** Whether the rows can ever be taken. */
  public Kind kind() {
    return kind;
  }

  /** The meaning of a failure of the client, however it is wrapped. */
  static InsertException of(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ServerException server) {
        String message = message(server);
        return new InsertException(
            kind(server.getCode(), message), server.getCode(), message, failure);
      }
      if (cause instanceof ClientMisconfigurationException) {
        return new InsertException(Kind.PERMANENT, 0, String.valueOf(cause.getMessage()), failure);
      }
    }
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new InsertException(Kind.TEMPORARY, 0, message, failure);
  }

  /**
   * A failure of rows that is none of the rows' own: it is for good, and nothing of them is in it.
   */
  InsertException permanent(String message) {
    return new InsertException(Kind.PERMANENT, code, message + ": " + outline(), null);
  }

  /** The error, without anything that the rows contain. */
  String outline() {
    StringBuilder outline = new StringBuilder("Code: " + code);
    String message = String.valueOf(getMessage());
    NAME.matcher(message)
        .results()
        .reduce((earlier, later) -> later)
        .ifPresent(name -> outline.append(" (").append(name.group(1)).append(')'));
    Matcher key = KEY.matcher(message);
    if (key.find()) {
      outline.append(", ").append(key.group());
    }
    return outline.toString();
  }

  /**
   * The meaning of an error of the server. One that is in neither list is taken for an error of the
   * rows, which is the only kind that can be found out by trying.
   */
  static Kind kind(int code, String message) {
    if (code == ServerException.CODE_UNKNOWN) {
      return Kind.TEMPORARY;
    }
    if (message.contains(TOO_MANY_PARTITIONS)) {
      return Kind.ROWS;
    }
    return TEMPORARY.contains(code)
        ? Kind.TEMPORARY
        : PERMANENT.contains(code) ? Kind.PERMANENT : Kind.ROWS;
  }

  private static String message(ServerException e) {
    String message = String.valueOf(e.getMessage()).strip();
    return message.startsWith("Code:") ? message : "Code: " + e.getCode() + ". " + message;
  }
}
