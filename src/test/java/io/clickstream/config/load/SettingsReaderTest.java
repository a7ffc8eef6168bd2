package io.clickstream.config.load;

import static io.clickstream.config.load.Reading.config;
import static io.clickstream.config.load.Reading.failure;
import static io.clickstream.config.load.Reading.problems;
import static io.clickstream.config.load.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.DedupKey;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TimestampUnit;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

  @TempDir Path directory;

  // ---- where values come from

  @Test
  void shouldReadNestedAndDottedKeysOfFile() throws IOException {
    // Given
    String file =
        config(
            directory,
            """
            kafka:
              properties:
                security.protocol: SASL_SSL
                sasl:
                  mechanism: PLAIN
            topics:
              clicks: a
              sessions: b
              late: c
              rejected: d
              rejected-sessions: e
              profiles: f
              products: g
            ingest:
              start-from: latest
              max-record-size: 2mb
              fields:
                user_id: customer.id
              event-types: {purchase: order completed}
            session.gap: 20min
            session:
              max-duration: 12h
              dedup-window: 0
              cache-size: 4kb
              identity: user
            parallelism.default: 7
            """);

    // When
    JobSettings loaded = read(file);

    // Then
    assertThat(loaded.settings())
        .isEqualTo(
            ClickstreamSettings.defaults()
                .with(KafkaSettings.BOOTSTRAP_SERVERS, "broker:9092")
                .with(
                    KafkaSettings.PROPERTIES,
                    Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"))
                .with(TopicSettings.CLICKS, List.of("a"))
                .with(TopicSettings.SESSIONS, "b")
                .with(TopicSettings.LATE, "c")
                .with(TopicSettings.REJECTED, "d")
                .with(TopicSettings.REJECTED_SESSIONS, "e")
                .with(TopicSettings.PROFILES, "f")
                .with(TopicSettings.PRODUCTS, "g")
                .with(IngestSettings.START_FROM, StartFrom.LATEST)
                .with(IngestSettings.MAX_RECORD_SIZE, 2_097_152L)
                .with(IngestSettings.IDENTITY, Identity.USER)
                .with(IngestSettings.FIELDS, Map.of("user_id", FieldSource.parse("customer.id")))
                .with(
                    IngestSettings.EVENT_TYPES,
                    Map.of("purchase", EventTypeRule.ofNames("order completed")))
                .with(SessionSettings.GAP, Duration.ofMinutes(20))
                .with(SessionSettings.MAX_DURATION, Duration.ofHours(12))
                .with(SessionSettings.DEDUP_WINDOW, 0)
                .with(SessionSettings.CACHE_SIZE, 4_096L)
                .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, "shop"));
    assertThat(loaded.flink().toMap()).containsEntry("parallelism.default", "7");
  }

  @Test
  void shouldPreferArgumentThenVariableThenFileThenDefault() throws IOException {
    // Given
    String file =
        config(directory, "session: {gap: 1min, allowed-lateness: 1min, max-duration: 1min}");
    Map<String, String> environment =
        Map.of(
            "CLICKSTREAM_SESSION_GAP", "2min",
            "CLICKSTREAM_SESSION_ALLOWED_LATENESS", "2min");

    // When
    SessionSettings session = read(environment, file, "--session.gap", "3min").settings().session();

    // Then
    assertThat(session)
        .isEqualTo(
            SessionSettings.defaults()
                .with(SessionSettings.GAP, Duration.ofMinutes(3))
                .with(SessionSettings.MAX_DURATION, Duration.ofMinutes(1)));
  }

  // ---- environment

  @Test
  void shouldReadGroupsFromVariables() {
    // Given
    Map<String, String> environment =
        Map.of(
            "CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", "x",
            "CLICKSTREAM_KAFKA_PROPERTIES_MY__OWN_NAME", "y",
            "CLICKSTREAM_INGEST_FIELDS_EVENT_ID", "id",
            "CLICKSTREAM_INGEST_EVENT_TYPES_ADD_TO_CART", "add",
            "CLICKSTREAM_EXECUTION_CHECKPOINTING_INTERVAL", "2s",
            "HOME", "/");

    // When
    JobSettings loaded = read(environment);

    // Then
    assertThat(loaded.settings().kafka().properties())
        .isEqualTo(Map.of("sasl.jaas.config", "x", "my_own.name", "y"));
    assertThat(loaded.settings().ingest().fields())
        .isEqualTo(Map.of("event_id", FieldSource.parse("id")));
    assertThat(loaded.settings().ingest().eventTypes())
        .isEqualTo(Map.of("add_to_cart", EventTypeRule.ofNames("add")));
    assertThat(loaded.flink().toMap()).containsEntry("execution.checkpointing.interval", "2s");
  }

  @Test
  void shouldNameNearestVariableWhenUnknown() {
    assertThat(problems(Map.of("CLICKSTREAM_SESION_GAP", "1min")))
        .containsExactly(
            new Problem(
                "CLICKSTREAM_SESION_GAP",
                null,
                "environment",
                "the variable of a setting",
                "the nearest is CLICKSTREAM_SESSION_GAP"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CLICKSTREAM_REST_SERVICE_HOST",
        "CLICKSTREAM_SERVICE_PORT",
        "CLICKSTREAM_REST_SERVICE_PORT_REST",
        "CLICKSTREAM_PORT",
        "CLICKSTREAM_REST_PORT_8081_TCP_ADDR"
      })
  void shouldIgnoreVariablesThatKubernetesSetsForServices(String name) {
    assertThat(read(Map.of(name, "tcp://10.0.0.1:8081")).settings()).isEqualTo(read().settings());
  }

  @Test
  void shouldTakeEmptyVariableAsNotSet() {
    assertThat(read(Map.of("CLICKSTREAM_SESSION_GAP", "")).settings()).isEqualTo(read().settings());
  }

  // ---- single values, on both sides of each bound

  @ParameterizedTest
  @CsvSource({
    "session.gap, 1ms, 3650d",
    "session.allowed-lateness, 0, 3650d",
    "session.max-duration, 1ms, 3650d",
    "session.max-events, 1, 1000000000",
    "session.dedup-window, 0, 65536",
    "session.cache-size, 0b, 1tb",
    "ingest.max-out-of-orderness, 0s, 3650d",
    "ingest.idle-timeout, 1ms, 3650d",
    "ingest.max-future-skew, 0ms, 3650d",
    "ingest.max-record-size, 1b, 1gb",
    "enrichment.max-wait, 0s, 3650d",
    "sink.transaction-timeout, 1001ms, 24d",
    "clickhouse.batch-size, 1, 100000",
    "clickhouse.flush-interval, 1ms, 1h",
    "kafka.bootstrap-servers, a:1, '[::1]:65535, SASL_SSL://b-1.example.com:9093'",
    "topics.clicks, a, a.b_c-D0",
    "sink.transactional-id-prefix, a, A.b_c-0",
    "clickhouse.url, http://h, https://h:8443/path",
    "clickhouse.database, _a, a1",
    "ingest.start-from, EARLIEST, earliest",
    "ingest.start-from, timestamp:946684800000, timestamp:2026-11-01T00:00+01:00",
    "sink.generation, 0, 4000",
    "session.identity, USER, device",
    "ingest.fields.user_id, u, 'a.b c.d'",
    "topics.clicks, '[a, b]', '[a]'",
    "ingest.own-hosts, '[]', '[shop.example, 10.0.0.1]'",
    "session.dedup-key, '[event_id]', '[event_id, event_type]'",
    "session.visitor-per-app, true, false",
  })
  void shouldAcceptValuesWithinBounds(String key, String low, String high) {
    read("--" + key + "=" + low);
    read("--" + key + "=" + high);
  }

  @ParameterizedTest
  @CsvSource({
    "session.gap, 0, 3651d",
    "session.gap, 0ms, 999999999999999999999d",
    "session.gap, 30, -1min",
    "session.gap, 1500us, 1us",
    "session.gap, '', soon",
    "session.allowed-lateness, -1ms, 315360000001ms",
    "session.max-duration, 0s, 315360000001ms",
    "session.max-events, 0, 1000000001",
    "session.max-events, 99999999999, 1.5",
    "session.dedup-window, -1, 65537",
    "session.cache-size, -1b, 1025gb1b",
    "ingest.max-out-of-orderness, -1s, 3651d",
    "ingest.idle-timeout, 0s, 3651d",
    "ingest.max-future-skew, -1ms, 3651d",
    "ingest.max-record-size, 0b, 1073741825b",
    "enrichment.max-wait, -1s, 3651d",
    "sink.transaction-timeout, 999ms, 25d",
    "clickhouse.batch-size, 0, 100001",
    "clickhouse.flush-interval, 0ms, 3600001ms",
    "kafka.bootstrap-servers, broker, 'a:9092,'",
    "kafka.bootstrap-servers, a:0, a:65536",
    "topics.clicks, 'a b', ..",
    "topics.clicks, '', a/b",
    "sink.transactional-id-prefix, '', 'a b'",
    "clickhouse.url, localhost:8123, ftp://host",
    "clickhouse.database, 1a, a-b",
    "ingest.start-from, beginning, ''",
    "ingest.start-from, timestamp, timestamp:yesterday",
    "ingest.start-from, timestamp:2026-11-01T00:00:00, timestamp:-1",
    "ingest.start-from, timestamp:1793491200, timestamp:+999999999-12-31T00:00:00Z",
    "ingest.start-from, timestamp:, timestamp:99999999999999999999",
    "ingest.stop-at, latest, timestamp:2100-01-01T00:00Z",
    "ingest.timestamp-unit, m, seconds",
    "ingest.timestamp-zone, Middle/Earth, 25:00",
    "ingest.watermark-witnesses, 0, 17",
    "sink.generation, -1, 4001",
    "session.identity, both, DEVICE_ID",
    "ingest.fields.user_id, a..b, .a",
    "ingest.fields.user_id, a., 'a. b'",
    "ingest.event-types.purchase, '', ' '",
    "ingest.group-id, '', ' '",
    "topics.clicks, '[]', '[a, b, a]'",
    "topics.clicks, '[a, [b]]', '{a: b}'",
    "ingest.own-hosts, 'https://shop.example', '[shop.example, a/b]'",
    "ingest.own-hosts, '[*.shop.example]', '[.shop.example]'",
    "session.dedup-key, '[event_type]', '[event_id, user_id]'",
    "session.dedup-key, event_type, '[]'",
    "session.visitor-per-app, yes, '1'",
  })
  void shouldRefuseValuesOutsideBounds(String key, String low, String high) {
    for (String value : List.of(low, high)) {
      assertThat(problems("--" + key + "=" + value))
          .as("%s = '%s'", key, value)
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.key()).isEqualTo(key);
                assertThat(problem.value()).isEqualTo(value);
                assertThat(problem.where()).isEqualTo("argument --" + key);
              });
    }
  }

  @Test
  void shouldMakeARangeOfTwoTimes() {
    IngestSettings ingest =
        read(
                "--ingest.start-from=timestamp:2026-11-01T01:00:00+01:00",
                "--ingest.stop-at=timestamp:1793491200001")
            .settings()
            .ingest();

    assertThat(ingest.range()).isEqualTo(new SessionRange(1_793_491_200_000L, 1_793_491_200_001L));
    assertThat(read("--ingest.start-from=timestamp:946684800000").settings().ingest().startFrom())
        .isEqualTo(StartFrom.timestamp(946_684_800_000L));
    assertThat(read("--ingest.start-from=earliest").settings().ingest().range()).isNull();
  }

  @Test
  void shouldRefuseARangeThatIsNone() {
    assertThat(failure(Map.of(), "--ingest.stop-at=timestamp:2026-11-01T00:00:00Z"))
        .hasMessage(
            """
            1 problem with the settings:
              ingest.stop-at = timestamp:2026-11-01T00:00:00Z (argument --ingest.stop-at)
                  expected: a time, and another one in ingest.start-from at which the range of sessions begins
                  remedy:   set ingest.start-from to a time such as timestamp:2026-11-01T00:00:00Z
            --help lists every setting.\
            """);
    assertThat(
            failure(
                Map.of(),
                "--ingest.start-from=timestamp:2026-11-01T00:00:00Z",
                "--ingest.stop-at=timestamp:2026-11-01T01:00:00+01:00"))
        .hasMessage(
            """
            1 problem with the settings:
              ingest.stop-at = timestamp:2026-11-01T01:00:00+01:00 (argument --ingest.stop-at)
                  expected: a time after ingest.start-from
                  remedy:   exchange the two, or correct one
            --help lists every setting.\
            """);
  }

  @Test
  void shouldReadHowTimesAreWritten() {
    IngestSettings ingest =
        read(
                "--ingest.timestamp-unit=us",
                "--ingest.timestamp-zone=Europe/Berlin",
                "--ingest.clock-tolerance=2min",
                "--ingest.fields.sent_at=sentAt",
                "--ingest.watermark-witnesses=16")
            .settings()
            .ingest();

    assertThat(ingest.timestampUnit()).isEqualTo(TimestampUnit.US);
    assertThat(ingest.timestampZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(ingest.clockTolerance()).isEqualTo(Duration.ofMinutes(2));
    assertThat(ingest.areClocksCorrected()).isTrue();
    assertThat(ingest.watermarkWitnesses()).isEqualTo(16);
  }

  @Test
  void shouldRefuseAToleranceOfClocksThatAreNotCompared() {
    assertThat(failure(Map.of(), "--ingest.clock-tolerance=2min"))
        .hasMessage(
            """
            1 problem with the settings:
              ingest.clock-tolerance = 2min (argument --ingest.clock-tolerance)
                  expected: a field that says when a record was sent, in ingest.fields.sent_at: the clock that it is from is compared with the time of receipt
                  remedy:   set ingest.fields.sent_at to its path, or leave out the tolerance
            --help lists every setting.\
            """);
    assertThat(
            failure(
                Map.of(),
                "--ingest.clock-tolerance=2min",
                "--ingest.fields.sent_at=sentAt",
                "--ingest.fields.timestamp=@kafka"))
        .hasMessage(
            """
            1 problem with the settings:
              ingest.clock-tolerance = 2min (argument --ingest.clock-tolerance)
                  expected: none where ingest.fields.timestamp is @kafka: that is no clock of a sender
                  remedy:   leave out one of the two
            --help lists every setting.\
            """);
  }

  @Test
  void shouldSayWhatIsExpectedWhenGapIsZero() {
    assertThat(failure(Map.of(), "--session.gap", "0"))
        .hasMessage(
            """
            1 problem with the settings:
              session.gap = 0 (argument --session.gap)
                  expected: a duration of 1ms to 3650d in whole milliseconds and with its unit, such as 30min, 10s or 500ms; it is too short
                  remedy:   correct it, or remove it for the default 30min
            --help lists every setting.\
            """);
  }

  @Test
  void shouldReportRequiredSettingsWhenMissing() {
    InvalidSettingsException failure =
        catchThrowableOfType(
            InvalidSettingsException.class, () -> SettingsReader.read(Invocation.of(), Map.of()));

    assertThat(failure.problems())
        .extracting(Problem::key, Problem::where)
        .containsExactly(
            tuple("kafka.bootstrap-servers", "not set"),
            tuple("sink.transactional-id-prefix", "not set"));
  }

  // ---- values that must fit together

  @Test
  void shouldRefuseTopicThatIsUsedTwice() {
    assertThat(problems("--topics.late", "rejected-clicks"))
        .containsExactly(
            new Problem(
                "topics.rejected",
                "rejected-clicks",
                "default",
                "a topic of its own; topics.late is the same",
                "name another topic in one of them"));
  }

  @Test
  void shouldRefuseTopicOfClicksThatIsUsedTwice() {
    assertThat(problems("--topics.clicks", "[raw-clicks, late-clicks]"))
        .containsExactly(
            new Problem(
                "topics.late",
                "late-clicks",
                "default",
                "a topic of its own; topics.clicks is the same",
                "name another topic in one of them"));
    assertThat(problems("--topics.duplicates", "raw-clicks"))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(
            tuple("topics.duplicates", "a topic of its own; topics.clicks is the same"));
  }

  @Test
  void shouldReadSeveralTopicsOfClicks() throws IOException {
    assertThat(read("--topics.clicks=[web, app]").settings().topics().clicks())
        .containsExactly("web", "app");
    assertThat(
            read(config(directory, "topics:\n  clicks:\n  - web\n  - app"))
                .settings()
                .topics()
                .clicks())
        .containsExactly("web", "app");
    assertThat(read("--topics.clicks=web").settings().topics().clicks()).containsExactly("web");
  }

  @Test
  void shouldListTheKeysThatDuplicatesCanHave() {
    assertThat(problems("--session.dedup-key=[event_id, user_id]"))
        .extracting(Problem::expected, Problem::remedy)
        .containsExactly(
            tuple(
                "[event_id, event_type] or [event_id]; it is neither",
                "correct it, or remove it for the default [event_id, event_type]"));
    assertThat(read("--session.dedup-key=[event_id]").settings().session().dedupKey())
        .isEqualTo(DedupKey.EVENT_ID);
  }

  @Test
  void shouldAcceptTopicsThatChangeNames() {
    assertThat(
            read("--topics.late", "rejected-clicks", "--topics.rejected", "late-clicks")
                .settings()
                .topics()
                .late())
        .isEqualTo("rejected-clicks");
  }

  @Test
  void shouldRefusePathThatLeadsThroughAnotherField() {
    assertThat(
            problems(
                "--ingest.fields.user_id", "user", "--ingest.fields.anonymous_id", "user.anon"))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(
            tuple(
                "ingest.fields.anonymous_id",
                "a path that does not lead through another field; user_id is at user"));
  }

  @Test
  void shouldRefusePathThatLeadsThroughTheDefaultOfAnotherField() {
    assertThat(problems("--ingest.fields.price", "currency.amount"))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(
            tuple(
                "ingest.fields.price",
                "a path that does not lead through another field; currency is at currency"));
  }

  @Test
  void shouldAcceptPathsThatOnlyBeginWithTheSameLetters() {
    read("--ingest.fields.user_id", "user.id", "--ingest.fields.anonymous_id", "user.id2");
    read("--ingest.fields.user_id", "anonymous_id", "--ingest.fields.anonymous_id", "user_id");
  }

  @Test
  void shouldAcceptPathsThroughOtherFieldsWhereRecordsMayHaveSeveralShapes() {
    read("--ingest.fields.user_id", "[user, user.id]", "--ingest.fields.anonymous_id", "user.anon");
    read("--ingest.fields.user_id", "user", "--ingest.fields.anonymous_id", "user{}.anon");
    read("--ingest.fields.user_id", "user", "--ingest.fields.anonymous_id", "/user.anon");
  }

  @Test
  void shouldRefuseSourcesThatAFieldCannotHave() {
    assertThat(
            problems(
                "--ingest.fields.user_id",
                "@kafka",
                "--ingest.product-fields.price",
                "@kafka",
                "--ingest.fields.country",
                "geo.cc",
                "--ingest.constants.country",
                "DE",
                "--ingest.constants.app_id",
                "-"))
        .extracting(Problem::key, Problem::expected)
        .containsExactlyInAnyOrder(
            tuple(
                "ingest.fields.user_id",
                "a path; only ingest.fields.timestamp can be Kafka's time of the record"),
            tuple(
                "ingest.product-fields.price",
                "a path; only ingest.fields.timestamp can be Kafka's time of the record"),
            tuple(
                "ingest.constants.country",
                "a field that ingest.fields.country does not look for in the records"),
            tuple("ingest.constants.app_id", "a text that is none of ingest.missing"));
    assertThat(read("--ingest.fields.timestamp", "@kafka").settings().ingest().areTimesOfKafka())
        .isTrue();
  }

  @Test
  void shouldRefuseEventTypesWithTheSameText() {
    assertThat(problems("--ingest.event-types.page_view", "search"))
        .extracting(Problem::key, Problem::value, Problem::expected)
        .containsExactly(
            tuple(
                "ingest.event-types.page_view",
                "search",
                "a text of its own; search has the same"));
    read("--ingest.event-types.page_view", "search", "--ingest.event-types.search", "page_view");
  }

  @Test
  void shouldRefuseTransactionTimeoutThatIsNotAboveTheCheckpointInterval() {
    assertThat(
            problems(
                "--sink.transaction-timeout", "10s", "--execution.checkpointing.interval", "10s"))
        .extracting(Problem::key, Problem::value)
        .containsExactly(tuple("sink.transaction-timeout", "10s"));
    assertThat(problems("--sink.transaction-timeout", "1s"))
        .extracting(Problem::key)
        .containsExactly("sink.transaction-timeout");
    read("--sink.transaction-timeout", "10001ms", "--execution.checkpointing.interval", "10s");
  }

  @ParameterizedTest
  @CsvSource({
    "bootstrap.servers, set kafka.bootstrap-servers",
    "group.id, set ingest.group-id",
    "transactional.id, set sink.transactional-id-prefix",
    "transaction.timeout.ms, set sink.transaction-timeout",
    "isolation.level, remove it: the job decides what it may read",
    "value.deserializer, remove it: the job reads and writes bytes",
    "enable.auto.commit, remove it: offsets are committed with the checkpoints",
  })
  void shouldRefuseKafkaPropertiesThatTheJobSets(String property, String remedy) {
    assertThat(problems("--kafka.properties." + property, "x"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactly(tuple("kafka.properties." + property, remedy));
  }

  // ---- keys

  @ParameterizedTest
  @CsvSource({
    "sesion.gap, session.gap",
    "session.allowed_lateness, session.allowed-lateness",
    "session.allowedLateness, session.allowed-lateness",
    "gap, session.gap",
    "ingest.fields.userid, ingest.fields.user_id",
    "ingest.event-types.pageview, ingest.event-types.page_view",
    "kafka.security.protocol, kafka.properties.security.protocol",
    "kafka.propertis.sasl.mechanism, kafka.properties.sasl.mechanism",
  })
  void shouldNameNearestKeyWhenUnknown(String key, String nearest) {
    assertThat(problems("--" + key, "1"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.remedy()).isEqualTo("the nearest is " + nearest);
            });
  }

  @Test
  void shouldExplainSectionsWhenTheyAreGivenValues() {
    assertThat(
            problems(
                "--session",
                "30min",
                "--ingest.fields",
                "a",
                "--kafka.properties",
                "b",
                "--parallelism",
                "4"))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(
            tuple("ingest.fields", "settings below it, such as ingest.fields.event_type"),
            tuple("kafka.properties", "settings below it, such as kafka.properties.sasl.mechanism"),
            tuple("parallelism", "settings below it, such as parallelism.default"),
            tuple("session", "settings below it, such as session.allowed-lateness"));
  }

  // ---- everything at once

  @Test
  void shouldFailWithAnErrorOfTheUser() {
    assertThat(failure(Map.of(), "--session.gap", "0")).isInstanceOf(UserErrorException.class);
  }

  @Test
  void shouldReportEveryProblemOfEverySourceAtOnce() throws IOException {
    // Given
    String file =
        config(
            directory,
            """
            session:
              gap: 0
              lateness: 1min
            jobmanager.rpc.port: 6123
            topics: {late: raw-clicks}
            """);

    // When
    List<Problem> problems =
        problems(
            Map.of("CLICKSTREAM_GAP", "1", "CLICKSTREAM_SESSION_DEDUP_WINDOW", "-1"),
            file,
            "--session.max-events",
            "0",
            "stray",
            "--execution.checkpointing.intervall=1s",
            "--kafka.properties.acks=1");

    // Then
    assertThat(problems)
        .extracting(Problem::key, Problem::where)
        .containsExactlyInAnyOrder(
            tuple("session.gap", "settings.yaml, line 2"),
            tuple("session.lateness", "settings.yaml, line 3"),
            tuple("jobmanager.rpc.port", "settings.yaml, line 4"),
            tuple("topics.late", "settings.yaml, line 5"),
            tuple("CLICKSTREAM_GAP", "environment"),
            tuple("session.dedup-window", "environment CLICKSTREAM_SESSION_DEDUP_WINDOW"),
            tuple("session.max-events", "argument --session.max-events"),
            tuple("argument 4", "after --session.max-events"),
            tuple(
                "execution.checkpointing.intervall",
                "argument --execution.checkpointing.intervall"),
            tuple("kafka.properties.acks", "argument --kafka.properties.acks"));
  }
}
