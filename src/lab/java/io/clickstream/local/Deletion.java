package io.clickstream.local;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes folders that others may still write to. */
public final class Deletion extends SimpleFileVisitor<Path> {

  private static final int ATTEMPTS = 5;

  private Deletion() {}

  /**
   * Deletes a folder and all in it, or nothing if it is not there. The targets of links stay. Files
   * may come and go meanwhile: it tries five times.
   *
   * @throws IOException if something is still there then, for the reason of the last failure
   */
  public static void of(Path folder) throws IOException {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        Files.walkFileTree(folder, new Deletion());
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Files.deleteIfExists(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException exception)
      throws IOException {
    Files.deleteIfExists(visited);
    return FileVisitResult.CONTINUE;
  }
}
