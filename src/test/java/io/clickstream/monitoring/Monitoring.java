package io.clickstream.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.clickstream.local.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Prometheus and Alertmanager with the files of {@code config}, and a webhook that takes what they
 * send. Only addresses are others, and all times shorter: a rule that looks back for ten minutes
 * looks back for half a minute.
 */
public final class Monitoring implements AutoCloseable {

  /** By which times are divided. */
  private static final int FASTER = 20;

  private static final Path CONFIG = Path.of("config");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern WINDOW = Pattern.compile("\\[(\\d+)([smh])]");
  private static final Pattern FOR = Pattern.compile("(?m)^( +for: )(\\d+)([smh])$");
  private static final Pattern A_MINUTE = Pattern.compile("/ 60\\b");

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final HttpServer webhook;
  private final int prometheusPort;

  /**
   * What came through the webhook.
   *
   * @param receiver by which route
   * @param status {@code firing} or {@code resolved}
   */
  public record Notice(String receiver, String alert, String status) {}

  private Monitoring(HttpServer webhook, int prometheusPort) {
    this.webhook = webhook;
    this.prometheusPort = prometheusPort;
  }

  /**
   * Starts both.
   *
   * @param targets of each scrape job, as host and port; a job that is not named has none
   * @param parameters of the query of a scrape job, instead of those in the file
   */
  public static Monitoring start(
      Path directory,
      Map<String, List<String>> targets,
      Map<String, Map<String, String>> parameters)
      throws IOException {
    Program prometheus = Program.require("prometheus", "prometheus");
    Program alertmanager = Program.require("prometheus-alertmanager", "prometheus-alertmanager");
    Files.createDirectories(directory);
    HttpServer webhook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int port = freePort();
    int alertPort = freePort();
    Monitoring monitoring = new Monitoring(webhook, port);
    webhook.createContext("/", monitoring::take);
    webhook.start();
    try {
      Path alerts = directory.resolve("alertmanager.yml");
      Files.writeString(
          alerts,
          faster(Files.readString(CONFIG.resolve("alertmanager/alertmanager.yml")))
              .replaceAll("(group_wait|group_interval): \\w+", "$1: 1s")
              .replace("http://alerts:8080", "http://127.0.0.1:" + webhook.getAddress().getPort()));
      monitoring.processes.add(
          alertmanager.start(
              directory.resolve("alertmanager.log"),
              "--config.file=" + alerts,
              "--storage.path=" + directory.resolve("alertmanager"),
              "--web.listen-address=127.0.0.1:" + alertPort,
              "--cluster.listen-address="));
      for (String rules : List.of("clickstream-recordings.yml", "clickstream-alerts.yml")) {
        Files.writeString(
            directory.resolve(rules),
            faster(Files.readString(CONFIG.resolve("prometheus/rules").resolve(rules))));
      }
      Path file = directory.resolve("prometheus.yml");
      Files.writeString(file, configuration(directory, alertPort, targets, parameters));
      monitoring.processes.add(
          prometheus.start(
              directory.resolve("prometheus.log"),
              "--config.file=" + file,
              "--storage.tsdb.path=" + directory.resolve("prometheus"),
              "--web.listen-address=127.0.0.1:" + port));
      Awaitility.await("Prometheus")
          .atMost(START)
          .ignoreExceptions()
          .until(() -> !monitoring.query("vector(1)").isEmpty());
    } catch (IOException | RuntimeException e) {
      monitoring.close();
      throw e;
    }
    return monitoring;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The same rules with shorter times. */
  private static String faster(String rules) {
    String windows =
        WINDOW
            .matcher(rules)
            .replaceAll(window -> "[" + shorter(window.group(1), window.group(2)) + "s]");
    String waits =
        FOR.matcher(windows)
            .replaceAll(
                wait ->
                    Matcher.quoteReplacement(wait.group(1))
                        + shorter(wait.group(2), wait.group(3))
                        + "s");
    return A_MINUTE
        .matcher(waits)
        .replaceAll("/ " + 60 / FASTER)
        .replace("interval: 15s", "interval: 1s");
  }

  private static long shorter(String number, String unit) {
    long seconds =
        Long.parseLong(number)
            * switch (unit) {
              case "h" -> 3_600;
              case "m" -> 60;
              default -> 1;
            };
    return Math.max(2, seconds / FASTER);
  }

  private static String configuration(
      Path directory,
      int alertPort,
      Map<String, List<String>> targets,
      Map<String, Map<String, String>> parameters)
      throws IOException {
    Map<String, Object> config =
        map(
            new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(CONFIG.resolve("prometheus/prometheus.yml"))));
    config.put("global", Map.of("scrape_interval", "1s", "evaluation_interval", "1s"));
    config.put("rule_files", List.of(directory + "/clickstream-*.yml"));
    config.put(
        "alerting",
        Map.of(
            "alertmanagers",
            List.of(
                Map.of(
                    "static_configs",
                    List.of(Map.of("targets", List.of("127.0.0.1:" + alertPort)))))));
    List<Object> jobs = new ArrayList<>();
    for (Object each : (List<?>) config.get("scrape_configs")) {
      Map<String, Object> job = map(each);
      List<String> own = targets.get(String.valueOf(job.get("job_name")));
      if (own == null) {
        continue;
      }
      job.remove("dns_sd_configs");
      job.remove("scrape_interval");
      job.put("static_configs", List.of(Map.of("targets", own)));
      parameters
          .getOrDefault(String.valueOf(job.get("job_name")), Map.of())
          .forEach((name, value) -> map(job.get("params")).put(name, List.of(value)));
      jobs.add(job);
    }
    config.put("scrape_configs", jobs);
    return new Dump(DumpSettings.builder().build()).dumpToString(new LinkedHashMap<>(config));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object map) {
    return (Map<String, Object>) map;
  }

  private void take(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    JsonNode message = JSON.readTree(exchange.getRequestBody());
    for (JsonNode alert : message.get("alerts")) {
      notices.add(
          new Notice(
              exchange.getRequestURI().getPath().substring(1),
              alert.get("labels").get("alertname").asText(),
              alert.get("status").asText()));
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** What has come so far. */
  public List<Notice> notices() {
    return List.copyOf(notices);
  }

  /** The series of a query at this moment. */
  public List<JsonNode> query(String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + prometheusPort
                        + "/api/v1/query?query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)))
            .timeout(Duration.ofSeconds(30))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(query + ": " + response.body());
    }
    List<JsonNode> series = new ArrayList<>();
    JSON.readTree(response.body()).get("data").get("result").forEach(series::add);
    return series;
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    webhook.stop(0);
  }
}
