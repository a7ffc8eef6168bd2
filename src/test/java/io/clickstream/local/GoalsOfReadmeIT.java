package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.clickhouse.ClickHouseServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of a field and a goal, word for word: file, command and query. */
@Tag("full")
class GoalsOfReadmeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SERVER = "http://localhost:8123";

  @TempDir private Path directory;

  @Test
  void shouldAnswerTheQueryOfTheReadme() throws Exception {
    // Given
    String text = section();
    JsonNode click = new ObjectMapper().readTree(block(text, "json"));
    String settings = block(text, "yaml");
    click
        .get("properties")
        .fieldNames()
        .forEachRemaining(name -> assertThat(settings).contains("properties." + name));
    Files.writeString(directory.resolve(found(text, "a file `([a-z.]+)`")), settings);
    String arguments = found(text, "\\./mvnw -Plocal -Dargs=\"([^\"]+)\"");
    String database = found(text, "curl \"" + SERVER + "/\\?database=([a-z]+)\"");
    String query = found(text, "--data-binary \"([^\"]+)\"");

    try (ClickHouseServer server = ClickHouseServer.start(directory.resolve("clickhouse"))) {
      // When
      Path screen = directory.resolve("screen");
      Process process = start(arguments.replace(SERVER, server.url()), screen);
      try {
        // Then: shoppers with each plan and without, of whom some have bought in euros
        List<JsonNode> rows = new ArrayList<>();
        Awaitility.await("an answer")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(2))
            .ignoreExceptions()
            .until(
                () -> {
                  rows.clear();
                  rows.addAll(server.rows(query, database));
                  return rows.size() == 4
                      && rows.stream().anyMatch(row -> row.get("eur").asDouble() > 0);
                });
        assertThat(rows)
            .extracting(row -> row.get("plan").asText())
            .containsExactlyInAnyOrder("free", "plus", "pro", "null");
        assertThat(rows)
            .allMatch(row -> row.get("sessions").asLong() >= row.get("orders").asLong());
      } catch (ConditionTimeoutException e) {
        throw new AssertionError(Files.readString(screen), e);
      } finally {
        process.destroy();
        process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
      }
    }
  }

  private Process start(String arguments, Path screen) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.io.tmpdir=" + directory,
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.time=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LocalMode.class.getName()));
    command.addAll(List.of(arguments.split(" ")));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(screen.toFile())
        .start();
  }

  private static String section() throws IOException {
    String readme = Files.readString(Path.of("README.md"), UTF_8);
    int begin = readme.indexOf("Fields and goals of your own are settings");
    return readme.substring(begin, readme.indexOf("\n## ", begin));
  }

  private static String block(String text, String kind) {
    return found(text, "(?s)```" + kind + "\n(.*?)```");
  }

  private static String found(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }
}
