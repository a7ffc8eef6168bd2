package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.wire.IngestTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the session windows that others bring make of the same clicks, and what a reader of their
 * output would have to know: the comparison in src/docs/compare.md. A gap of 30, 20 of allowed
 * lateness or grace. A line of output is {@code start..end n=clicks}.
 */
class OtherSessionWindowsTest {

  private static final int GAP = 30;
  private static final int LATENESS = 20;

  /** What happens: a click at a time, or event time that moves on. */
  private record Step(boolean isClick, long time, String id) {}

  private static Step click(long time) {
    return new Step(true, time, "e" + time);
  }

  private static Step again(long time) {
    return click(time);
  }

  private static Step watermark(long time) {
    return new Step(false, time, "");
  }

  @Test
  void shouldKeepClicksAGapApartTogetherWhateverTheWatermark() throws Exception {
    Step[] steps = {click(0), watermark(29), click(30), watermark(200)};

    assertThat(ours(steps)).containsExactly("0..30 n=2");
    // Fired before the second click, which belongs to it, could come.
    assertThat(flink(steps)).containsExactly("0..0 n=1", "0..30 n=2");
    assertThat(streams(steps)).containsExactly("0..30 n=2");
  }

  @Test
  void shouldReplaceASessionThatAClickBehindMakesLonger() throws Exception {
    Step[] steps = {click(0), click(10), watermark(45), click(20), watermark(200)};

    assertThat(folded(steps)).containsExactly("0..20 n=3");
    // Two results, and nothing that says which one holds.
    assertThat(flink(steps)).containsExactly("0..10 n=2", "0..20 n=3");
    // One, because it waits for the whole grace with all of them.
    assertThat(streams(steps)).containsExactly("0..20 n=3");
  }

  @Test
  void shouldWithdrawASessionWhoseStartMoves() throws Exception {
    Step[] steps = {click(20), click(30), watermark(61), click(15), watermark(200)};

    assertThat(folded(steps)).containsExactly("15..30 n=3");
    // Both stay: three clicks are five.
    assertThat(flink(steps)).containsExactly("20..30 n=2", "15..30 n=3");
    assertThat(streams(steps)).containsExactly("15..30 n=3");
  }

  @Test
  void shouldWithdrawSessionsThatAClickBehindConnects() throws Exception {
    Step[] steps = {click(0), click(35), watermark(66), click(20), watermark(200)};

    // The first one was behind the lateness when the click came; it is still joined.
    assertThat(folded(steps)).containsExactly("0..35 n=3");
    assertThat(flink(steps)).containsExactly("0..0 n=1", "35..35 n=1", "20..35 n=2");
    // What was final is followed by another.
    assertThat(streams(steps)).containsExactly("0..0 n=1", "0..35 n=3");
  }

  @Test
  void shouldNotForgetASessionThatAnAcceptedClickTouches() throws Exception {
    Step[] steps = {click(0), click(10), watermark(61), click(35), watermark(200)};

    assertThat(folded(steps)).containsExactly("0..35 n=3");
    // The first is forgotten, and the click, which is not late, has a session 25 behind it.
    assertThat(flink(steps)).containsExactly("0..10 n=2", "35..35 n=1");
    assertThat(streams(steps)).containsExactly("0..10 n=2", "0..35 n=3");
    // Not the rule of its windows: the cache in front of the store still has it, or the store does.
    assertThat(suppressed(GAP + LATENESS, false, steps)).containsExactly("0..10 n=2", "35..35 n=1");
    assertThat(suppressed(2 * (GAP + LATENESS), false, steps))
        .containsExactly("0..10 n=2", "0..35 n=3");
  }

  @Test
  void shouldEmitASessionWithWhichAPauseBegins() throws Exception {
    // The next click of anybody comes long after.
    Step[] steps = {click(0), click(10), watermark(1_000_000)};

    assertThat(ours(steps)).containsExactly("0..10 n=2");
    assertThat(flink(steps)).containsExactly("0..10 n=2");
    assertThat(streams(steps)).containsExactly("0..10 n=2");
    // That click takes it out of the store before it is looked whether it is final.
    assertThat(emittedOnClose(null, steps)).isEmpty();
    assertThat(emittedOnClose(1_000_000L, steps)).containsExactly("0..10 n=2");
  }

  @Test
  void shouldTakeAClickInAnOpenSessionUntilItIsLate() throws Exception {
    Step[] behind = {click(0), click(25), click(50), watermark(45), click(10), watermark(200)};
    Step[] late = {click(0), click(25), click(50), watermark(70), click(10), watermark(200)};

    assertThat(ours(behind)).containsExactly("0..50 n=4");
    assertThat(flink(behind)).containsExactly("0..50 n=4");
    assertThat(streams(behind)).containsExactly("0..50 n=4");
    // Gap and lateness are over for the click, not for the session: it is with the late ones.
    assertThat(ours(late)).containsExactly("0..50 n=3");
    assertThat(flink(late)).containsExactly("0..50 n=4");
    assertThat(streams(late)).containsExactly("0..50 n=4");
  }

