package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.config.UserErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the lines of a file into a topic, each as one record, byte for byte, in their order. An
 * empty line is a record with an empty value; a line break at the end of the file begins no line.
 * Memory does not depend on the size of the file.
 */
final class LineLoader {

  /** Less than the job's producer takes, since a line may have to go to the rejected topic. */
  static final int MAX_LINE_BYTES = 30 << 20;

  private static final int CHUNK = 1 << 16;
  private static final JsonFactory JSON = new JsonFactory();

  private final String bootstrapServers;

  LineLoader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Told now and then how far it is. */
  @FunctionalInterface
  interface Progress {
    void at(long lines, long bytes);
  }

  /**
   * Loads a file and returns the number of its lines once all are in the topic.
   *
   * @param partitions over which the lines go in turn
   * @param keyField of which a JSON line's value becomes the record's key, or null for no keys
   * @throws UserErrorException if the file cannot be read, or has a line of more than 30 MB
   */
  long load(Path file, String topic, int partitions, @Nullable String keyField, Progress progress)
      throws IOException {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    long lines = 0;
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file);
        KafkaProducer<byte[], byte[]> producer = producer()) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        int start = 0;
        for (int i = 0; i < length; i++) {
          if (chunk[i] == '\n') {
            line.write(chunk, start, i - start);
            start = i + 1;
            send(producer, topic, (int) (lines % partitions), keyField, line, failure);
            lines++;
          }
        }
        line.write(chunk, start, length - start);
        if (line.size() > MAX_LINE_BYTES) {
          throw new UserErrorException(
              file
                  + ": line "
                  + (lines + 1)
                  + " is longer than "
                  + (MAX_LINE_BYTES >> 20)
                  + " MB; expected one JSON object a line.");
        }
        bytes += length;
        progress.at(lines, bytes);
        if (Thread.currentThread().isInterrupted()) {
          throw new IOException("interrupted");
        }
      }
      if (line.size() > 0) {
        send(producer, topic, (int) (lines % partitions), keyField, line, failure);
        lines++;
      }
      producer.flush();
    }
    Exception cause = failure.get();
    if (cause != null) {
      throw new IOException("a line of " + file + " could not be loaded", cause);
    }
    return lines;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int partition,
      @Nullable String keyField,
      ByteArrayOutputStream line,
      AtomicReference<@Nullable Exception> failure) {
    byte[] value = line.toByteArray();
    line.reset();
    producer.send(
        new ProducerRecord<>(
            topic, partition, keyField == null ? null : key(value, keyField), value),
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** The value of a field of a JSON object, or null: then the job says what is wrong with it. */
  static byte @Nullable [] key(byte[] json, String field) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(field);
        JsonToken value = parser.nextToken();
        if (wanted) {
          return value.isScalarValue() && value != JsonToken.VALUE_NULL
              ? parser.getText().getBytes(UTF_8)
              : null;
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "compression.type", "lz4",
            "batch.size", "1048576",
            "linger.ms", "20",
            "buffer.memory", "134217728",
            "max.request.size", "67108864",
            "delivery.timeout.ms", "600000",
            "enable.idempotence", "true"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
