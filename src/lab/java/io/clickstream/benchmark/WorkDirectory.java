package io.clickstream.benchmark;

import io.clickstream.local.Deletion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Deletes what it can. */
  static void delete(Path directory) {
    try {
      Deletion.of(directory);
    } catch (IOException e) {
      // Somebody still writes there.
    }
  }

  @Override
  public void close() {
    delete(root);
  }
}
