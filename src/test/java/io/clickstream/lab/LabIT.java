package io.clickstream.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class LabIT {

  static Set<String> programs() {
    return Lab.PROGRAMS.keySet();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void shouldFindEveryProgram(String program) throws Exception {
    assertThat(Class.forName(Lab.PROGRAMS.get(program)).getMethod("main", String[].class))
        .isNotNull();
  }

  @Test
  void shouldPassArgumentsOn() throws Exception {
    // When
    Process process = start("faults", "--list");

    // Then
    assertThat(process.inputReader(UTF_8).lines()).contains("broker-killed");
    assertThat(process.waitFor()).isEqualTo(0);
  }

  @Test
  void shouldNameTheProgramsWhenItDoesNotKnowOne() throws Exception {
    // When
    Process process = start("looker");

    // Then
    assertThat(process.inputReader(UTF_8).lines())
        .containsExactly(
            "Expected the name of a program as first argument, found looker: name one of local,"
                + " cluster, faults, benchmark, loader, keep-state.");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private static Process start(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Lab.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
