package io.clickstream.clickhouse;

import static io.clickstream.columns.SampleDefinitions.field;
import static io.clickstream.columns.SampleDefinitions.withFields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.CommandRun;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.SampleDefinitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.local.SharedBroker;
import io.clickstream.model.Goal;
import io.clickstream.model.Origin;
import io.clickstream.model.Session;
import io.clickstream.model.TextSet;
import io.clickstream.output.SessionFormat;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settings define, from the job's records to the columns and views of a current engine. */
@Tag("full")
class DefinitionsIT {

  private static final Columns SAMPLE = SampleDefinitions.COLUMNS;

  @TempDir private static Path directory;

  private static ClickHouseServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ClickHouseServer.start(directory.resolve("clickhouse"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldBringEveryValueIntoAColumnOfItsOwn() throws Exception {
    // Given: sets of different lengths, in one session and in several
    ClickHouseSettings target = migrated("values", SAMPLE);
    ValuesBuilder other =
        SampleDefinitions.empty()
            .set("fields.tags", new TextSet(List.of("", "1", "2"), false))
            .goal("goals.signup", new Goal(1, null, null, 1_704_067_202_500L));

    // When
    Map<String, Long> lost =
        insert(
            target,
            List.of(
                record(SAMPLE, 1, SampleDefinitions.full()),
                record(SAMPLE, 2, SampleDefinitions.empty()),
                record(SAMPLE, 3, other),
                record(SAMPLE, 4, SampleDefinitions.full()),
                retraction(SAMPLE, 4, EnrichSamples.START)));

    // Then
    assertThat(lost).isEmpty();
    assertThat(
            rows(
                "SELECT fields.plan, fields.score, fields.trial, fields.fastest, fields.scroll,"
                    + " toString(fields.items) AS items, fields.errors, fields.failed,"
                    + " fields.experiments, fields.experiments_truncated, fields.tags,"
                    + " fields.tags_truncated, fields.screens, converted, engaged_ms"
                    + " FROM sessions_latest ORDER BY session_id",
                "values"))
        .containsExactly(
            """
            {"fields.plan":"pro","fields.score":-7.25,"fields.trial":true,"fields.fastest":0.5,\
            "fields.scroll":100,"items":"%s.%s","fields.errors":3,"fields.failed":true,\
            "fields.experiments":["a","b"],"fields.experiments_truncated":true,\
            "fields.tags":["\\"x\\", {y}"],"fields.tags_truncated":false,"fields.screens":4,\
            "converted":true,"engaged_ms":null}\
            """
                .formatted("9".repeat(38), "9".repeat(18)),
            """
            {"fields.plan":null,"fields.score":null,"fields.trial":null,"fields.fastest":null,\
            "fields.scroll":null,"items":null,"fields.errors":0,"fields.failed":false,\
            "fields.experiments":[],"fields.experiments_truncated":false,\
            "fields.tags":[],"fields.tags_truncated":false,"fields.screens":0,\
            "converted":false,"engaged_ms":null}\
            """,
            """
            {"fields.plan":null,"fields.score":null,"fields.trial":null,"fields.fastest":null,\
            "fields.scroll":null,"items":null,"fields.errors":0,"fields.failed":false,\
            "fields.experiments":[],"fields.experiments_truncated":false,\
            "fields.tags":["","1","2"],"fields.tags_truncated":false,"fields.screens":0,\
            "converted":true,"engaged_ms":null}\
            """);
    assertThat(
            rows(
                "SELECT goals.order.count, goals.order.value, goals.order.currency,"
                    + " goals.order.first_at, goals.signup.count, goals.signup.first_at"
                    + " FROM sessions_latest ORDER BY session_id",
                "values"))
        .containsExactly(
            "{\"goals.order.count\":2,\"goals.order.value\":120,\"goals.order.currency\":\"EUR\","
                + "\"goals.order.first_at\":\"2024-01-01 00:00:01.000\",\"goals.signup.count\":0,"
                + "\"goals.signup.first_at\":null}",
            "{\"goals.order.count\":0,\"goals.order.value\":null,\"goals.order.currency\":null,"
                + "\"goals.order.first_at\":null,\"goals.signup.count\":0,"
                + "\"goals.signup.first_at\":null}",
            "{\"goals.order.count\":0,\"goals.order.value\":null,\"goals.order.currency\":null,"
                + "\"goals.order.first_at\":null,\"goals.signup.count\":1,"
                + "\"goals.signup.first_at\":\"2024-01-01 00:00:02.500\"}");
  }

  @Test
  void shouldTellOfValuesWithoutColumnUntilThereIsOne() throws Exception {
    // Given: a sessionizer that knows more than the table
    ClickHouseSettings target = migrated("behind", Columns.BUILT_IN);
    List<Origin> records =
        List.of(
            record(SAMPLE, 1, SampleDefinitions.full()),
            record(SAMPLE, 2, SampleDefinitions.empty()),
            retraction(SAMPLE, 3, EnrichSamples.START));
    try (ClickHouse loader = ClickHouse.connect(target)) {
      // When, Then
      assertThat(loader.insert(records))
          .containsEntry("fields.plan", 1L)
          .containsEntry("fields_tags", 2L)
          .containsEntry("goals.order.count", 2L)
          .containsEntry("goals.order.currency", 1L)
          .doesNotContainKeys("goals.signup.value", "session_id");

      Migrate.migrate(target, SAMPLE);
      assertThat(loader.insert(records)).isEmpty();
      assertThat(rows("SELECT fields.plan AS p FROM sessions_latest ORDER BY p", "behind"))
          .containsExactly("{\"p\":\"pro\"}", "{\"p\":null}");
    }
  }

  @Test
  void shouldAddColumnsOfNewDefinitionsAndKeepThoseOfFormerOnes() throws Exception {
    // Given
    Columns before = Columns.of(withFields(field("plan", How.LAST, Type.TEXT)));
    ClickHouseSettings target = migrated("added", before);
    insert(target, List.of(record(before, 1, text(before, "fields.plan", "pro"))));
    Columns after =
        Columns.of(
            withFields(field("tests", How.SET, Type.TEXT), field("tags", How.SET, Type.TEXT)));

    // When
    TableColumns.Result result = Migrate.apply(target, after, false).columns();
    TableColumns.Result again = Migrate.apply(target, after, false).columns();

    // Then
    assertThat(result)
        .isEqualTo(
            new TableColumns.Result(
                List.of(
                    "fields.tests",
                    "fields.tests_truncated",
                    "fields.tags",
                    "fields.tags_truncated"),
                List.of("fields.plan"),
                List.of()));
    assertThat(again)
        .isEqualTo(new TableColumns.Result(List.of(), List.of("fields.plan"), List.of()));
    assertThat(rows("SELECT fields.plan, fields.tests FROM sessions_latest", "added"))
        .containsExactly("{\"fields.plan\":\"pro\",\"fields.tests\":[]}");
  }

  @Test
  void shouldRefuseAColumnOfAnotherTypeAndChangeNothing() throws Exception {
    // Given
    ClickHouseSettings target =
        migrated("changed", Columns.of(withFields(field("plan", How.LAST, Type.TEXT))));
    Columns after =
        Columns.of(
            withFields(field("plan", How.LAST, Type.NUMBER), field("new", How.LAST, Type.TEXT)));

    // When, Then
    assertThatThrownBy(() -> Migrate.apply(target, after, false))
        .hasMessage(
            "fields.plan is Nullable(String), expected Nullable(Decimal(76, 18)) by its definition:"
                + " give the changed definition another name, convert the values with ALTER TABLE"
                + " sessions MODIFY COLUMN, or let migrate --drop drop the column with its values"
                + " and add it anew; nothing was changed");
    assertThat(columns("changed")).contains("fields.plan").doesNotContain("fields.new");

    // When
    TableColumns.Result dropped = Migrate.apply(target, after, true).columns();

    // Then
    assertThat(dropped)
        .isEqualTo(
            new TableColumns.Result(
                List.of("fields.plan", "fields.new"), List.of(), List.of("fields.plan")));
    assertThat(Migrate.apply(target, after, false).columns())
        .isEqualTo(new TableColumns.Result(List.of(), List.of(), List.of()));
    insert(target, List.of(record(after, 1, text(after, "fields.plan", "1.5"))));
    assertThat(rows("SELECT fields.plan FROM sessions_latest", "changed"))
        .containsExactly("{\"fields.plan\":1.5}");
  }

  /** The commands of a user whose settings change four times. */
  @Test
  void shouldSayWhatItDoesWhenDefinitionsChange() throws Exception {
    server.ask("DROP DATABASE IF EXISTS commands", "default");
    SharedBroker.get().createTopic("commands-sessions", 1);
    SharedBroker.get().createTopic("commands-rejected-sessions", 1);
    String text = "--session.fields={plan: {last: properties.plan}}";
    String number = "--session.fields={plan: {last: properties.plan, type: number}}";
    String goal = "--session.goals={signup: {where: {event_type: signup}}}";

    // When, Then: new ones are added
    assertThat(migrate()).contains("007_engagement_and_goals.sql applied").doesNotContain("column");
    assertThat(checkLoader(text).of(Severity.ERROR))
        .extracting(Finding::message)
        .singleElement(STRING)
        .startsWith("commands.sessions lacks columns")
        .endsWith("fields.plan is missing");
    assertThat(migrate(text)).endsWith("column fields.plan added");
    assertThat(migrate(text)).endsWith("007_engagement_and_goals.sql is there");
    assertThat(migrate(text, goal))
        .contains("column goals.signup.count added")
        .contains("column goals.signup.first_at added")
        .contains("column converted added");
    assertThat(checkLoader(text, goal).of(Severity.ERROR)).isEmpty();
    assertThat(checkLoader(text, goal).of(Severity.OK))
        .extracting(Finding::message)
        .contains("the schema is that of 007_engagement_and_goals.sql");

    // When, Then: another type is refused, and what nothing defines stays
    CommandRun refused = CommandRun.of(arguments("migrate", number));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains("fields.plan is Nullable(String), expected Nullable(Decimal(76, 18))")
        .contains("nothing was changed");
    assertThat(migrate(goal))
        .endsWith(
            "column fields.plan stays, though no setting defines it any more; --drop drops it")
        .doesNotContain("dropped");
    assertThat(columns("commands")).contains("fields.plan", "goals.signup.count");

    // When, Then
    assertThat(migrate(number, "--drop"))
        .contains("column fields.plan dropped")
        .contains("column goals.signup.count dropped")
        .endsWith("column fields.plan added");
    assertThat(columns("commands")).contains("fields.plan").doesNotContain("goals.signup.count");
  }

  private static String migrate(String... more) {
    CommandRun run = CommandRun.of(arguments("migrate", more));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  /** The words of the loader before it starts. */
  private static PreflightReport checkLoader(String... more) {
    List<String> arguments = new ArrayList<>(arguments("loader", more));
    arguments.add("--execution.checkpointing.interval=1s");
    LoaderSettings loader =
        SettingsReader.readForLoader(
            Invocation.of(arguments.subList(1, arguments.size()).toArray(String[]::new)), Map.of());
    return Preflight.run(loader, loader.flink());
  }

  private static List<String> arguments(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(
        List.of(
            "--kafka.bootstrap-servers=" + SharedBroker.get().bootstrapServers(),
            "--topics.sessions=commands-sessions",
            "--topics.rejected-sessions=commands-rejected-sessions",
            "--clickhouse.url=" + server.url(),
            "--clickhouse.database=commands"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  @Test
  void shouldTakeAColumnThatItsOwnerMadeSmaller() throws Exception {
    Columns columns = Columns.of(withFields(field("plan", How.LAST, Type.TEXT)));
    ClickHouseSettings target = migrated("smaller", columns);
    server.ask(
        "ALTER TABLE sessions MODIFY COLUMN `fields.plan` LowCardinality(Nullable(String))",
        "smaller");

    assertThat(Migrate.apply(target, columns, true).columns())
        .isEqualTo(new TableColumns.Result(List.of(), List.of(), List.of()));
  }

  @Test
  void shouldDropColumnsOfFormerDefinitionsOnlyWhenAsked() throws Exception {
    // Given
    ClickHouseSettings target = migrated("dropped", SAMPLE);
    server.ask("ALTER TABLE sessions ADD COLUMN note String", "dropped");
    insert(target, List.of(record(SAMPLE, 1, SampleDefinitions.full())));

    // When
    List<String> dropped = Migrate.apply(target, Columns.BUILT_IN, true).columns().dropped();

    // Then
    assertThat(dropped)
        .contains("fields.plan", "fields.tags", "goals.order.value", "converted")
        .hasSize(22);
    assertThat(columns("dropped"))
        .contains("note", "engaged_ms")
        .noneMatch(name -> name.startsWith("fields") || name.startsWith("goals"));
    assertThat(rows("SELECT event_count, note FROM sessions_latest", "dropped")).hasSize(1);
    assertThat(
            rows(
                "SELECT name FROM system.tables WHERE database = 'dropped' AND name LIKE 'goals%'"
                    + " ORDER BY name",
                "dropped"))
        .containsExactly("{\"name\":\"goals_hourly\"}", "{\"name\":\"goals_hourly_computed\"}");

    // When: they are defined again, as empty columns
    Migrate.migrate(target, SAMPLE);

    // Then
    assertThat(
            rows(
                "SELECT fields.plan, fields.tags, goals.order.count FROM sessions_latest",
                "dropped"))
        .containsExactly("{\"fields.plan\":null,\"fields.tags\":[],\"goals.order.count\":0}");
  }

  @Test
  void shouldCountGoalsInViewsQueriesAndMetrics() throws Exception {
    // Given: two sessions of now with an order, one of them with two, and one without
    ClickHouseSettings target = migrated("goals", SAMPLE);
    long now = System.currentTimeMillis();
    ValuesBuilder twice = SampleDefinitions.full().text("utm_campaign", "spring");
    ValuesBuilder once =
        SampleDefinitions.empty()
            .goal("goals.order", new Goal(1, new BigDecimal("0.5"), "EUR", now + 10_000))
            .goal("goals.signup", new Goal(1, null, null, now));
    twice.goal("goals.order", new Goal(2, new BigDecimal("120"), "EUR", now + 30_000));
    insert(
        target,
        List.of(
            record(SAMPLE, 1, now, twice),
            record(SAMPLE, 2, now, once),
            record(SAMPLE, 3, now, SampleDefinitions.empty()),
            record(SAMPLE, 4, now, twice),
            retraction(SAMPLE, 4, now)));

    // When
    for (String view : List.of("sessions_hourly_refresh", "goals_hourly_refresh")) {
      server.ask("SYSTEM REFRESH VIEW " + view, "goals");
      server.ask("SYSTEM WAIT VIEW " + view, "goals");
    }

    // Then
    assertThat(
            rows(
                "SELECT goal, times, value, currency FROM goals_latest ORDER BY session_id, goal",
                "goals"))
        .containsExactly(
            "{\"goal\":\"order\",\"times\":2,\"value\":120,\"currency\":\"EUR\"}",
            "{\"goal\":\"order\",\"times\":1,\"value\":0.5,\"currency\":\"EUR\"}",
            "{\"goal\":\"signup\",\"times\":1,\"value\":null,\"currency\":null}");
    assertThat(
            rows(
                "SELECT goal, currency, sum(sessions) AS n, sum(times) AS t, sum(value) AS v"
                    + " FROM goals_hourly GROUP BY goal, currency ORDER BY goal",
                "goals"))
        .containsExactly(
            "{\"goal\":\"order\",\"currency\":\"EUR\",\"n\":2,\"t\":3,\"v\":120.5}",
            "{\"goal\":\"signup\",\"currency\":\"\",\"n\":1,\"t\":1,\"v\":0}");
    assertThat(example("goals"))
        .containsExactly(
            "{\"goal\":\"order\",\"currency\":\"EUR\",\"sessions\":2,\"percent\":66.7,"
                + "\"seconds_until\":20,\"total\":120.5}",
            "{\"goal\":\"signup\",\"currency\":null,\"sessions\":1,\"percent\":33.3,"
                + "\"seconds_until\":0,\"total\":null}");
    assertThat(example("goals-by-campaign"))
        .containsExactlyInAnyOrder(
            "{\"campaign\":\"spring\",\"goal\":\"order\",\"reached\":1,\"percent\":100}",
            "{\"campaign\":\"none\",\"goal\":\"order\",\"reached\":1,\"percent\":50}",
            "{\"campaign\":\"none\",\"goal\":\"signup\",\"reached\":1,\"percent\":50}");
    assertThat(server.ask("SELECT * FROM loader_metrics FORMAT Prometheus", "goals"))
        .contains("\nclickstream_day_sessions 3\n")
        .contains("\nclickstream_day_goal_sessions{goal=\"order\"} 2\n")
        .contains("\nclickstream_day_goal_sessions{goal=\"signup\"} 1\n");
  }

  private static List<String> example(String name) throws Exception {
    return rows(
        Files.readString(Path.of("config", "clickhouse", "queries", name + ".sql")), "goals");
  }

  private static ClickHouseSettings migrated(String database, Columns columns) throws Exception {
    ClickHouseSettings target = server.settings(database, 100, Duration.ofMillis(200));
    server.ask("DROP DATABASE IF EXISTS " + database, "default");
    Migrate.migrate(target, columns);
    return target;
  }

  private static ValuesBuilder text(Columns columns, String column, String value) {
    return ValuesBuilder.values(columns).text(column, value);
  }

  private static Map<String, Long> insert(ClickHouseSettings target, List<Origin> records)
      throws InsertException {
    try (ClickHouse loader = ClickHouse.connect(target)) {
      return loader.insert(records);
    }
  }

  private static Origin record(Columns columns, int number, ValuesBuilder values) {
    return record(columns, number, EnrichSamples.START, values);
  }

  private static Origin record(Columns columns, int number, long start, ValuesBuilder values) {
    return record(
        columns,
        new Session(
            EnrichSamples.id(number),
            1,
            null,
            EnrichSamples.device("v" + number),
            start,
            values.end(start).build()));
  }

  private static Origin retraction(Columns columns, int number, long start) {
    return record(
        columns,
        new Session(
            EnrichSamples.id(number),
            2,
            EnrichSamples.id(1),
            EnrichSamples.device("v" + number),
            start,
            null));
  }

  private static Origin record(Columns columns, Session session) {
    byte[] value =
        new SessionFormat(columns)
            .format(EnrichSamples.enriched(session, System.currentTimeMillis()))
            .value();
    return new Origin("sessions", 0, 0, Origin.ALONE, null, value, Origin.UNKNOWN, null);
  }

  private static List<String> columns(String database) throws Exception {
    return server
        .rows(
            "SELECT name FROM system.columns WHERE database = '%s' AND table = 'sessions'"
                .formatted(database),
            database)
        .stream()
        .map(row -> row.get("name").textValue())
        .toList();
  }

  private static List<String> rows(String sql, String database) throws Exception {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : server.rows(sql, database)) {
      rows.add(row.toString());
    }
    return rows;
  }
}
