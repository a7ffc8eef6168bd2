package io.clickstream.workflows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A script of {@code .ci} in a copy of the project that has only what it reads. */
final class Script {

  private final Path project;

  private Script(Path project) {
    this.project = project;
  }

  /** The copy: scripts, and what stands in the files of these names. */
  static Script in(Path directory, String... files) throws IOException {
    List<String> names = new ArrayList<>(List.of(files));
    for (Path script : ProjectFiles.matching(path -> path.startsWith(".ci"))) {
      names.add(script.toString());
    }
    for (String name : names) {
      Path copy = directory.resolve(name);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(name), copy);
    }
    return new Script(directory);
  }

  Path file(String name) {
    return project.resolve(name);
  }

  /** Puts one text in the place of another, which has to be there, wherever it is. */
  Script with(String name, String before, String after) throws IOException {
    String text = Files.readString(file(name));
    if (!text.contains(before)) {
      throw new IllegalArgumentException(name + " has no " + before);
    }
    Files.writeString(file(name), text.replace(before, after));
    return this;
  }

  /** What it printed, what it complained of, and how it ended. */
  record Result(int exitCode, String out, String err) {}

  Result run(String name, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(file(".ci/" + name).toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(project, "out", ".txt");
    Path err = Files.createTempFile(project, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // Programs of the copy come before those of the machine.
    builder.environment().merge("PATH", file("bin").toString(), (path, bin) -> bin + ":" + path);
    int exitCode = builder.start().waitFor();
    return new Result(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8).strip());
  }
}
