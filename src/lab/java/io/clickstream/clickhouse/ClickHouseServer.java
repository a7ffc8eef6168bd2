package io.clickstream.clickhouse;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.config.ClickHouseSettings;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A current ClickHouse: the one at {@code CLICKHOUSE_URL}, or where that is not set one that is
 * started by {@code src/lab/clickhouse}, which {@code .ci/install} installs.
 */
public final class ClickHouseServer implements AutoCloseable {

  /** A decimal has all its digits. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final Duration START = Duration.ofMinutes(4);
  private static final String PROGRAM =
      Path.of("src", "lab", "clickhouse", "clickhouse").toAbsolutePath().toString();

  private static final String OLD_CONFIG =
      """
      <yandex>
        <logger><level>warning</level><console>1</console></logger>
        <http_port>%d</http_port>
        <tcp_port>%d</tcp_port>
        <listen_host>127.0.0.1</listen_host>
        <path>%3$s/data/</path>
        <tmp_path>%3$s/tmp/</tmp_path>
        <users_config>%3$s/users.xml</users_config>
        <default_profile>default</default_profile>
        <default_database>default</default_database>
        <mark_cache_size>67108864</mark_cache_size>
      </yandex>
      """;

  private static final String OLD_USERS =
      """
      <yandex>
        <profiles><default/></profiles>
        <users>
          <default>
            <password></password>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
          </default>
        </users>
        <quotas><default/></quotas>
      </yandex>
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final @Nullable List<String> command;
  private @Nullable Process process;

  private ClickHouseServer(String url, @Nullable List<String> command) {
    this.url = url;
    this.command = command;
  }

  /** Whether there is one to use or to start. */
  public static boolean isThere() {
    return System.getenv("CLICKHOUSE_URL") != null || canBeStarted();
  }

  /** Whether there is one to start, which can also be killed. */
  public static boolean canBeStarted() {
    try {
      return new ProcessBuilder(PROGRAM, "check")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue()
          == 0;
    } catch (IOException e) {
      // Not in the folder of the project.
      return false;
    }
  }

  /** Skips the test, or fails it in CI, where there is none. */
  public static ClickHouseServer start(Path directory) throws IOException {
    String url = System.getenv("CLICKHOUSE_URL");
    if (url != null) {
      return new ClickHouseServer(url, null);
    }
    if (!canBeStarted()) {
      skip("NO CLICKHOUSE: run .ci/install, or set CLICKHOUSE_URL to a server's HTTP address");
    }
    int port = freePort();
    ClickHouseServer server =
        new ClickHouseServer(
            "http://127.0.0.1:" + port,
            List.of(PROGRAM, "start", directory.toString(), Integer.toString(port)));
    server.restart();
    return server;
  }

  /** The one of Debian's package {@code clickhouse-server}, 18.16, with its own binary. */
  static ClickHouseServer startOld(Path directory) throws IOException {
    Path binary = Path.of("/usr/sbin/clickhouse-server");
    if (!Files.isExecutable(binary)) {
      skip("NO OLD CLICKHOUSE: install the package clickhouse-server, there is no " + binary);
    }
    int port = freePort();
    Files.createDirectories(directory);
    Path config = directory.resolve("config.xml");
    Files.writeString(config, OLD_CONFIG.formatted(port, freePort(), directory));
    Files.writeString(directory.resolve("users.xml"), OLD_USERS);
    ClickHouseServer server =
        new ClickHouseServer(
            "http://127.0.0.1:" + port, List.of(binary.toString(), "--config-file=" + config));
    server.restart();
    return server;
  }

  private static void skip(String message) {
    System.err.println(message);
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Whether it can be killed. */
  public boolean isOurs() {
    return command != null;
  }

  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  public void restart() throws IOException {
    if (command == null) {
      throw new IllegalStateException("a server at CLICKHOUSE_URL is not ours");
    }
    // Streams of its own: those of this JVM belong to the tests' runner.
    Path log = Files.createTempFile("clickhouse-", ".log");
    log.toFile().deleteOnExit();
    process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "clickhouse-end"));
    try {
      Awaitility.await("ClickHouse at " + url)
          .atMost(START)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .until(() -> ask("SELECT 1", "default").equals("1\n") || !isAlive());
      if (!isAlive()) {
        throw new IllegalStateException("ClickHouse has ended: " + Files.readString(log));
      }
    } catch (RuntimeException e) {
      kill();
      e.addSuppressed(new IOException("the server says: " + Files.readString(log)));
      throw e;
    }
  }

  private boolean isAlive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Of a loader that writes into a database. */
  public ClickHouseSettings settings(String database, int batchSize, Duration flushInterval) {
    return ClickHouseSettings.defaults()
        .with(ClickHouseSettings.URL, url)
        .with(ClickHouseSettings.DATABASE, database)
        .with(ClickHouseSettings.BATCH_SIZE, batchSize)
        .with(ClickHouseSettings.FLUSH_INTERVAL, flushInterval);
  }

  public String url() {
    return url;
  }

  /** The rows of a query. */
  public List<JsonNode> rows(String sql, String database) throws IOException, InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : ask(sql + " FORMAT JSONEachRow", database).lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  /** The answer to a statement. */
  public String ask(String sql, String database) throws IOException, InterruptedException {
    return ask(sql, database, Map.of());
  }

  /** The answer to a statement with parameters. */
  public String ask(String sql, String database, Map<String, String> parameters)
      throws IOException, InterruptedException {
    StringBuilder uri =
        new StringBuilder(url).append("/?output_format_json_quote_64bit_integers=0");
    Map<String, String> all = new TreeMap<>(Map.of("database", database));
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      all.put("param_" + each.getKey(), each.getValue());
    }
    all.forEach(
        (name, value) ->
            uri.append('&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri.toString()))
            .timeout(Duration.ofMinutes(1))
            .POST(BodyPublishers.ofString(sql))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
    return response.body();
  }

  @Override
  public void close() {
    kill();
  }
}
