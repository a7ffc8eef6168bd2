package io.clickstream.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one directory in which a local run keeps its files; nothing of it is left when it is closed.
 */
final class Workspace implements AutoCloseable {

  private static final Set<Workspace> OPEN = ConcurrentHashMap.newKeySet();

  private final Path directory;

  private Workspace(Path directory) {
    this.directory = directory;
  }

  static Workspace create() {
    try {
      Workspace workspace = new Workspace(Files.createTempDirectory("clickstream-local-"));
      OPEN.add(workspace);
      return workspace;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory can be made", e);
    }
  }

  /** Deletes what an end in haste has left. */
  static void deleteAll() {
    OPEN.forEach(Workspace::close);
  }

  /** A directory in it; it exists. */
  Path directory(String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("no directory " + name + " can be made in " + directory, e);
    }
  }

  /** Deletes what it can. */
  @Override
  public void close() {
    OPEN.remove(this);
    try {
      Deletion.of(directory);
    } catch (IOException e) {
      // Threads that are still ending have written something new.
    }
  }
}
