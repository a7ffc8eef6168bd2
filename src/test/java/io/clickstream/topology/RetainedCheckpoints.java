package io.clickstream.topology;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** The checkpoints that a job leaves in its folder. */
final class RetainedCheckpoints {

  private RetainedCheckpoints() {}

  /** The newest one, of a job that may run: it writes and deletes files meanwhile. */
  static String newest(Path directory) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .ignoreException(UncheckedIOException.class)
        .until(() -> findNewest(directory), checkpoint -> true);
  }

  private static String findNewest(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(Path::getParent)
          .filter(file -> file.getFileName().toString().startsWith("chk-"))
          .max(
              Comparator.comparingLong(
                  file -> Long.parseLong(file.getFileName().toString().substring(4))))
          .orElseThrow()
          .toUri()
          .toString();
    }
  }
}
