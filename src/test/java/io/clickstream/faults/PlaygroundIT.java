package io.clickstream.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.lab.BuildOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cluster to play with, as people start, use and end it. */
@Tag("full")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PlaygroundIT {

  private static final int PATIENCE_SECONDS = 20;

  @TempDir private Path directory;
  private final List<String> screen = new ArrayList<>();
  private Process playground;

  @AfterEach
  void end() {
    if (playground != null) {
      List<ProcessHandle> all = new ArrayList<>(playground.descendants().toList());
      all.add(playground.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void shouldRunTheCommandsOfTheRunbookAndLeaveNothingWhenStopped() throws Exception {
    // Given
    Path home = directory.resolve("a cluster");
    start("--task-managers", "1", "--directory", home.toString());
    try (BufferedReader lines = playground.inputReader(UTF_8)) {
      readUntil(lines, Playground.READY);
      List<ProcessHandle> processes = playground.descendants().toList();
      assertThat(processes).as("%s", screen).hasSize(7);

      // When
      List<String> commands =
          List.of(
              ". './a cluster/env.sh'",
              "kafka-topics.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" --create --topic t --partitions 2",
              "kafka-configs.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" --describe --all --topic t",
              "kafka-transactions.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" list",
              "flink list",
              "%s topics --config './a cluster/clickstream.yaml' --create"
                  .formatted(FaultCluster.jar().resolveSibling("clickstream")),
              "cluster start taskmanager",
              "cluster kill tm-1",
              "cluster kill tm-9 || echo no",
              "aws s3 ls s3://bucket/../");
      String printed = shell(String.join(" && ", commands));

      // Then
      assertThat(printed)
          .contains("Created topic t.")
          .contains("min.insync.replicas=2")
          .contains("TransactionalId")
          .contains("No running jobs.")
          .contains("few records, kept 2 × as long: somebody has to look at them\n    created: ")
          .containsPattern("tm-2 +pid \\d+\n")
          .contains("killed tm-1\n")
          .contains("there is no tm-9; expected one of broker-1, broker-2, broker-3, ")
          .endsWith("no\nPRE bucket/\nPRE flink/\n");

      // When
      processes = playground.descendants().toList();
      playground.toHandle().destroy();
      readUntil(lines, "no such line");

      // Then
      assertThat(playground.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(playground.exitValue()).as("%s", screen).isZero();
      assertThat(screen.get(screen.size() - 1)).isEqualTo(Playground.END);
      assertThat(processes).hasSize(7).noneMatch(ProcessHandle::isAlive);
      assertThat(home).doesNotExist();
    }
  }

  @Test
  void shouldLetInOnlyWhoLogsInWhenSecured() throws Exception {
    // Given
    start("--secured", "--task-managers", "0", "--directory", directory.resolve("c").toString());
    try (BufferedReader lines = playground.inputReader(UTF_8)) {
      readUntil(lines, Playground.READY);

      // When
      String plan =
          "%s topics --config c/clickstream.yaml"
              .formatted(FaultCluster.jar().resolveSibling("clickstream"));
      String login = "CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG";
      List<String> commands =
          List.of(
              ". c/env.sh",
              login + "=\"$ADMIN_LOGIN\" " + plan + " --create",
              "{ " + plan + " --check || echo no; }",
              "kafka-topics.sh --bootstrap-server \"$BOOTSTRAP_SERVERS\" --command-config c/admin.properties --list",
              "cluster kill jobmanager",
              "%s='of a shell: %%s' cluster start jobmanager".formatted(login));
      String printed = shell(String.join(" && ", commands));

      // Then
      assertThat(printed)
          .contains("created: ")
          .contains("DESCRIBE is not allowed to user clickstream-job on rejected-sessions; nothing")
          .contains("\nno\n")
          .contains("\nraw-clicks\n")
          .containsPattern("jobmanager +pid \\d+\n$");
      String pid = printed.replaceFirst("(?s).*pid (\\d+)\n", "$1");
      assertThat(Path.of("/proc", pid, "environ")).content().contains(login + "=of a shell: %s\0");
      playground.toHandle().destroy();
      readUntil(lines, "no such line");
    }
    assertThat(playground.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(directory.resolve("c")).doesNotExist();
  }

  @Test
  void shouldLeaveAClusterThatRunsAlone() throws Exception {
    // Given
    Path mark = directory.resolve(".clickstream-cluster");
    Files.writeString(mark, Long.toString(ProcessHandle.current().pid()));

    // Then
    assertRefused(
        "the cluster in it runs still (process %d); end it, or name another directory"
            .formatted(ProcessHandle.current().pid()));
    assertThat(mark).exists();
  }

  @Test
  void shouldLeaveFilesOfOthersAlone() throws Exception {
    // Given
    Path file = Files.writeString(directory.resolve("file"), "somebody's");

    // Then
    assertRefused("there are files in it that are not a cluster's; expected a new directory");
    assertThat(file).hasContent("somebody's");
  }

  private void assertRefused(String reason) throws Exception {
    start("--directory", directory.toString());
    try (BufferedReader lines = playground.inputReader(UTF_8)) {
      readUntil(lines, "no such line");
    }
    assertThat(playground.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(playground.exitValue()).isEqualTo(2);
    assertThat(screen.get(0)).isEqualTo("--directory %s: %s", directory, reason);
  }

  private void start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Dclickstream.build=" + BuildOutput.directory(),
                "-cp",
                System.getProperty("java.class.path"),
                Playground.class.getName()));
    command.addAll(1, JvmProcess.SHORT_LIVED);
    command.addAll(List.of(args));
    playground = new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads to a line or to the end. */
  private void readUntil(BufferedReader lines, String last) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      screen.add(line);
      if (line.equals(last)) {
        return;
      }
    }
  }

  private String shell(String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("JVM_ARGS", String.join(" ", JvmProcess.SHORT_LIVED));
    Process shell = builder.start();
    String printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(printed).isZero();
    return printed;
  }
}
