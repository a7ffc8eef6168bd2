package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Session;
import io.clickstream.session.operator.ClickBytes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Bytes of state that definitions take at most, measured with records as bad as they can be. The
 * contract has these figures.
 */
@DisplayName("The state of definitions is bounded, whatever clicks say")
class DefinedStateBoundsTest {

  private static final SessionSettings SETTINGS =
      SessionSettings.defaults().with(SessionSettings.CACHE_SIZE, 1L << 20);

  private static final IngestSettings INGEST =
      IngestSettings.defaults().with(IngestSettings.MAX_RECORD_SIZE, 8L << 20);

  /** Of three bytes in UTF-8, the most that one of Java's has. */
  private static final char WIDE = '\u6f20';

  /** Two bytes, of which upper case makes six. */
  private static final String GROWING = "\u0390";

  private static final String GROWING_TOO = "\u03b0";

  private static final Map<String, String> ALL = Map.of("event_type", "hit");

  /** Characters of a text that definitions read. */
  private static final int LONGEST = 1_024;

  private static final int CLICKS = 10_000;

  // Bytes that the contract names.
  private static final int FIRST = 6_160;
  private static final int MIN = 19;
  private static final int SUM = 21;
  private static final int SET = 307_407;
  private static final int DISTINCT = 7_996;
  private static final int GOAL = 49_330;
  private static final int ONCE = 9_254_020;
  private static final int PINGS = 15_990;
  private static final int SETS = 19_673_860;

  private static FieldDefinition field(String how, Object value) {
    return FieldDefinition.parse(Map.of(how, value)).named("f");
  }

  private static GoalDefinition goal(Map<String, ?> definition) {
    return GoalDefinition.parse(definition).named("g");
  }

  private static Columns table(
      List<FieldDefinition> fields, List<GoalDefinition> goals, @Nullable Engagement engagement) {
    return Columns.of(
        new Definitions(
            named(fields), namedGoals(goals), engagement, Engaged.GA4, Bounce.SINGLE_VIEW));
  }

  private static List<FieldDefinition> named(List<FieldDefinition> fields) {
    List<FieldDefinition> all = new ArrayList<>();
    for (FieldDefinition field : fields) {
      all.add(field.named("f" + all.size()));
    }
    return all;
  }

  private static List<GoalDefinition> namedGoals(List<GoalDefinition> goals) {
    List<GoalDefinition> all = new ArrayList<>();
    for (GoalDefinition goal : goals) {
      all.add(goal.named("g" + all.size()));
    }
    return all;
  }

  /** A text of that many characters of three bytes each, in the order of a number. */
  private static String text(long number, int length) {
    StringBuilder text = new StringBuilder();
    for (char digit : "%010d".formatted(number).toCharArray()) {
      text.append((char) (WIDE + digit - '0'));
    }
    return text.append(String.valueOf(WIDE).repeat(length - 10)).toString();
  }

  /** A code of as many characters as one can have, each of which upper case makes longer. */
  private static String code(int number) {
    StringBuilder code = new StringBuilder(GROWING.repeat(LONGEST - 12));
    for (int bit = 11; bit >= 0; bit--) {
      code.append((number >> bit & 1) == 0 ? GROWING : GROWING_TOO);
    }
    return code.toString();
  }

  /** A number of 38 digits, of which 18 are behind the point. */
  private static String number(int serial) {
    return "-%05d%s.%s".formatted(99_999 - serial, "9".repeat(15), "9".repeat(18));
  }

  /** What all records have; members follow. */
  private static String record(long time, String eventId, String members) {
    return "{\"event_type\":\"hit\",\"timestamp\":%d,\"anonymous_id\":\"d\",\"event_id\":\"%s\",%s}"
        .formatted(Clicks.EPOCH + time, eventId, members);
  }

  /** A visitor whose clicks are read as the job does it. */
  private static final class Visited {

    private final Columns columns;
    private final JsonClickFormat format;
    private final SessionRules rules;
    private final VisitorSessions sessions = new VisitorSessions();

    Visited(Columns columns) {
      this.columns = columns;
      this.format = new JsonClickFormat(INGEST, columns);
      this.rules = new SessionRules(columns, SETTINGS, null, new ClickBytes());
    }

    Visited click(String record) {
      List<Ingested> read = new ArrayList<>();
      Origin origin = new Origin("raw-clicks", 0, 0, null, record.getBytes(StandardCharsets.UTF_8));
      format.parse(origin, Clicks.EPOCH + 86_400_000, Clicks.EPOCH + 86_400_000, read::add);
      assertThat(read).hasSize(1);
      Click click = Objects.requireNonNull(read.get(0).click());
      rules.accept(sessions, click, Long.MIN_VALUE, Long.MIN_VALUE);
      return this;
    }

