package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The local mode as a process, as people start and stop it. */
@Tag("full")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LocalModeIT {

  private static final int PATIENCE_SECONDS = 90;

  private static final Predicate<String> A_SESSION = line -> line.contains("  session 0");
  private static final Predicate<String> A_SECOND_WITH_SESSIONS =
      Pattern.compile(" [1-9]\\d* sessions/s .* p99 +\\d+ ms").asPredicate();

  @TempDir private Path directory;
  private final List<String> screen = new ArrayList<>();

  @Test
  void shouldShowFinishedSessionsAndLeaveNothingWhenStopped() throws Exception {
    // Given
    Process process = start("--rate", "200", "--session.gap", "3s");
    try (BufferedReader lines = reader(process)) {
      readUntil(lines, line -> said(A_SESSION) && said(A_SECOND_WITH_SESSIONS));

      // When
      process.toHandle().destroy();
      readUntil(lines, line -> false);

      // Then
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", screen).isZero();
      assertThat(screen).anyMatch(line -> line.contains("Kafka is at 127.0.0.1:"));
      assertThat(screen).anyMatch(line -> line.contains("Flink's web UI is at http://"));
      assertThat(screen).anyMatch(A_SESSION).anyMatch(A_SECOND_WITH_SESSIONS);
      assertThat(screen.get(screen.size() - 1)).endsWith("ended, nothing is left behind");
      assertThat(leftBehind()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  /** With {@code -Dclickstream.screenshot=FILE} it is kept, as the README shows it. */
  @Test
  void shouldShowChartsThatMoveInBrowser() throws Exception {
    // Given
    boolean forReadme = System.getProperty("clickstream.screenshot") != null;
    Process process =
        start(
            "--rate",
            "300",
            "--session.gap",
            "3s",
            "--session.goals",
            "{order: {where: {event_type: purchase}, value: properties.total, currency:"
                + " properties.currency}}");
    try (BufferedReader lines = reader(process)) {
      readUntil(lines, line -> line.contains("a page with charts is at "));
      String said = screen.get(screen.size() - 1);
      URI page = URI.create(said.substring(said.indexOf("http://")));
      Thread rest = new Thread(() -> drain(lines), "local-mode-screen");
      rest.setDaemon(true);
      rest.start();

      // When
      try (Browser browser = Browser.open(directory.resolve("browser"), page)) {
        // Then
        Awaitility.await("charts and sessions")
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(500))
            .until(
                () ->
                    number(browser, "p99") > 0
                        && number(browser, "open") > 0
                        && browser.evaluate("document.querySelectorAll('svg path').length").asInt()
                            >= 8
                        && browser
                                .evaluate("document.querySelectorAll('#session-rows tr').length")
                                .asInt()
                            >= 5);
        Awaitility.await("a goal with a value")
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    browser
                        .evaluate("document.getElementById('goals').innerText")
                        .asText()
                        .matches(
                            "(?s).*[0-9.]+ % converted, .*order.*[0-9.]+ (EUR|GBP|USD|PLN).*"));
        String drawn = "document.querySelector('svg path').getAttribute('d')";
        String before = browser.evaluate(drawn).asText();
        Awaitility.await("the next second")
            .atMost(Duration.ofSeconds(10))
            .until(() -> !browser.evaluate(drawn).asText().equals(before));
        assertThat(browser.evaluate("document.getElementById('flink').href").asText())
            .matches("http://(localhost|127\\.0\\.0\\.1):\\d+/");
        assertThat(browser.evaluate("performance.getEntriesByType('resource').map(r => r.name)"))
            .allMatch(name -> name.asText().equals(page + "/figures"));
        if (forReadme) {
          Awaitility.await("two minutes of charts")
              .atMost(Duration.ofMinutes(3))
              .until(
                  () ->
                      browser
                              .evaluate(
                                  "parseInt(document.getElementById('state').textContent.match(/(\\d+) s in all/)[1])")
                              .asInt()
                          >= 120);
          Files.write(Path.of(System.getProperty("clickstream.screenshot")), browser.screenshot());
        }
        assertThat(browser.errors()).isEmpty();
      }
    } finally {
      process.toHandle().destroy();
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  private static double number(Browser browser, String field) throws Exception {
    String text =
        browser.evaluate("document.getElementById('number-" + field + "')?.textContent").asText();
    return text.matches("[\\d,]+") ? Double.parseDouble(text.replace(",", "")) : -1;
  }

  private static void drain(BufferedReader lines) {
    try {
      while (lines.readLine() != null) {
        // A process whose output nobody reads would stand still.
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"starting the broker", "loading profiles", "starting Flink"})
  void shouldLeaveNothingWhenStoppedWhileStarting(String step) throws Exception {
    // Given
    Process process = start("--rate", "10");
    try (BufferedReader lines = reader(process)) {
      readUntil(lines, line -> line.contains(step));

      // When
      process.toHandle().destroy();

      // Then
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", screen).isZero();
      assertThat(leftBehind()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldEndByItselfAfterTheDuration() throws Exception {
    Process process = start("--rate", "10", "--duration", "1s");
    try (BufferedReader lines = reader(process)) {
      readUntil(lines, line -> false);

      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", screen).isZero();
      assertThat(leftBehind()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory,
                "-Dclickstream.local.end-within-seconds=60",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.time=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LocalMode.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private boolean said(Predicate<String> line) {
    return screen.stream().anyMatch(line);
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Reads to the first line of that kind or to the end. */
  private void readUntil(BufferedReader lines, Predicate<String> last) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      screen.add(line);
      if (last.test(line)) {
        return;
      }
    }
  }

  private List<Path> leftBehind() throws IOException {
    try (var files = Files.list(directory)) {
      return files.toList();
    }
  }
}
