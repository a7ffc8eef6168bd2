package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.clickstream.config.JobSettings;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Loads settings in tests; the two required ones are added unless a test gives them. */
final class Reading {

  private static final List<String> REQUIRED =
      List.of("--kafka.bootstrap-servers=broker:9092", "--sink.transactional-id-prefix=shop");

  private Reading() {}

  static JobSettings read(String... args) {
    return read(Map.of(), args);
  }

  static JobSettings read(Map<String, String> environment, String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    for (String required : REQUIRED) {
      String key = required.substring(0, required.indexOf('='));
      if (Arrays.stream(args).noneMatch(arg -> arg.startsWith(key))) {
        all.add(required);
      }
    }
    return SettingsReader.read(Invocation.of(all.toArray(String[]::new)), environment);
  }

  /** The problems that these arguments have. */
  static List<Problem> problems(String... args) {
    return problems(Map.of(), args);
  }

  static List<Problem> problems(Map<String, String> environment, String... args) {
    return failure(environment, args).problems();
  }

  static InvalidSettingsException failure(Map<String, String> environment, String... args) {
    InvalidSettingsException failure =
        catchThrowableOfType(InvalidSettingsException.class, () -> read(environment, args));
    if (failure == null) {
      throw new AssertionError("expected problems with " + List.of(args) + ", found none");
    }
    return failure;
  }

  /** Writes a settings file and returns the argument that names it. */
  static String config(Path directory, String yaml) throws IOException {
    Path file = directory.resolve("settings.yaml");
    Files.writeString(file, yaml);
    return "--config=" + file;
  }
}