    Visited clicks(int count, IntFunction<String> record) {
      for (int i = 0; i < count; i++) {
        click(record.apply(i));
      }
      return this;
    }

    /** The processor time of a hundred clicks, of all hundreds the shortest, ns. */
    long shortestTime(int count, IntFunction<String> record) {
      ThreadMXBean thread = ManagementFactory.getThreadMXBean();
      long shortest = Long.MAX_VALUE;
      for (int from = 0; from < count; from += 100) {
        int first = from;
        long before = thread.getCurrentThreadCpuTime();
        clicks(100, i -> record.apply(first + i));
        shortest = Math.min(shortest, thread.getCurrentThreadCpuTime() - before);
      }
      return shortest;
    }

    int bytes() throws Exception {
      assertThat(sessions.count()).isEqualTo(1);
      return SessionSamples.written(sessions, SessionSamples.format(columns)).length;
    }
  }

  /** What a definition takes beyond the same clicks without it. */
  private static int bytesOf(Columns columns, int clicks, IntFunction<String> record)
      throws Exception {
    int with = new Visited(columns).clicks(clicks, record).bytes();
    return with - new Visited(Columns.BUILT_IN).clicks(clicks, record).bytes();
  }

  private static int bytesOf(FieldDefinition field, int clicks, IntFunction<String> record)
      throws Exception {
    return bytesOf(table(List.of(field), List.of(), null), clicks, record);
  }

  private static String texts(int serial) {
    return record(
        serial,
        text(serial, LONGEST),
        "\"t\":\"%s\",\"n\":%s".formatted(text(CLICKS - serial, LONGEST), number(serial)));
  }

  @Test
  void shouldTakeWhatTheContractSaysWhenOneFieldIsFull() throws Exception {
    Map<String, Integer> bytes = new LinkedHashMap<>();
    IntFunction<String> counted = i -> record(i, "" + i, "\"n\":" + number(0));
    bytes.put("count", bytesOf(field("count", ALL), CLICKS, counted));
    bytes.put("any", bytesOf(field("any", ALL), CLICKS, counted));
    bytes.put("first", bytesOf(field("first", "t"), 2, DefinedStateBoundsTest::texts));
    bytes.put("last", bytesOf(field("last", "t"), 2, DefinedStateBoundsTest::texts));
    bytes.put("min", bytesOf(field("min", "n"), 100, DefinedStateBoundsTest::texts));
    bytes.put("max", bytesOf(field("max", "n"), 100, DefinedStateBoundsTest::texts));
    bytes.put("sum", bytesOf(field("sum", "n"), CLICKS, counted));
    bytes.put("set", bytesOf(field("set", "t"), 150, DefinedStateBoundsTest::texts));
    bytes.put("999", bytesOf(field("distinct", "t"), 999, DefinedStateBoundsTest::texts));
    bytes.put("1000", bytesOf(field("distinct", "t"), 1_000, DefinedStateBoundsTest::texts));

    assertThat(bytes)
        .isEqualTo(
            Map.of(
                "count", 2, "any", 2, "first", FIRST, "last", FIRST, "min", MIN, "max", MIN, "sum",
                SUM, "set", SET, "999", DISTINCT, "1000", 3));
  }

  private static String order(int serial, int minute) {
    return record(
        serial + 60_000L * minute,
        text(serial, LONGEST),
        "\"n\":%s,\"o\":\"%s\",\"c\":\"%s\""
            .formatted(number(0), text(serial, LONGEST), code(serial)));
  }

  @Test
  void shouldTakeWhatTheContractSaysWhenOneGoalIsFull() throws Exception {
    GoalDefinition each = goal(Map.of("where", ALL, "value", "n", "currency", "c"));
    Map<String, Integer> bytes = new LinkedHashMap<>();
    bytes.put("each", bytesOf(table(List.of(), List.of(each), null), 50, i -> order(i, 0)));
    GoalDefinition once =
        goal(Map.of("where", ALL, "value", "n", "currency", "c", "once-per", "o"));
    Columns columns = table(List.of(), List.of(once), null);
    // Sessions of a few, which others join: each click moves all that there is.
    bytes.put("once-per", bytesInParts(columns) - bytesInParts(Columns.BUILT_IN));

    assertThat(bytes).isEqualTo(Map.of("each", GOAL, "once-per", ONCE));
  }

  private static int bytesInParts(Columns columns) throws Exception {
    Visited visited = new Visited(columns);
    for (int part = 0; part < 24; part++) {
      int minute = 40 * part;
      visited.clicks(50, order -> order(50 * (minute / 40) + order, minute));
    }
    assertThat(visited.sessions.count()).isEqualTo(24);
    for (int part = 0; part < 23; part++) {
      visited.click(record(60_000L * (40 * part + 20), "between-" + part, "\"event_name\":\"x\""));
    }
    return visited.bytes();
  }

