package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The client with which Flink's exactly-once writer has listed transactions, and which it leaves
 * behind.
 *
 * <p>The connector (5.0.0) never closes it. Its thread keeps the class loader of the job, some 20
 * MB of metaspace for every restart on a TaskManager, until none is left and no job starts there
 * any more.
 */
final class UnclosedAdmin {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private UnclosedAdmin() {}

  /**
   * Returns if the brokers list transactions. Ask before the writer does: a writer that fails at it
   * cannot be reached any more, nor can its client.
   *
   * @throws IOException if they refuse, or do not answer within {@link #TIMEOUT}
   */
  static void requireBrokers(Admin admin, KafkaSettings kafka) throws IOException {
    try {
      KafkaAnswers.within(TIMEOUT).get(admin.listTransactions().all());
    } catch (KafkaException e) {
      throw new IOException(
          "the brokers at %s list no transactions: %s"
              .formatted(kafka.bootstrapServers(), KafkaAnswers.reason(e, kafka)),
          e);
    }
  }

  /**
   * Closes the client of a writer that is ready; if the writer needs one again, it makes another.
   */
  static void closeIn(Object writer) throws IOException {
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
