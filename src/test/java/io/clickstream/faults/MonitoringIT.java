package io.clickstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.faults.FaultCluster.MetricPorts;
import io.clickstream.metrics.MetricNames;
import io.clickstream.monitoring.Dashboards;
import io.clickstream.monitoring.Dashboards.Panel;
import io.clickstream.monitoring.Monitoring;
import io.clickstream.monitoring.Monitoring.Notice;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** From the job that runs to the alert that somebody gets, with every program in between. */
@TestMethodOrder(MethodOrderer.Random.class)
@Tag("full")
class MonitoringIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PREFIX = "flink_taskmanager_job_task_operator_clickstream_";

  /** A line of the table in src/docs/metrics.md. */
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| ((?:`[a-z<>-]+`,? ?)+) \\|");

  private static final Pattern NAME = Pattern.compile("`([a-z<>-]+)`");

  /** What only clicks and sessions have. */
  private static final Pattern CLICK_OR_VISITOR =
      Pattern.compile("\\\\\"(?:event_type|anonymous_id|session_id|visitor_id)|shop\\.example");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;

  private static FaultCluster cluster;
  private static FaultRun run;
  private static LoadedTable table;
  private static Monitoring monitoring;
  private static JvmProcess probe;

  @BeforeAll
  static void start() throws Exception {
    cluster = FaultCluster.startMonitored(directory.resolve("cluster"), FaultCluster.CALM, 1);
    Map<String, String> definitions =
        Map.of(
            "session.goals.order",
            "{where: {event_type: purchase}}",
            // No device of the load changes its user: what is compared is the same.
            "session.cut.user",
            "true");
    run = FaultRun.start(cluster, "monitored", definitions, Load.USUAL, 500, 7, false);
    table = run.loadTable();
    MetricPorts ports = cluster.metricPorts();
    int probePort = FreePorts.take(1).get(0);
    probe = probe("--prometheus-port=" + probePort);
    monitoring =
        Monitoring.start(
            directory.resolve("monitoring"),
            Map.of(
                "flink", addresses(ports.flink()),
                "kafka", addresses(ports.brokers()),
                "probe", addresses(List.of(probePort)),
                "clickhouse-sessions", List.of(URI.create(table.server().url()).getAuthority())),
            Map.of("clickhouse-sessions", Map.of("database", table.database())));
  }

  @AfterAll
  static void stop() {
    if (monitoring != null) {
      monitoring.close();
    }
    if (probe != null) {
      probe.kill();
    }
    if (run != null) {
      run.abandon();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static JvmProcess probe(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("io.clickstream.Clickstream", "probe"));
    arguments.addAll(List.of("--every", "200ms"));
    arguments.addAll(List.of(options));
    arguments.addAll(run.files().arguments());
    return cluster.flink().tool("probe", FaultCluster.jar(), arguments);
  }

  private static List<String> addresses(List<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  @Test
  void shouldHaveDataInEveryPanel() throws Exception {
    List<String> empty = new ArrayList<>();
    Awaitility.await("data in every panel")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              empty.clear();
              for (Panel panel : Dashboards.panels()) {
                for (String query : panel.queries()) {
                  if (monitoring.query(query).isEmpty()) {
                    empty.add(panel + ": " + query);
                  }
                }
              }
              assertThat(empty).isEmpty();
            });
  }

  @Test
  void shouldTellWhatIsDocumentedAndNothingElse() throws Exception {
    Set<String> documented = new TreeSet<>();
    DOCUMENTED
        .matcher(Files.readString(Path.of("src/docs/metrics.md")))
        .results()
        .flatMap(line -> NAME.matcher(line.group(1)).results())
        .map((MatchResult name) -> name.group(1))
        .forEach(documented::add);
    Set<String> named = new TreeSet<>();
    for (Field field : MetricNames.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("GROUP")) {
        named.add((String) field.get(null));
      }
    }
    named.add(MetricNames.REJECTED + "-<reason>");
    named.add(MetricNames.FIELD_PROBLEMS + "-<field>");
    named.add(MetricNames.cut("<reason>"));
    named.add(MetricNames.REFERENCE_PROBLEMS + "-<column>");

    assertThat(documented).isEqualTo(named);
    Awaitility.await("all metrics in a scrape")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(scraped()).isEqualTo(named));
  }

  /** Names of the project's own metrics, as the code has them. */
  private static Set<String> scraped() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    Set<String> names = new TreeSet<>();
    for (int port : cluster.metricPorts().flink()) {
      try {
        String text =
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                    BodyHandlers.ofString())
                .body();
        names.addAll(
            text.lines()
                .filter(line -> line.startsWith(PREFIX))
                .map(line -> line.substring(PREFIX.length(), line.indexOf('{')))
                .map(name -> name.replaceAll("^le_(.*)_bucket$", "$1"))
                .map(name -> name.replaceAll("^(.*(?:_ms|_bytes))_(?:count|sum)$", "$1"))
                .map(name -> name.replace('_', '-'))
                .map(name -> name.replaceAll("^rejected-.+", "rejected-<reason>"))
                .map(name -> name.replaceAll("^(field-problems)-.+", "$1-<field>"))
                .map(name -> name.replaceAll("^(reference-problems)-.+", "$1-<column>"))
                .map(name -> name.replaceAll("^(sessions-cut)-(?!max-).+", "$1-<reason>"))
                .collect(Collectors.toSet()));
      } catch (IOException e) {
        // Nobody has taken this port.
      }
    }
    return names;
  }

  @Test
  void shouldMeasureFromClickToSessionWithProbes() throws Exception {
    Awaitility.await("latencies of the probe in Prometheus")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(seconds("clickstream_probe_end_to_session_seconds")).isBetween(0.0, 60.0);
              // The gap of this job is 3 s.
              assertThat(seconds("clickstream_probe_click_to_session_seconds"))
                  .isBetween(3.0, 63.0);
            });

    JvmProcess few = probe("--probes", "10");
    Awaitility.await("ten probes").atMost(PATIENCE).until(() -> !few.isAlive());
    assertThat(few.log())
        .contains("10 probes back, 0 under way, 0 missing")
        .containsPattern("click to session: +p50 [\\d,]+ ms")
        .containsPattern("end of session to session: +p50 [\\d,]+ ms");
  }

  private static double seconds(String histogram) throws Exception {
    List<JsonNode> series =
        monitoring.query("sum(" + histogram + "_sum) / sum(" + histogram + "_count)");
    assertThat(series).as(histogram).isNotEmpty();
    return series.get(0).get("value").get(1).asDouble();
  }

  @Test
  void shouldTellOfLoaderThatIsGoneUntilItIsBack() throws Exception {
    int before = quiet("ClickstreamLoaderAbsent");
    table.end();
    awaitAlert("warnings", "ClickstreamLoaderAbsent", "firing", before);
    table.startAgain();
    awaitAlert("warnings", "ClickstreamLoaderAbsent", "resolved", before);
  }

  @Test
  @Tag("long")
  void shouldTellOfTaskManagerThatIsGoneUntilThereIsAnother() throws Exception {
    int before = quiet("ClickstreamTransactionTimeoutNear");
    JvmProcess worker = run.awaitWorker();
    worker.kill();
    awaitAlert("critical", "ClickstreamTransactionTimeoutNear", "firing", before);
    cluster.flink().addTaskManager();
    awaitAlert("critical", "ClickstreamTransactionTimeoutNear", "resolved", before);
    run.awaitCheckpoints(2);
  }

  @Test
  void shouldTellOfProducerThatIsBrokenUntilItIsMended() throws Exception {
    int before = quiet("ClickstreamRejectedClicks");
    byte[] garbage = "{\"event_type\": ".getBytes(StandardCharsets.UTF_8);
    long begin = System.nanoTime();
    while (!has("warnings", "ClickstreamRejectedClicks", "firing", before)) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
      run.load().send("broken", Collections.nCopies(50, garbage));
    }
    awaitAlert("warnings", "ClickstreamRejectedClicks", "resolved", before);

    List<JsonNode> log = logged();
    assertThat(log).extracting(event -> event.get("log.level").asText()).contains("INFO");
    assertThat(log)
        .extracting(JsonNode::toString)
        .noneMatch(event -> CLICK_OR_VISITOR.matcher(event).find());
  }

  private static List<JsonNode> logged() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String process : List.of("jobmanager", "tm-1")) {
      for (String line : cluster.flink().logged(process)) {
        events.add(JSON.readTree(line));
      }
    }
    return events;
  }

  /** How many notices there were when this alert was not firing: it may, on a starved machine. */
  private static int quiet(String alert) {
    return Awaitility.await(alert + " is not firing")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              int notices = monitoring.notices().size();
              String firing = "ALERTS{alertname=\"" + alert + "\", alertstate=\"firing\"}";
              return monitoring.query(firing).isEmpty() ? notices : -1;
            },
            notices -> notices >= 0);
  }

  private static void awaitAlert(String receiver, String alert, String status, int since) {
    Awaitility.await(alert + " is " + status)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> has(receiver, alert, status, since));
  }

  private static boolean has(String receiver, String alert, String status, int since) {
    List<Notice> notices = monitoring.notices();
    return notices.subList(since, notices.size()).contains(new Notice(receiver, alert, status));
  }
}