  /**
   * A click passes over all texts that its goal keeps: 11 us on the machine of the benchmarks, from
   * the thousandth text on. If more were kept, the last clicks took three times as long.
   */
  @Test
  void shouldTakeNoLongerForAClickWhenItsGoalHasSeenTenTimesTheTextsThatItKeeps() {
    GoalDefinition once =
        goal(Map.of("where", ALL, "value", "n", "currency", "c", "once-per", "o"));
    Visited visited = new Visited(table(List.of(), List.of(once), null));
    IntFunction<String> usual =
        i ->
            record(
                i, "e-" + i, "\"n\":%d.5,\"c\":\"EUR\",\"o\":\"order-%d\"".formatted(i % 100, i));

    visited.clicks(2_000, usual);
    long early = visited.shortestTime(2_000, i -> usual.apply(2_000 + i));
    visited.clicks(4_000, i -> usual.apply(4_000 + i));
    long late = visited.shortestTime(2_000, i -> usual.apply(8_000 + i));

    assertThat(late).isLessThan(2 * early);
  }

  @Test
  void shouldTakeWhatTheContractSaysWhenPingsAreFull() throws Exception {
    Columns columns =
        table(
            List.of(),
            List.of(),
            new Engagement.Pings(Condition.parse(ALL), Duration.ofMillis(1), Duration.ZERO));

    assertThat(bytesOf(columns, 999, i -> record(i, "" + i, "\"page_url\":\"/%d\"".formatted(i))))
        .isEqualTo(PINGS);
  }

  /** All fields and goals that there can be, of all kinds, and clicks that have all new values. */
  @Test
  void shouldStayWithinTheSumOfBoundsWhenEveryClickHasNewValues() throws Exception {
    // Given
    List<FieldDefinition> fields = new ArrayList<>();
    while (fields.size() < Definitions.MAX_FIELDS) {
      int number = fields.size();
      Map<String, Object> where =
          Map.of("event_type", "hit", "m", Map.of("above", -1 - number + ""));
      String kind =
          List.of("set", "first", "last", "min", "max", "sum", "distinct", "count").get(number % 8);
      fields.add(
          FieldDefinition.parse(
                  switch (kind) {
                    case "count" -> Map.of("count", where);
                    case "min", "max", "sum" -> Map.of(kind, "n", "where", where);
                    default -> Map.of(kind, "t", "where", where);
                  })
              .named("f"));
    }
    List<GoalDefinition> goals = new ArrayList<>();
    while (goals.size() < Definitions.MAX_GOALS) {
      Map<String, Object> where = Map.of("m", Map.of("above", -1 - goals.size() + ""));
      goals.add(
          goals.size() % 4 > 0
              ? goal(
                  Map.of(
                      "where", where, "value", "n", "currency", goals.size() == 1 ? "c" : "short"))
              : goal(Map.of("where", where, "value", "n", "currency", "short", "once-per", "o")));
    }
    Columns columns = table(fields, goals, null);
    Visited visited = new Visited(columns);

    // When
    for (int i = 0; i < CLICKS; i++) {
      // Smaller ones come now and then; each of them moves all sets.
      int order = i < 100 ? CLICKS - i : i % 200 == 0 ? CLICKS - 200 - i : CLICKS + i;
      String text = text(order, i % 1_000 == 999 ? 1_000_000 : LONGEST);
      String record =
          record(
              i,
              "e-" + i,
              "\"m\":0,\"t\":\"%s\",\"n\":%s,\"o\":\"o-%d\",\"c\":\"%s\",\"short\":\"EUR\""
                  .formatted(text, number(i), i, i < 100 ? code(i) : "eur"));
      visited.click(record);
    }

    // Then
    int bytes = visited.bytes();
    int bound =
        10_000 + 8 * (SET + 2 * FIRST + 2 * MIN + SUM + DISTINCT + 2) + 12 * GOAL + 4 * ONCE;
    assertThat(bytes).isBetween(2_500_000, bound);
    List<Session> published = new ArrayList<>();
    visited.rules.advance(
        Clicks.VISITOR, visited.sessions, Long.MAX_VALUE, Long.MAX_VALUE, published::add);
    assertThat(published).hasSize(1);
    assertThat(visited.sessions.isEmpty()).isTrue();
  }

  @Test
  void shouldTakeWhatTheContractSaysWhenAllFieldsAreSets() throws Exception {
    List<FieldDefinition> fields = new ArrayList<>();
    while (fields.size() < Definitions.MAX_FIELDS) {
      Map<String, Object> where = Map.of("event_type", List.of("hit", "other-" + fields.size()));
      fields.add(FieldDefinition.parse(Map.of("set", "t", "where", where)).named("f"));
    }

    assertThat(bytesOf(table(fields, List.of(), null), 101, DefinedStateBoundsTest::texts))
        .isEqualTo(SETS);
  }
}