  @Test
  void shouldCountAClickOnceThatComesTwice() throws Exception {
    Step[] steps = {click(0), click(10), again(10), watermark(200)};

    assertThat(ours(steps)).containsExactly("0..10 n=2");
    assertThat(flink(steps)).containsExactly("0..10 n=3");
    assertThat(streams(steps)).containsExactly("0..10 n=3");
  }

  @Test
  void shouldEmitWhenTheGapIsOver() throws Exception {
    Step[] steps = {click(0), watermark(31)};

    assertThat(ours(steps)).containsExactly("0..0 n=1");
    assertThat(flink(steps)).containsExactly("0..0 n=1");
    // Only after the grace.
    assertThat(streams(steps)).isEmpty();
  }

  private static List<Session> sessions(Step... steps) {
    PureSessionizer sessionizer = new PureSessionizer(SessionSemantics.settings(GAP, LATENESS));
    for (Step step : steps) {
      if (step.isClick()) {
        sessionizer.click(Clicks.at(step.time()).id(step.id()).click());
      } else {
        sessionizer.watermark(step.time());
      }
    }
    return sessionizer.sessions();
  }

  private static List<String> ours(Step... steps) {
    return sessions(steps).stream().map(OtherSessionWindowsTest::shown).toList();
  }

  /** What the folded topic has in the end. */
  private static List<String> folded(Step... steps) {
    Map<UUID, Session> latest = new LinkedHashMap<>();
    sessions(steps).forEach(session -> latest.put(session.id(), session));
    return latest.values().stream()
        .filter(session -> !session.isDeleted())
        .map(OtherSessionWindowsTest::shown)
        .toList();
  }

  private static String shown(Session session) {
    SessionValues facts = session.values();
    assertThat(facts).isNotNull();
    return shown(
        session.start() - Clicks.EPOCH, facts.end() - Clicks.EPOCH, facts.number("event_count"));
  }

  private static String shown(long start, long end, long clicks) {
    return start + ".." + end + " n=" + clicks;
  }

