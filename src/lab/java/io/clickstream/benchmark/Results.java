package io.clickstream.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The runs that have ended, in a file that is complete after each. */
final class Results {

  /** In a directory of results. */
  static final String FILE = "benchmark.json";

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;
  private final List<RunResult> runs = new ArrayList<>();

  /** Replaces what is in the directory from an earlier benchmark. */
  Results(Path directory) throws IOException {
    file = directory.resolve(FILE);
    write();
  }

  /** The runs of a directory that an earlier benchmark has written. */
  static List<RunResult> read(Path directory) throws IOException {
    return Arrays.asList(MAPPER.readValue(directory.resolve(FILE).toFile(), RunResult[].class));
  }

  void add(RunResult run) throws IOException {
    runs.add(run);
    write();
  }

  List<RunResult> runs() {
    return List.copyOf(runs);
  }

  Path file() {
    return file;
  }

  private void write() throws IOException {
    Path next = file.resolveSibling(FILE + ".new");
    MAPPER.writeValue(next.toFile(), runs);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
