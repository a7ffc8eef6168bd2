package io.clickstream.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.clickhouse.LoadSessions;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.JobDefaults;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** The loader of a live run, and what its table answers. */
final class LiveClickHouse {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private static final String QUERY =
      """
      SELECT
          count() AS sessions,
          round(100 * avg(is_bounce), 1) AS bounces,
          uniq(visitor_kind, visitor_id) AS visitors,
          toString(toDecimal64(sum(ifNull(revenue, 0)), 2)) AS revenue,
          toUnixTimestamp64Milli(max(emitted_at)) AS newest
      FROM sessions_latest
      FORMAT JSONEachRow SETTINGS output_format_json_quote_64bit_integers = 0
      """;

  private final LoaderSettings settings;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  private LiveClickHouse(LoaderSettings settings) {
    this.settings = settings;
  }

  /**
   * Makes the tables.
   *
   * @throws UserErrorException if the server does not answer, or does not let it
   */
  static LiveClickHouse prepare(LoaderSettings settings) {
    try {
      Migrate.migrate(settings.clickHouse(), Columns.of(settings.definitions()));
    } catch (IOException e) {
      throw new UserErrorException(
          "--clickhouse %s: the tables could not be made: %s"
              .formatted(settings.clickHouse().url(), e.getMessage()));
    }
    return new LiveClickHouse(settings);
  }

  /** The loader, in one subtask. */
  JobGraph graph(Configuration flink) {
    StreamExecutionEnvironment env = JobDefaults.environment(flink);
    env.setParallelism(1);
    LoadSessions.define(env, settings);
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName("loader");
    return graph.getJobGraph();
  }

  /** The view of an analyst at this moment. */
  String line() throws InterruptedException {
    try {
      JsonNode row = JSON.readTree(ask());
      if (row.path("sessions").asLong() == 0) {
        return "ClickHouse: no sessions yet";
      }
      return String.format(
          Locale.ROOT,
          "ClickHouse: %,d sessions of %,d visitors, %.1f %% bounces, revenue %s, the newest written"
              + " %.1f s ago",
          row.path("sessions").asLong(),
          row.path("visitors").asLong(),
          row.path("bounces").asDouble(),
          row.path("revenue").asText(),
          (System.currentTimeMillis() - row.path("newest").asLong()) / 1000.0);
    } catch (IOException e) {
      return "ClickHouse does not answer: "
          + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private String ask() throws IOException, InterruptedException {
    ClickHouseSettings target = settings.clickHouse();
    String login = target.user() + ":" + Objects.requireNonNullElse(target.password(), "");
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    target.url()
                        + "/?database="
                        + URLEncoder.encode(target.database(), StandardCharsets.UTF_8)))
            .timeout(ANSWER)
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
            .POST(BodyPublishers.ofString(QUERY))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body().strip());
    }
    return response.body();
  }
}