  /** {@code EventTimeSessionWindows} with allowed lateness. */
  private static List<String> flink(Step... steps) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    OneInputTransformation<?, ?> transformation =
        (OneInputTransformation<?, ?>)
            env.fromData(IngestTypes.CLICK, Clicks.at(0).click())
                .keyBy(Click::visitor, IngestTypes.VISITOR)
                .window(EventTimeSessionWindows.withGap(Duration.ofMillis(GAP)))
                .allowedLateness(Duration.ofMillis(LATENESS))
                .process(new BuiltInWindowsTest.Describe(), BasicTypeInfo.STRING_TYPE_INFO)
                .getTransformation();
    @SuppressWarnings("unchecked")
    OneInputStreamOperator<Click, String> operator =
        (OneInputStreamOperator<Click, String>) transformation.getOperator();
    try (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, String> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, Click::visitor, IngestTypes.VISITOR)) {
      harness.open();
      for (Step step : steps) {
        if (step.isClick()) {
          Click click = Clicks.at(step.time()).id(step.id()).click();
          harness.processElement(click, click.timestamp());
        } else {
          harness.processWatermark(Clicks.EPOCH + step.time());
        }
      }
      List<String> shown = new ArrayList<>();
      for (Object output : harness.getOutput()) {
        if (output instanceof StreamRecord<?> element) {
          shown.add(relative((String) element.getValue()));
        }
      }
      return shown;
    }
  }

  /** {@code visitor start..end n=clicks}, with times after the epoch of the tests. */
  private static String relative(String described) {
    String[] parts = described.split(" ");
    String[] span = parts[1].split("\\.\\.");
    return shown(
        Long.parseLong(span[0]) - Clicks.EPOCH,
        Long.parseLong(span[1]) - Clicks.EPOCH,
        Long.parseLong(parts[2].substring(2)));
  }

  /** Kafka Streams' session windows, which emit what is final. Others' clicks move its time on. */
  private static List<String> streams(Step... steps) {
    return suppressed(GAP + LATENESS, true, steps);
  }

  private static List<String> suppressed(long retention, boolean caching, Step... steps) {
    Materialized<String, String, SessionStore<Bytes, byte[]>> store =
        Materialized.as(Stores.inMemorySessionStore("sessions", Duration.ofMillis(retention)));
    StreamsBuilder builder = new StreamsBuilder();
    sessions(builder, window -> window, caching ? store : store.withCachingDisabled())
        .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
        .toStream((window, clicks) -> window.key())
        .to("sessions", Produced.with(Serdes.String(), Serdes.String()));
    return run(builder, steps);
  }

  /**
   * The same, emitted by the windows themselves.
   *
   * @param retention null for the default
   */
  private static List<String> emittedOnClose(@Nullable Long retention, Step... steps) {
    Materialized<String, String, SessionStore<Bytes, byte[]>> store = Materialized.as("sessions");
    StreamsBuilder builder = new StreamsBuilder();
    sessions(
            builder,
            windows -> windows.emitStrategy(EmitStrategy.onWindowClose()),
            retention == null ? store : store.withRetention(Duration.ofMillis(retention)))
        .toStream((window, clicks) -> window.key())
        .to("sessions", Produced.with(Serdes.String(), Serdes.String()));
    return run(builder, steps);
  }

  private static KTable<Windowed<String>, String> sessions(
      StreamsBuilder builder,
      UnaryOperator<SessionWindowedKStream<String, String>> emit,
      Materialized<String, String, SessionStore<Bytes, byte[]>> store) {
    return emit.apply(
            builder.stream("clicks", Consumed.with(Serdes.String(), Serdes.String()))
                .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
                .windowedBy(
                    SessionWindows.ofInactivityGapAndGrace(
                        Duration.ofMillis(GAP), Duration.ofMillis(LATENESS))))
        .aggregate(
            () -> "",
            (visitor, click, clicks) -> clicks + click + " ",
            (visitor, left, right) -> left + right,
            store.withKeySerde(Serdes.String()).withValueSerde(Serdes.String()));
  }

  private static List<String> run(StreamsBuilder builder, Step... steps) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "windows");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver = new TopologyTestDriver(builder.build(), properties)) {
      TestInputTopic<String, String> clicks =
          driver.createInputTopic("clicks", new StringSerializer(), new StringSerializer());
      TestOutputTopic<String, String> sessions =
          driver.createOutputTopic("sessions", new StringDeserializer(), new StringDeserializer());
      for (Step step : steps) {
        String visitor = step.isClick() ? "visitor" : "somebody else";
        clicks.pipeInput(visitor, Long.toString(step.time()), Clicks.EPOCH + step.time());
      }
      return sessions.readKeyValuesToList().stream()
          .filter(session -> session.key.equals("visitor"))
          .map(OtherSessionWindowsTest::shown)
          .toList();
    }
  }

  @Tag("full")
  @Test
  void shouldMeasureTheGapInTimeWhateverTheLocalClockSays() throws Exception {
    // Given: 15 minutes apart when clocks in Berlin skip an hour, and 90 when they repeat one
    long spring = Instant.parse("2026-03-29T00:50:00Z").toEpochMilli();
    long autumn = Instant.parse("2026-10-25T00:20:00Z").toEpochMilli();
    long[] skipped = {spring, spring + Duration.ofMinutes(15).toMillis()};
    long[] repeated = {autumn, autumn + Duration.ofMinutes(90).toMillis()};

    // Then: right over TIMESTAMP and in UTC
    for (String time : List.of("TIMESTAMP", "TIMESTAMP_LTZ")) {
      assertThat(sql("UTC", time, skipped)).as(time).containsExactly(2L);
      assertThat(sql("UTC", time, repeated)).as(time).containsExactly(1L, 1L);
    }
    assertThat(sql("Europe/Berlin", "TIMESTAMP", skipped)).containsExactly(2L);
    assertThat(sql("Europe/Berlin", "TIMESTAMP", repeated)).containsExactly(1L, 1L);
    // On the local clock they are 75 and 30 minutes apart.
    assertThat(sql("Europe/Berlin", "TIMESTAMP_LTZ", skipped)).containsExactly(1L, 1L);
    assertThat(sql("Europe/Berlin", "TIMESTAMP_LTZ", repeated)).containsExactly(2L);
  }

  /** Clicks of each session of Flink SQL's {@code SESSION}, with a gap of 40 minutes. */
  private static List<Long> sql(String zone, String time, long... clicks) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.getConfig().set("table.local-time-zone", zone);
    tables.createTemporaryView(
        "clicks",
        env.fromData(Types.LONG, Arrays.stream(clicks).boxed().toArray(Long[]::new)),
        Schema.newBuilder()
            .column("f0", "BIGINT")
            .columnByExpression(
                "clicked",
                time.equals("TIMESTAMP")
                    // Which is the time in UTC.
                    ? "CAST(TIMESTAMPADD(SECOND, CAST(f0 / 1000 AS INT), TIMESTAMP '1970-01-01"
                        + " 00:00:00') AS TIMESTAMP(3))"
                    : "TO_TIMESTAMP_LTZ(f0, 3)")
            .watermark("clicked", "clicked")
            .build());
    List<Long> counts = new ArrayList<>();
    try (CloseableIterator<Row> rows =
        tables
            .executeSql(
                """
                SELECT COUNT(*) FROM TABLE(
                  SESSION(TABLE clicks, DESCRIPTOR(clicked), INTERVAL '40' MINUTE))
                GROUP BY window_start, window_end
                """)
            .collect()) {
      rows.forEachRemaining(row -> counts.add((Long) row.getField(0)));
    }
    return counts;
  }

  private static String shown(KeyValue<String, String> session) {
    List<Long> times = Arrays.stream(session.value.split(" ")).map(Long::valueOf).toList();
    TreeSet<Long> sorted = new TreeSet<>(times);
    return shown(sorted.first(), sorted.last(), times.size());
  }
}
