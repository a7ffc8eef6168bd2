package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for answers of Kafka's admin client. Every failure comes as Kafka's own exception, without
 * the wrapping of the future, so that a caller can tell them apart by their types: no answer in
 * time is a {@link org.apache.kafka.common.errors.TimeoutException}, and an interrupted wait is an
 * {@link InterruptException} that leaves the thread interrupted.
 */
public final class KafkaAnswers {

  /** So long the last of many questions is waited for, however long the others took. */
  private static final Duration LEAST = Duration.ofMillis(100);

  /**
   * The outcome of a question: a value or a failure, never both.
   *
   * @param value null if it failed, or if the answer is empty
   * @param failure null if it succeeded
   */
  public record Answer<T>(@Nullable T value, @Nullable KafkaException failure) {}

  /** Null for as long as the client itself waits. */
  private final @Nullable Duration timeout;

  /** On the clock of {@link System#nanoTime}; null if each answer has all of the time. */
  private final @Nullable Long deadline;

  private KafkaAnswers(@Nullable Duration timeout, @Nullable Long deadline) {
    this.timeout = timeout;
    this.deadline = deadline;
  }

  /** Waits so long for each answer. */
  public static KafkaAnswers within(Duration timeout) {
    return new KafkaAnswers(timeout, null);
  }

  /** Waits so long for all answers together, from now on. */
  public static KafkaAnswers allWithin(Duration timeout) {
    return new KafkaAnswers(timeout, System.nanoTime() + timeout.toNanos());
  }

  /** Waits for each answer until the client gives up, by its {@code default.api.timeout.ms}. */
  public static KafkaAnswers asLongAsTheClient() {
    return new KafkaAnswers(null, null);
  }

  /**
   * Returns the value of an answer.
   *
   * @throws KafkaException if the brokers refuse it, or do not answer in time
   */
  public <T> T get(KafkaFuture<T> future) {
    try {
      return timeout == null ? future.get() : future.get(left(timeout), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof KafkaException failure ? failure : new KafkaException(cause);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + seconds(timeout));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Returns an answer whatever it is.
   *
   * @throws InterruptException if the wait is interrupted, which is no answer
   */
  public <T> Answer<T> answer(KafkaFuture<T> future) {
    try {
      return new Answer<>(get(future), null);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      return new Answer<>(null, e);
    }
  }

  private long left(Duration timeout) {
    return deadline == null
        ? timeout.toNanos()
        : Math.max(deadline - System.nanoTime(), LEAST.toNanos());
  }

  private static String seconds(@Nullable Duration timeout) {
    return timeout == null ? "the client's time" : timeout.toMillis() / 1_000.0 + " s";
  }

  /**
   * The reason of a failure for messages, without secrets: the innermost message, since clients
   * wrap it in their own words, or the name of the exception if it has none.
   */
  public static String reason(@Nullable Throwable failure, KafkaSettings kafka) {
    if (failure == null) {
      return "no answer";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : kafka.withoutSecrets(root.getMessage());
  }
}
