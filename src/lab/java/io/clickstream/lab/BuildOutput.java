package io.clickstream.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the build makes beside the classes. */
public final class BuildOutput {

  public static final String JAR = "clickstream-job.jar";

  private static final Path DIRECTORY =
      Path.of(System.getProperty("clickstream.build", "target")).toAbsolutePath();

  private BuildOutput() {}

  /** Where they are; a JVM that is to find them as well has it as {@code clickstream.build}. */
  public static Path directory() {
    return DIRECTORY;
  }

  /**
   * One of them, which is there.
   *
   * @param name below the directory of the build
   * @throws IllegalStateException if the build has not made it
   */
  public static Path file(String name) {
    Path file = DIRECTORY.resolve(name);
    if (!Files.exists(file)) {
      throw new IllegalStateException(
          "there is no " + file + ": run ./mvnw verify, which makes it");
    }
    return file;
  }
}
