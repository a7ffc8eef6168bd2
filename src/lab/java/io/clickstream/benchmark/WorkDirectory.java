package io.clickstream.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where topics and state lie while a benchmark runs; nothing of it is left. */
final class WorkDirectory implements AutoCloseable {

  private final Path root;

  /** Makes one in a directory, or in the temporary one. */
  WorkDirectory(@Nullable Path parent) throws IOException {
    String prefix = "clickstream-benchmark-";
    root =
        parent == null
            ? Files.createTempDirectory(prefix)
            : Files.createTempDirectory(Files.createDirectories(parent).toAbsolutePath(), prefix);
  }

  /** A directory in it; it exists. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  /** Deletes what it can: files that are being written may vanish or come meanwhile. */
  static void delete(Path directory) {
    for (int attempt = 0; attempt < 5 && Files.exists(directory); attempt++) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        // Once more.
      }
    }
  }

  @Override
  public void close() {
    delete(root);
  }
}
