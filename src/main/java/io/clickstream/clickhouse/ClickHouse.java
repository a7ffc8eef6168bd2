package io.clickstream.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.DataStreamWriter;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server, with one user's credentials. Every call waits for the answer. Thread-safe. */
public final class ClickHouse implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClickHouse.class);

  private static final long CONNECT_MS = 5_000;
  private static final Duration ANSWER = Duration.ofMinutes(1);

  /** As far as the server knows them: an old one refuses what it does not know. */
  private static final Map<String, String> INSERT =
      Map.of(
          // Acknowledged is durable, not queued.
          "async_insert", "0",
          // A later release may write more fields than the table has columns.
          "input_format_skip_unknown_fields", "1",
          // The null counts of a retraction.
          "input_format_null_as_default", "1",
          // An error in the middle of an insert must not follow a status that says success.
          "send_progress_in_http_headers", "0");

  private static final Pattern TAB = Pattern.compile("\t");

  private final Client client;
  private final ClickHouseSettings settings;
  private final Set<String> known;
  private volatile Set<String> columns;

  private ClickHouse(
      Client client, ClickHouseSettings settings, Set<String> known, Set<String> columns) {
    this.client = client;
    this.settings = settings;
    this.known = known;
    this.columns = columns;
  }

  /**
   * Connects and asks what the server knows, and which columns the table has.
   *
   * @throws InsertException if that does not succeed
   */
  public static ClickHouse connect(ClickHouseSettings settings) throws InsertException {
    Client client =
        new Client.Builder()
            .addEndpoint(settings.url())
            .setUsername(settings.user())
            .setPassword(Objects.requireNonNullElse(settings.password(), ""))
            .setDefaultDatabase(settings.database())
            .setConnectTimeout(CONNECT_MS)
            .setSocketTimeout(ANSWER.toMillis(), ChronoUnit.MILLIS)
            // InsertException tells what is worth another try.
            .setMaxRetries(0)
            .compressServerResponse(false)
            .compressClientRequest(false)
            .build();
    try {
      Set<String> known =
          query(client, "SELECT name FROM system.settings").stream()
              .map(row -> row.get(0))
              .collect(Collectors.toUnmodifiableSet());
      return new ClickHouse(client, settings, known, columns(client, settings));
    } catch (InsertException e) {
      client.close();
      throw e;
    }
  }

  private static Set<String> columns(Client client, ClickHouseSettings settings)
      throws InsertException {
    return query(
            client,
            "SELECT name FROM system.columns WHERE database = '%s' AND table = '%s'"
                .formatted(settings.database(), settings.table()))
        .stream()
        .map(row -> row.get(0))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Inserts rows, all or none. Members of the objects {@code fields} and {@code goals} go into
   * columns of their own.
   *
   * @param rows whose values are JSON objects
   * @return how many values of such members were left out because the table has no column for them,
   *     by the names of the columns
   * @throws InsertException if the server does not answer, or takes none of them
   */
  public Map<String, Long> insert(List<Origin> rows) throws InsertException {
    InsertSettings insert = new InsertSettings();
    INSERT.forEach(
        (name, value) -> {
          if (known.contains(name)) {
            insert.serverSetting(name, value);
          }
        });
    // Old servers do not know the header by which the client names the database.
    String table = "`%s`.`%s`".formatted(settings.database(), settings.table());
    RowWriter writer = new RowWriter(columns);
    DataStreamWriter body =
        new DataStreamWriter() {
          @Override
          public void onOutput(OutputStream out) throws IOException {
            for (Origin row : rows) {
              writer.write(Objects.requireNonNull(row.value()), out);
              out.write('\n');
            }
            out.close();
          }

          @Override
          public void onRetry() {
            // The rows are still there.
          }
        };
    request(
        () -> {
          client.insert(table, body, ClickHouseFormat.JSONEachRow, insert).get().close();
          return true;
        });
    return stillUnknown(writer.unknown());
  }

  /** The columns may have been added since they were asked for. */
  private Map<String, Long> stillUnknown(Map<String, Long> unknown) {
    if (unknown.isEmpty()) {
      return unknown;
    }
    try {
      columns = columns(client, settings);
    } catch (InsertException e) {
      // The rows are in the table. The columns that it lacked are reported as they were.
      LOG.debug("The columns could not be asked for: cause={}", e.getMessage());
    }
    Map<String, Long> still = new TreeMap<>(unknown);
    still.keySet().removeAll(columns);
    return still;
  }

  /**
   * The columns of every row of a query, which hold no tabs.
   *
   * @throws InsertException if the server does not answer, or refuses the query
   */
  public List<List<String>> query(String sql) throws InsertException {
    return query(client, sql);
  }

  /** As text, which every version of the server writes alike. */
  @SuppressWarnings("try") // Its close() may be interrupted.
  private static List<List<String>> query(Client client, String sql) throws InsertException {
    QuerySettings query = new QuerySettings().setFormat(ClickHouseFormat.TabSeparatedRaw);
    return request(
        () -> {
          try (QueryResponse response = client.query(sql, query).get()) {
            return new String(response.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> TAB.splitAsStream(line).toList())
                .toList();
          }
        });
  }

  /** Runs a statement that has no result. */
  void execute(String sql) throws InsertException {
    request(
        () -> {
          client.execute(sql).get().close();
          return true;
        });
  }

  private static <T> T request(Callable<T> request) throws InsertException {
    try {
      return request.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw InsertException.of(e);
    } catch (Exception e) {
      throw InsertException.of(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
