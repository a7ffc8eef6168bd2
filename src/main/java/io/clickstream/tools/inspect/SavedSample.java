package io.clickstream.tools.inspect;

import io.clickstream.config.UserErrorException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A file of the records of a topic, as a replay reads it: one a line, in the order of their times
 * in Kafka, so that hardly a click is late because partitions were read one after the other.
 */
final class SavedSample {

  private SavedSample() {}

  /**
   * Writes the file anew. A line break in JSON becomes a space, which means the same. A record
   * without a value is an empty line.
   *
   * @return how many records are left out, since their bytes have a line break and are no JSON
   * @throws UserErrorException if the file cannot be written
   */
  static int write(Sample sample, Path file) {
    List<ConsumerRecord<byte[], byte[]>> inOrder =
        sample.records().stream()
            .sorted(Comparator.comparingLong(ConsumerRecord::timestamp))
            .toList();
    int leftOut = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (ConsumerRecord<byte[], byte[]> record : inOrder) {
        byte[] line = line(record.value());
        if (line == null) {
          leftOut++;
        } else {
          out.write(line);
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UserErrorException(
          "--save %s: writing failed with %s; check that its directory exists, and the permissions."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
    return leftOut;
  }

  /** A value without line breaks, or null if it cannot be without them. */
  private static byte @Nullable [] line(byte @Nullable [] value) {
    if (value == null) {
      return new byte[0];
    }
    boolean isJson = false;
    boolean isBegun = false;
    byte[] line = value;
    for (int i = 0; i < value.length; i++) {
      byte next = value[i];
      if (next == '\n') {
        if (isBegun && !isJson) {
          return null;
        }
        if (line == value) {
          line = value.clone();
        }
        line[i] = ' ';
      } else if (!isBegun && next != ' ' && next != '\t' && next != '\r') {
        isBegun = true;
        isJson = next == '{' || next == '[' || next == '"';
      }
    }
    return line;
  }
}
