package io.clickstream.benchmark.peers;

import io.clickstream.benchmark.BenchmarkedSystem;
import io.clickstream.benchmark.FlinkInProcess;
import io.clickstream.benchmark.Run;
import io.clickstream.benchmark.RunningSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * Flink SQL: the session window function over a Kafka table, reference data joined to what the
 * windows give.
 *
 * <pre>
 * clicks ─ SESSION window ─┬─ temporal join profiles ──────────────────────────────┬─ window join ─ sink
 *                          └─ unnest ─ temporal join products ─ group by session ──┘
 * </pre>
 *
 * <p>The joins follow the windows, since a join in front of them would keep every click in state
 * for a while. They are temporal joins by event time: each row is written once and never changed,
 * and no session goes on before the reference topics are read, because their watermark holds it
 * until then.
 *
 * <p>The format is Flink's JSON with its parser, not a tree; functions on raw JSON would parse a
 * click once a field. {@code FIRST_VALUE} and {@code LAST_VALUE} cannot be merged, so that session
 * windows refuse them: the first and the last by event time are the smallest and the largest of a
 * text that begins with the time. Two scalar functions in Java run once a session.
 *
 * <p>What SQL cannot express here: a late click changes nothing and goes nowhere, as window
 * functions have no allowed lateness and no side output; a record that is no click is skipped
 * without a trace; revenue in several currencies is added up; nothing bounds how many products and
 * pages of a session are kept; revisions, duplicates and cuts.
 */
public final class FlinkSqlJob implements BenchmarkedSystem {

  /** The name that the planner gives to the source. */
  private static final String SOURCE = "KafkaSource-default_catalog.default_database.clicks";

  private final FlinkInProcess flink = new FlinkInProcess();

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public List<String> configuration(Run run) {
    List<String> lines = new ArrayList<>(FlinkSettings.lines(run, "Flink SQL, SESSION window"));
    new TreeMap<>(settings().toMap()).forEach((key, value) -> lines.add(key + ": " + value));
    return lines;
  }

