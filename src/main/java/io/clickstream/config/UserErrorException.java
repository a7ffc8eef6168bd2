package io.clickstream.config;

import org.jspecify.annotations.Nullable;

/**
 * A mistake that the person who starts the job can put right. The message is for them: what is
 * wrong, what was expected, what to do; it needs no stack trace beside it and shows no secret.
 *
 * <p>{@code main} lets it pass and does not exit by itself: submitted over REST, {@code main} runs
 * inside the JobManager. Flink's client prints it and exits with code 1.
 */
public class UserErrorException extends RuntimeException {

  public UserErrorException(String message) {
    super(message);
  }

  public UserErrorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The same message without cause and stack trace, for those who did not ask for them. */
  public UserErrorException messageOnly() {
    UserErrorException bare = new UserErrorException(String.valueOf(getMessage()));
    bare.setStackTrace(new StackTraceElement[0]);
    return bare;
  }
}
