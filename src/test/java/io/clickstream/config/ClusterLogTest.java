package io.clickstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code config/flink/log4j-console.properties}, as a cluster's processes read it. */
class ClusterLogTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CONFIGURATION = Path.of("config/flink/log4j-console.properties");

  @TempDir private Path directory;

  private interface Program {
    void run(LoggerContext context);
  }

  /** What stands in the log file that the web UI shows. */
  private List<JsonNode> logged(Program program) throws IOException {
    Path file = directory.resolve("flink.log");
    String written =
        Files.readString(CONFIGURATION)
            .replace("${sys:log.file}", file.toString())
            .replace("rootLogger.appenderRef.console.ref = console\n", "");
    try (LoggerContext context = new LoggerContext("cluster")) {
      context.start(
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  context,
                  new ConfigurationSource(
                      new java.io.ByteArrayInputStream(
                          written.getBytes(java.nio.charset.StandardCharsets.UTF_8)))));
      program.run(context);
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void shouldWriteEventAsOneObjectWithTheJobAndTheFailure() throws Exception {
    List<JsonNode> lines =
        logged(
            context -> {
              try (var job =
                  CloseableThreadContext.putAll(
                      Map.of("flink-job-id", "00000000000000000000cafe"))) {
                context
                    .getLogger("io.clickstream.Example")
                    .error(
                        "Something \"went\" wrong: partition={}\nin two lines",
                        3,
                        new IllegalStateException("reason", new IOException("disk full")));
              }
            });

    assertThat(lines).hasSize(1);
    JsonNode event = lines.get(0);
    assertThat(event.get("@timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z");
    assertThat(event.get("log.level").asText()).isEqualTo("ERROR");
    assertThat(event.get("log.logger").asText()).isEqualTo("io.clickstream.Example");
    assertThat(event.get("message").asText())
        .isEqualTo("Something \"went\" wrong: partition=3\nin two lines");
    assertThat(event.get("flink-job-id").asText()).isEqualTo("00000000000000000000cafe");
    assertThat(event.get("error.message").asText()).isEqualTo("reason");
    assertThat(event.get("error.stack_trace").asText()).contains("disk full");
  }

  @Test
  void shouldNotBeFloodedByWarningsAndLeaveOutNoError() throws Exception {
    List<JsonNode> lines =
        logged(
            context -> {
              for (String name :
                  List.of("org.apache.kafka.clients.NetworkClient", "io.clickstream.Example")) {
                for (int i = 0; i < 100_000; i++) {
                  context
                      .getLogger(name)
                      .warn("Connection could not be established: attempt={}", i);
                }
                context.getLogger(name).error("It is over");
              }
            });

    assertThat(lines).filteredOn(line -> line.get("log.level").asText().equals("ERROR")).hasSize(2);
    // A hundred of each, and two more a second.
    assertThat(lines.size()).isBetween(202, 400);
  }

  @Test
  void shouldLeaveOutWhatSaysNothing() throws Exception {
    List<JsonNode> lines =
        logged(
            context -> {
              context
                  .getLogger("org.apache.flink.metrics.MetricGroup")
                  .warn("Name collision: Group already contains a Metric");
              context
                  .getLogger("org.apache.kafka.clients.producer.ProducerConfig")
                  .info("ProducerConfig values");
              context.getLogger("org.apache.flink.runtime.taskmanager.Task").info("RUNNING");
            });

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).get("message").asText()).isEqualTo("RUNNING");
  }
}