  @Override
  public RunningSystem start(Run run) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(FlinkSettings.of(run));
    env.setParallelism(run.parallelism());
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.getConfig().addConfiguration(settings());
    tables.createTemporarySystemFunction("SESSION_ID", new SessionId());
    tables.createTemporarySystemFunction("PRODUCT_TALLIES", new ProductTallies());
    tables.createTemporarySystemFunction("FREQUENCIES", new Frequencies());
    tables.createTemporarySystemFunction("MOST_FREQUENT", new MostFrequent());
    for (String statement : statements(run)) {
      tables.executeSql(statement);
    }
    StreamStatementSet inserts = tables.createStatementSet();
    inserts.addInsertSql(INSERT);
    if (Boolean.getBoolean("sql.explain")) System.err.println(inserts.explain());
    inserts.attachAsDataStream();
    return flink.submit(env.getStreamGraph().getJobGraph(), run, SOURCE);
  }

  @Override
  public void close() throws Exception {
    flink.close();
  }

  private static Configuration settings() {
    Configuration settings = new Configuration();
    settings.setString("table.exec.source.idle-timeout", "10 s");
    settings.setString("table.local-time-zone", "UTC");
    return settings;
  }

  private static List<String> statements(Run run) {
    String bounded = run.bounded() ? "'scan.bounded.mode' = 'latest-offset'," : "";
    return List.of(
        """
        CREATE TEMPORARY TABLE clicks (
          event_type STRING,
          `timestamp` BIGINT,
          user_id STRING,
          anonymous_id STRING,
          page_url STRING,
          referrer STRING,
          utm_source STRING,
          utm_medium STRING,
          utm_campaign STRING,
          product_id STRING,
          quantity BIGINT,
          price DECIMAL(18, 2),
          currency STRING,
          user_agent STRING,
          device_type STRING,
          country STRING,
          event_time AS TO_TIMESTAMP_LTZ(`timestamp`, 3),
          WATERMARK FOR event_time AS event_time - INTERVAL '%s' SECOND
        ) WITH (
          'connector' = 'kafka',
          'topic' = '%s',
          'scan.startup.mode' = 'earliest-offset',
          %s
          'properties.group.id' = '%s',
          'format' = 'json',
          'json.ignore-parse-errors' = 'true',
          %s
        )
        """
            .formatted(
                seconds(run.outOfOrderness()), run.clicksTopic(), bounded, run.id(), consumer(run)),
        """
        CREATE TEMPORARY TABLE profiles (
          user_id STRING,
          segment STRING,
          tier STRING,
          updated_at BIGINT,
          valid_from AS TO_TIMESTAMP_LTZ(updated_at, 3),
          WATERMARK FOR valid_from AS valid_from,
          PRIMARY KEY (user_id) NOT ENFORCED
        ) WITH (
          'connector' = 'upsert-kafka',
          'topic' = '%s',
          %s
          'key.format' = 'raw',
          'value.format' = 'json',
          %s
        )
        """
            .formatted(run.profilesTopic(), bounded, consumer(run)),
        """
        CREATE TEMPORARY TABLE products (
          product_id STRING,
          category STRING,
          brand STRING,
          updated_at BIGINT,
          valid_from AS TO_TIMESTAMP_LTZ(updated_at, 3),
          WATERMARK FOR valid_from AS valid_from,
          PRIMARY KEY (product_id) NOT ENFORCED
        ) WITH (
          'connector' = 'upsert-kafka',
          'topic' = '%s',
          %s
          'key.format' = 'raw',
          'value.format' = 'json',
          %s
        )
        """
            .formatted(run.productsTopic(), bounded, consumer(run)),
        """
        CREATE TEMPORARY TABLE enriched_sessions (
          session_id STRING,
          revision INT,
          is_deleted BOOLEAN,
          visitor_id STRING,
          user_id STRING,
          session_start BIGINT,
          session_end BIGINT,
          duration_ms BIGINT,
          event_count BIGINT,
          page_views BIGINT,
          unique_pages BIGINT,
          product_views BIGINT,
          searches BIGINT,
          cart_adds BIGINT,
          cart_removes BIGINT,
          checkouts BIGINT,
          purchases BIGINT,
          revenue STRING,
          currency STRING,
          is_bounce BOOLEAN,
          is_engaged BOOLEAN,
          entry_page STRING,
          exit_page STRING,
          referrer STRING,
          utm_source STRING,
          utm_medium STRING,
          utm_campaign STRING,
          device_type STRING,
          country STRING,
          user_agent STRING,
          products ARRAY<ROW<id STRING, `views` INT, cart_adds INT, purchases INT>>,
          user_segment STRING,
          user_tier STRING,
          categories MAP<STRING, BIGINT>,
          top_category STRING,
          top_brand STRING,
          emitted_at BIGINT
        ) WITH (
          'connector' = 'kafka',
          'topic' = '%s',
          'key.format' = 'raw',
          'key.fields' = 'session_id',
          'value.format' = 'json',
          'sink.delivery-guarantee' = 'exactly-once',
          'sink.transactional-id-prefix' = '%s',
          'sink.transaction-naming-strategy' = 'pooling',
          %s
        )
        """
            .formatted(run.sessionsTopic(), run.id(), options(run, FlinkSettings.producer())),
        """
        CREATE TEMPORARY VIEW valid_clicks AS
        SELECT
          *,
          COALESCE(NULLIF(anonymous_id, ''), NULLIF(user_id, '')) AS visitor_id,
          CAST(`timestamp` AS STRING) AS clicked_at
        FROM clicks
        WHERE event_type IS NOT NULL
          AND COALESCE(NULLIF(anonymous_id, ''), NULLIF(user_id, '')) IS NOT NULL
          AND `timestamp` >= 1000000000000 AND `timestamp` < 4102444800000
        """,
        """
        CREATE TEMPORARY VIEW sessions AS
        SELECT
          SESSION_ID(visitor_id, MIN(`timestamp`)) AS session_id,
          visitor_id,
          window_time AS closed_at,
          SUBSTRING(MAX(clicked_at || user_id), 14) AS user_id,
          MIN(`timestamp`) AS session_start,
          MAX(`timestamp`) AS session_end,
          COUNT(*) AS event_count,
          COUNT(*) FILTER (WHERE event_type = 'page_view') AS page_views,
          COUNT(DISTINCT page_url) AS unique_pages,
          COUNT(*) FILTER (WHERE event_type = 'product_view') AS product_views,
          COUNT(*) FILTER (WHERE event_type = 'search') AS searches,
          COUNT(*) FILTER (WHERE event_type = 'add_to_cart') AS cart_adds,
          COUNT(*) FILTER (WHERE event_type = 'remove_from_cart') AS cart_removes,
          COUNT(*) FILTER (WHERE event_type = 'checkout') AS checkouts,
          COUNT(*) FILTER (WHERE event_type = 'purchase') AS purchases,
          SUM(price * COALESCE(quantity, 1)) FILTER (WHERE event_type = 'purchase') AS revenue,
          MIN(currency) FILTER (WHERE event_type = 'purchase') AS currency,
          SUBSTRING(MIN(clicked_at || page_url), 14) AS entry_page,
          SUBSTRING(MAX(clicked_at || page_url), 14) AS exit_page,
          SUBSTRING(MIN(clicked_at || referrer), 14) AS referrer,
          SUBSTRING(
            MIN(clicked_at || COALESCE(utm_source, '') || '\t' || COALESCE(utm_medium, '') || '\t'
                || COALESCE(utm_campaign, ''))
            FILTER (WHERE COALESCE(utm_source, utm_medium, utm_campaign) IS NOT NULL),
            14) AS campaign,
          SUBSTRING(
            MIN(clicked_at || COALESCE(device_type, '') || '\t' || COALESCE(country, '') || '\t'
                || COALESCE(user_agent, '')),
            14) AS client,
          LISTAGG(
            CASE event_type
              WHEN 'product_view' THEN 'v' || product_id
              WHEN 'add_to_cart' THEN 'c' || product_id
              WHEN 'purchase' THEN 'p' || product_id
            END,
            '\t') AS product_events
        FROM TABLE(
          SESSION(
            TABLE valid_clicks PARTITION BY visitor_id,
            DESCRIPTOR(event_time),
            INTERVAL '%s' MINUTES))
        GROUP BY visitor_id, window_start, window_end, window_time
        """
            .formatted(run.gap().toMinutes()),
        """
        CREATE TEMPORARY VIEW profiled_sessions AS
        SELECT s.*, p.segment, p.tier
        FROM sessions AS s
        LEFT JOIN profiles FOR SYSTEM_TIME AS OF s.closed_at AS p
        ON COALESCE(s.user_id, s.session_id) = p.user_id
        """,
        """
        CREATE TEMPORARY VIEW product_events AS
        SELECT s.session_id, s.closed_at, SUBSTRING(e.event, 2) AS product_id
        FROM sessions AS s
        CROSS JOIN UNNEST(SPLIT(s.product_events, '\t')) AS e (event)
        """,
        """
        CREATE TEMPORARY VIEW described_events AS
        SELECT e.session_id, e.closed_at, p.category, p.brand
        FROM product_events AS e
        JOIN products FOR SYSTEM_TIME AS OF e.closed_at AS p
        ON e.product_id = p.product_id
        """,
        """
        CREATE TEMPORARY VIEW session_categories AS
        SELECT session_id, window_start, window_end,
          LISTAGG(category, '\t') AS categories, LISTAGG(brand, '\t') AS brands
        FROM TABLE(
          TUMBLE(TABLE described_events, DESCRIPTOR(closed_at), INTERVAL '1' SECOND))
        GROUP BY session_id, window_start, window_end
        """);
  }

  private static final String INSERT =
      """
      INSERT INTO enriched_sessions
      SELECT
        s.session_id, 1, FALSE, s.visitor_id, s.user_id,
        s.session_start, s.session_end, s.session_end - s.session_start,
        s.event_count, s.page_views, s.unique_pages, s.product_views, s.searches,
        s.cart_adds, s.cart_removes, s.checkouts, s.purchases,
        CAST(s.revenue AS STRING), s.currency,
        s.page_views <= 1,
        s.session_end - s.session_start > 10000 OR s.page_views >= 2 OR s.purchases >= 1,
        s.entry_page, s.exit_page, s.referrer,
        NULLIF(SPLIT_INDEX(s.campaign, '\t', 0), ''),
        NULLIF(SPLIT_INDEX(s.campaign, '\t', 1), ''),
        NULLIF(SPLIT_INDEX(s.campaign, '\t', 2), ''),
        NULLIF(SPLIT_INDEX(s.client, '\t', 0), ''),
        NULLIF(SPLIT_INDEX(s.client, '\t', 1), ''),
        NULLIF(SPLIT_INDEX(s.client, '\t', 2), ''),
        PRODUCT_TALLIES(s.product_events),
        s.segment, s.tier,
        FREQUENCIES(c.categories), MOST_FREQUENT(c.categories), MOST_FREQUENT(c.brands),
        UNIX_TIMESTAMP() * 1000
      FROM (
        SELECT * FROM TABLE(
          TUMBLE(TABLE profiled_sessions, DESCRIPTOR(closed_at), INTERVAL '1' SECOND))
      ) AS s
      LEFT JOIN session_categories AS c
      ON s.session_id = c.session_id
        AND s.window_start = c.window_start AND s.window_end = c.window_end
      """;

  private static String consumer(Run run) {
    return options(run, FlinkSettings.consumer());
  }

  private static String options(Run run, Properties client) {
    Map<Object, Object> sorted = new TreeMap<>(client);
    sorted.put("bootstrap.servers", run.bootstrapServers());
    return sorted.entrySet().stream()
        .map(property -> "'properties.%s' = '%s'".formatted(property.getKey(), property.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Seconds with three decimals at most, as an interval has them. */
  private static String seconds(Duration duration) {
    return "%d.%03d".formatted(duration.toSeconds(), duration.toMillisPart());
  }

  /** The id of a visitor's session. */
  public static final class SessionId extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String visitor, Long start) {
      return SessionRow.id(visitor, start);
    }
  }

  /** Counts the products of a session, in the order of their ids. */
  public static final class ProductTallies extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    @DataTypeHint("ARRAY<ROW<id STRING, `views` INT, cart_adds INT, purchases INT>>")
    public Row[] eval(@Nullable String events) {
      Map<String, ProductTally> tallies = new TreeMap<>();
      if (events != null) {
        for (String event : events.split("\t", 0)) {
          ProductTally tally =
              tallies.computeIfAbsent(event.substring(1), id -> new ProductTally());
          switch (event.charAt(0)) {
            case 'v' -> tally.views++;
            case 'c' -> tally.cartAdds++;
            default -> tally.purchases++;
          }
        }
      }
      return tallies.entrySet().stream()
          .map(
              tally ->
                  Row.of(
                      tally.getKey(),
                      tally.getValue().views,
                      tally.getValue().cartAdds,
                      tally.getValue().purchases))
          .toArray(Row[]::new);
    }
  }

  /** How often each text stands in a list. */
  public static final class Frequencies extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    @DataTypeHint("MAP<STRING, BIGINT>")
    public Map<String, Long> eval(@Nullable String list) {
      Map<String, Long> counts = new TreeMap<>();
      if (list != null) {
        for (String text : list.split("\t", 0)) {
          counts.merge(text, 1L, Long::sum);
        }
      }
      return counts;
    }
  }

  /** The text that stands in a list most often, the smallest among equals. */
  public static final class MostFrequent extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private final Frequencies frequencies = new Frequencies();

    public @Nullable String eval(@Nullable String list) {
      String name = null;
      long most = 0;
      for (Map.Entry<String, Long> count : frequencies.eval(list).entrySet()) {
        if (count.getValue() > most) {
          name = count.getKey();
          most = count.getValue();
        }
      }
      return name;
    }
  }
}
