package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * What Flink's exactly-once writer leaves behind: the client with which it has listed transactions.
 *
 * <p>The connector (5.0.0) never closes it. Its thread keeps the class loader of the job, some 20
 * MB of metaspace for every restart on a TaskManager, until none is left and no job starts there
 * any more.
 */
public final class UnclosedAdmin {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private UnclosedAdmin() {}

  /**
   * Returns if the brokers list transactions. To be asked before the writer does: one that fails
   * then cannot be reached any more, nor its client.
   */
  public static void requireBrokers(Admin admin, KafkaSettings kafka) throws IOException {
    try {
      admin.listTransactions().all().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "the brokers at %s list no transactions: %s"
              .formatted(
                  kafka.bootstrapServers(),
                  kafka.withoutSecrets(String.valueOf(cause.getMessage()))),
          cause);
    } catch (TimeoutException e) {
      throw new IOException(
          "the brokers at %s have listed no transactions for %d s"
              .formatted(kafka.bootstrapServers(), TIMEOUT.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking the brokers for transactions", e);
    }
  }

  /** Closes it in a writer that is ready; should it need one again, it makes another. */
  public static void closeIn(Object writer) throws IOException {
    for (Class<?> type = writer.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Admin.class.isAssignableFrom(field.getType())) {
          close(field, writer);
        }
      }
    }
  }

  private static void close(Field field, Object writer) throws IOException {
    try {
      field.setAccessible(true);
      Object admin = field.get(writer);
      if (admin != null) {
        field.set(writer, null);
        ((Admin) admin).close(Duration.ZERO);
      }
    } catch (ReflectiveOperationException e) {
      throw new IOException("the connector's writer has another form than that of 5.0.0", e);
    }
  }
}
