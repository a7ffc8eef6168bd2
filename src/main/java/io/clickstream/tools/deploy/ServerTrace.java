package io.clickstream.tools.deploy;

import java.util.regex.Pattern;

/** A stack trace as Flink's servers send it, of which people want one sentence. */
final class ServerTrace {

  private static final String CAUSED_BY = "Caused by: ";
  private static final Pattern END =
      Pattern.compile("(?m)^(\\s+at |\\s+\\.\\.\\. \\d+ more|End of exception on server side)");
  private static final Pattern CLASS = Pattern.compile("^(?:[a-z_$][\\w$]*\\.)+[A-Z][\\w$.]*: ");
  private static final String BEGIN = "<Exception on server side:";

  private ServerTrace() {}

  /** The message of the innermost cause, with all its lines and without its class. */
  static String rootMessage(String trace) {
    int last = trace.lastIndexOf(CAUSED_BY);
    int begin = trace.indexOf(BEGIN);
    String innermost = trace;
    if (last >= 0) {
      innermost = trace.substring(last + CAUSED_BY.length());
    } else if (begin >= 0) {
      innermost = trace.substring(begin + BEGIN.length());
    }
    var end = END.matcher(innermost);
    String message = end.find() ? innermost.substring(0, end.start()) : innermost;
    return CLASS.matcher(message.strip()).replaceFirst("").strip();
  }
}
