package io.clickstream.faults;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The JAR as a later release might be: a session has one more column. It is made the way a column
 * is added, from the source of the table, and compiled.
 */
final class NextRelease {

  private static final Path SOURCES = Path.of("src", "main", "java", "io", "clickstream");

  /** A release with one more column. */
  static final Change WITH_COLUMN =
      new Change(
          Path.of("columns", "BuiltInColumns.java"),
          "    return table.build();",
          "    table.first(\"one_more\", \"A column of the next release.\");\n    return table.build();");

  /** One that cannot read the state of the present release. */
  static final Change BROKEN =
      new Change(
          Path.of("session", "operator", "VisitorSessionsSerializer.java"),
          "OF_VALUE.read(in)",
          "OF_VALUE.check(OF_VALUE.read(in) + OF_VALUE.newest())");

  private NextRelease() {}

  /** A text in a source of the present release, and its replacement. */
  record Change(Path source, String old, String with) {

    /** The source of the next release. */
    String text() throws IOException {
      String text = Files.readString(SOURCES.resolve(source));
      if (!text.contains(old)) {
        throw new IllegalStateException(source + " has changed: there is no " + old);
      }
      return text.replace(old, with);
    }
  }

  /**
   * Makes it.
   *
   * @param jar of the present release
   * @param directory for the new one
   * @return its JAR
   */
  static Path make(Path jar, Path directory, Change change) throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Path source = directory.resolve("sources").resolve(change.source());
    Files.createDirectories(source.getParent());
    Files.writeString(source, change.text());
    compile(List.of(source), jar, classes);
    Path made = directory.resolve("clickstream-job-next.jar");
    Files.copy(jar, made, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + made.toUri()), Map.of());
        Stream<Path> compiled = Files.walk(classes)) {
      for (Path file : compiled.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file,
            zip.getPath(classes.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return made;
  }

  private static void compile(List<Path> sources, Path jar, Path classes) throws IOException {
    JavaCompiler compiler =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed, not a JRE");
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      List<String> options = new ArrayList<>(List.of("--release", "17", "-proc:none"));
      options.addAll(List.of("-d", classes.toString()));
      options.addAll(
          List.of("-cp", jar + File.pathSeparator + System.getProperty("java.class.path")));
      boolean good =
          compiler
              .getTask(
                  null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!good) {
        throw new IllegalStateException(
            "the next release does not compile: "
                + problems.getDiagnostics().stream()
                    .map(problem -> problem.getMessage(Locale.ROOT))
                    .toList());
      }
    }
  }
}
