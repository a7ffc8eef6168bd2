package io.clickstream.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A program that some tests need and that not every machine has. */
public final class Program {

  private final Path path;

  private Program(Path path) {
    this.path = path;
  }

  /**
   * The program of this name on the path. Where there is none the test is skipped, or fails in CI.
   *
   * @param debianPackage that has it
   */
  public static Program require(String name, String debianPackage) {
    return requireElse(name, "on Debian with apt-get install " + debianPackage);
  }

  /** The same for a program that Debian does not have: how it is installed. */
  public static Program requireElse(String name, String remedy) {
    Optional<Path> found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      String message = "NO %s: install it, %s".formatted(name, remedy);
      System.err.println(message);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(message);
      }
      Assumptions.abort(message);
    }
    return new Program(found.orElseThrow());
  }

  /** Its output and its exit code. */
  public record Result(int exitCode, String output) {}

  /** Runs it to its end. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  /** Starts it; what it prints goes into a file. */
  public Process start(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "program-end"));
    return process;
  }
}
