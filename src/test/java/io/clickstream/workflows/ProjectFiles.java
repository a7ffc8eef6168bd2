package io.clickstream.workflows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files of the project, without what the build or an editor makes. */
final class ProjectFiles {

  private static final List<String> NOT_OURS = List.of("target", ".git", ".idea", ".vscode");

  private ProjectFiles() {}

  static List<Path> matching(Predicate<Path> predicate) throws IOException {
    try (Stream<Path> top = Files.list(Path.of(""))) {
      List<Path> roots =
          top.filter(path -> !NOT_OURS.contains(path.getFileName().toString())).sorted().toList();
      return roots.stream().flatMap(ProjectFiles::filesBelow).filter(predicate).toList();
    }
  }

  private static Stream<Path> filesBelow(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException("cannot list " + root, e);
    }
  }

  /** What {@code pom.xml} says. */
  static String pom() throws IOException {
    return Files.readString(Path.of("pom.xml"));
  }
}
