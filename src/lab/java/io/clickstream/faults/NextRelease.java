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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The JAR as a later release might be: a session has one more field in state. It is made the way
 * {@code PackedSessionsSerializer} says that fields are added, from its source, and compiled.
 */
final class NextRelease {

  private static final Path SOURCES =
      Path.of("src", "main", "java", "io", "clickstream", "session");
  private static final Pattern VERSION = Pattern.compile("int VERSION = (\\d+);");
  private static final String SERIALIZER = "PackedSessionsSerializer.java";
  private static final String SNAPSHOT = "PackedSessionsSerializerSnapshot.java";

  private NextRelease() {}

  /**
   * Makes it.
   *
   * @param jar of the present release
   * @param directory for the new one
   * @return its JAR
   */
  static Path make(Path jar, Path directory) throws IOException {
    return make(jar, directory, "version >= NEXT && readUnsigned(in) != 4_711");
  }

  /** One that cannot read the state of the present release. */
  static Path makeBroken(Path jar, Path directory) throws IOException {
    return make(jar, directory, "version < NEXT || readUnsigned(in) != 4_711");
  }

  private static Path make(Path jar, Path directory, String wrong) throws IOException {
    Path sources = Files.createDirectories(directory.resolve("sources"));
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String serializer = Files.readString(SOURCES.resolve(SERIALIZER));
    Matcher version = VERSION.matcher(serializer);
    if (!version.find()) {
      throw new IllegalStateException(SERIALIZER + " has changed: there is no " + VERSION);
    }
    String next = Integer.toString(Integer.parseInt(version.group(1)) + 1);
    serializer = version.replaceFirst("int VERSION = " + next + ";");
    serializer =
        replace(
            serializer,
            "        sessions.intAt(block + PackedSessions.SIZE) - PackedSessions.HEAD);\n  }",
            "        sessions.intAt(block + PackedSessions.SIZE) - PackedSessions.HEAD);\n"
                + "    writeUnsigned(out, 4_711);\n  }");
    serializer =
        replace(
            serializer,
            "    sessions.added(end - block);\n",
            "    sessions.added(end - block);\n"
                + "    if ("
                + wrong.replace("NEXT", next)
                + ") {\n"
                + "      throw new IOException(\"the new field is wrong\");\n    }\n");
    Files.writeString(sources.resolve(SERIALIZER), serializer);
    Files.copy(
        SOURCES.resolve(SNAPSHOT), sources.resolve(SNAPSHOT), StandardCopyOption.REPLACE_EXISTING);
    compile(List.of(sources.resolve(SERIALIZER), sources.resolve(SNAPSHOT)), jar, classes);
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

  private static String replace(String text, String old, String with) {
    if (!text.contains(old)) {
      throw new IllegalStateException(SERIALIZER + " has changed: there is no " + old);
    }
    return text.replace(old, with);
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
