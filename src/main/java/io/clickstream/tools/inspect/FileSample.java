package io.clickstream.tools.inspect;

import io.clickstream.config.UserErrorException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** The first lines of a file, each as one record. */
final class FileSample {

  /** Bytes of a line that are kept, which is more than a job reads by default. */
  private static final int MAX_LINE = 32 << 20;

  /** Bytes of all lines. */
  private static final int MAX_BYTES = 256 << 20;

  private static final int BUFFER = 1 << 16;

  private FileSample() {}

  /**
   * Reads at most so many lines. Their offsets are the numbers of their lines, from 1.
   *
   * @throws UserErrorException if there is no such file, it cannot be read, or is empty
   */
  static Sample read(Path file, int atMost) {
    if (!Files.exists(file)) {
      throw wrong(file, "there is no such file");
    }
    if (Files.isDirectory(file)) {
      throw wrong(file, "this is a directory");
    }
    if (!Files.isReadable(file)) {
      throw wrong(file, "the file cannot be read; check its permissions");
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long bytes = 0;
    long now = System.currentTimeMillis();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      byte[] line = line(in);
      while (line != null && records.size() < atMost && bytes < MAX_BYTES) {
        bytes += line.length;
        records.add(record(file, records.size() + 1L, now, line));
        line = line(in);
      }
    } catch (IOException e) {
      throw new UserErrorException(
          "--file %s: reading failed with %s; check the file and its permissions."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
    if (records.isEmpty()) {
      throw wrong(file, "the file is empty");
    }
    return new Sample("file " + file, true, records);
  }

  /** A line as a replay would write it to a topic now. */
  private static ConsumerRecord<byte[], byte[]> record(
      Path file, long number, long now, byte[] line) {
    return new ConsumerRecord<>(
        file.toString(),
        0,
        number,
        now,
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        line.length,
        null,
        line,
        new RecordHeaders(),
        Optional.empty());
  }

  /** The next line without its end, or null; what is behind the longest is left out. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (next >= 0 && next != '\n') {
      if (line.size() < MAX_LINE) {
        line.write(next);
      }
      next = in.read();
    }
    return line.toByteArray();
  }

  private static UserErrorException wrong(Path file, String what) {
    return new UserErrorException(
        "--file %s: %s; expected a file with one record a line.".formatted(file, what));
  }
}
