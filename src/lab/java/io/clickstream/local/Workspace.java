package io.clickstream.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

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

  /** Deletes what it can, again if threads that are still ending have written something new. */
  @Override
  public void close() {
    OPEN.remove(this);
    for (int attempt = 0; attempt < 5 && Files.exists(directory); attempt++) {
      try {
        Files.walkFileTree(directory, new Deletion());
      } catch (IOException e) {
        // Something new in a directory that was empty before: once more.
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException exception) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException exception)
        throws IOException {
      Files.deleteIfExists(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}
