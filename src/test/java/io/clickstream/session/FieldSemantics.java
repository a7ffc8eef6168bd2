package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValueSource;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.Goal;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The numbered cases of the contract that concern definitions, run on the pure rules and on the
 * operator with RocksDB. With G = 30 ms and L = 20 ms.
 */
public abstract class FieldSemantics {

  private static final SessionSettings SETTINGS = SessionSemantics.settings(30, 20);
  private static final String SMILE = "\ud83d\ude00";

  private final List<Sessionizer> opened = new ArrayList<>();

  protected abstract Sessionizer open(SessionSettings settings, Columns columns) throws Exception;

  @AfterEach
  void closeAll() throws Exception {
    for (Sessionizer sessionizer : opened) {
      sessionizer.close();
    }
  }

  private Sessionizer start(Columns columns) throws Exception {
    Sessionizer sessionizer = open(SETTINGS, columns);
    opened.add(sessionizer);
    return sessionizer;
  }

  private static FieldDefinition field(String name, How how, String path) {
    return new FieldDefinition(name, how, DefinedClicks.at(path), Type.TEXT, null);
  }

  private static FieldDefinition where(String name, How how, @Nullable String path, String where) {
    ValueSource value = path == null ? null : DefinedClicks.at(path);
    return new FieldDefinition(name, how, value, Type.TEXT, DefinedClicks.where(where));
  }

  private static GoalDefinition goal(
      String name, @Nullable String value, @Nullable String currency, @Nullable String oncePer) {
    return new GoalDefinition(
        name, DefinedClicks.where("reached"), source(value), source(currency), source(oncePer));
  }

  private static @Nullable ValueSource source(@Nullable String path) {
    return path == null ? null : DefinedClicks.at(path);
  }

  private static Columns table(FieldDefinition... fields) {
    return table(List.of(fields), List.of(), null);
  }

  private static Columns table(GoalDefinition goal) {
    return table(List.of(), List.of(goal), null);
  }

  private static Columns table(Engagement engagement) {
    return table(List.of(), List.of(), engagement);
  }

  private static Columns table(
      List<FieldDefinition> fields, List<GoalDefinition> goals, @Nullable Engagement engagement) {
    return Columns.of(new Definitions(fields, goals, engagement, Engaged.GA4, Bounce.SINGLE_VIEW));
  }

  /** A click that has {@code path=text} and fulfils the conditions that the other words name. */
  private static Click click(Columns columns, Clicks.Builder click, String... has) {
    Map<String, String> texts = new HashMap<>();
    Set<String> conditions = new HashSet<>();
    for (String part : has) {
      int sign = part.indexOf('=');
      if (sign < 0) {
        conditions.add(part);
      } else {
        texts.put(part.substring(0, sign), part.substring(sign + 1));
      }
    }
    return new DefinedClicks.Reader(columns)
        .read(click.click(), new DefinedClicks.Values(texts, conditions));
  }

  private static Click click(Columns columns, long time, String... has) {
    return click(columns, Clicks.at(time), has);
  }

  /** What one session of these clicks comes to, whatever order they come in. */
  private SessionValues values(Columns columns, List<Click> clicks) throws Exception {
    List<SessionValues> all = new ArrayList<>();
    List<Click> shuffled = new ArrayList<>(clicks);
    for (int seed = 0; seed < 6; seed++) {
      Sessionizer sessionizer = start(columns);
      for (Click click : shuffled) {
        sessionizer.click(click);
      }
      sessionizer.end();
      all.add(only(sessionizer));
      Collections.shuffle(shuffled, new Random(seed));
    }
    assertThat(all).containsOnly(all.get(0));
    return all.get(0);
  }

  private static SessionValues only(Sessionizer sessionizer) throws Exception {
    assertThat(sessionizer.sessions()).hasSize(1);
    return of(sessionizer.sessions().get(0));
  }

  private static SessionValues of(Session session) {
    assertThat(session.values()).isNotNull();
    return session.values();
  }

  private static @Nullable String decimal(SessionValues values, String column) {
    BigDecimal decimal = values.decimal(values.layout().decimalSlot(column));
    return decimal == null ? null : decimal.toString();
  }

  private static TextSet set(SessionValues values, String column) {
    return values.set(values.layout().setSlot(column));
  }

  private static Goal goal(SessionValues values) {
    return values.goal(0);
  }

  private static Goal goal(long count, @Nullable String value, @Nullable String code, long at) {
    return new Goal(count, value == null ? null : new BigDecimal(value), code, Clicks.EPOCH + at);
  }

  @Test
  @DisplayName("F01: no click with a value gives null, 0, false, an empty set, a goal not reached")
  void shouldHaveNothingOfNothing() throws Exception {
    Columns columns =
        table(
            List.of(
                field("first", How.FIRST, "a"),
                field("last", How.LAST, "a"),
                field("min", How.MIN, "a"),
                field("max", How.MAX, "a"),
                field("sum", How.SUM, "a"),
                field("set", How.SET, "a"),
                field("distinct", How.DISTINCT, "a"),
                where("count", How.COUNT, null, "fits"),
                where("any", How.ANY, null, "fits")),
            List.of(goal("order", "a", "b", "c")),
            null);

    SessionValues values =
        values(columns, List.of(click(columns, 0, "b=1"), click(columns, 25, "c=1")));

    assertThat(values.text("fields.first")).isNull();
    assertThat(values.text("fields.last")).isNull();
    assertThat(decimal(values, "fields.min")).isNull();
    assertThat(decimal(values, "fields.max")).isNull();
    assertThat(decimal(values, "fields.sum")).isNull();
    assertThat(set(values, "fields.set")).isEqualTo(TextSet.EMPTY);
    assertThat(values.number("fields.distinct")).isZero();
    assertThat(values.number("fields.count")).isZero();
    assertThat(values.number("fields.any")).isZero();
    assertThat(goal(values)).isEqualTo(Goal.NOT_REACHED);
  }

  @Test
  @DisplayName("F02: first and last are by time; a click without a value is passed over")
  void shouldTakeFirstAndLastByTime() throws Exception {
    Columns columns = table(field("first", How.FIRST, "a"), field("last", How.LAST, "a"));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, 0, "b=x"),
                click(columns, 20, "a=2"),
                click(columns, 40, "a=1"),
                click(columns, 60, "a=3"),
                click(columns, 80)));

    assertThat(values.text("fields.first")).isEqualTo("2");
    assertThat(values.text("fields.last")).isEqualTo("3");
  }

  @Test
  @DisplayName("F03: of one time the smallest id decides, then the smallest value, and no page")
  void shouldDecideTiesByIdThenValue() throws Exception {
    Columns columns =
        table(
            field("first", How.FIRST, "a"),
            field("last", How.LAST, "a"),
            field("of_value", How.LAST, "b"),
            field("other", How.FIRST, "c"));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, Clicks.at(9).id("y").page("/1"), "a=1"),
                click(columns, Clicks.at(9).id("x").page("/2"), "a=2"),
                click(columns, Clicks.at(9).page("/0"), "a=0"),
                click(columns, Clicks.at(9).page("/0"), "b=" + SMILE),
                click(columns, Clicks.at(9).page("/3"), "b=\uffee"),
                click(columns, Clicks.at(9).page("/1"), "c=2"),
                click(columns, Clicks.at(9).page("/2"), "c=1")));

    assertThat(values.text("fields.first")).isEqualTo("2");
    assertThat(values.text("fields.last")).isEqualTo("2");
    // By code points: the smile has the larger one, though it begins with a surrogate.
    assertThat(values.text("fields.of_value")).isEqualTo("\uffee");
    assertThat(values.text("fields.other")).isEqualTo("1");
  }

  @Test
  @DisplayName("F04: min, max and sum are exact, and have no zeros that say nothing")
  void shouldCalculateExactly() throws Exception {
    String large = "99999999999999999999999999999999999999";
    String small = "0.000000000000000001";
    Columns columns =
        table(
            field("min", How.MIN, "a"),
            field("max", How.MAX, "a"),
            field("sum", How.SUM, "a"),
            field("zero", How.SUM, "b"),
            field("hundred", How.SUM, "c"),
            field("ten", How.SUM, "d"));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, 0, "a=" + large, "b=0.10", "c=5E+1", "d=9223372036854775807"),
                click(columns, 10, "a=" + large, "b=-0.1", "c=50.00", "d=3"),
                click(columns, 20, "a=" + small, "c=0.0"),
                click(columns, 35, "a=-2.50", "b=0")));

    assertThat(decimal(values, "fields.min")).isEqualTo("-2.5");
    assertThat(decimal(values, "fields.max")).isEqualTo(large);
    assertThat(decimal(values, "fields.sum"))
        .isEqualTo("199999999999999999999999999999999999995.500000000000000001");
    assertThat(decimal(values, "fields.zero")).isEqualTo("0");
    assertThat(decimal(values, "fields.hundred")).isEqualTo("100");
    assertThat(decimal(values, "fields.ten")).isEqualTo("9223372036854775810");
  }

  @Test
  @DisplayName("F05: a condition leaves out the clicks that do not fulfil it; count and any ask it")
  void shouldAskConditions() throws Exception {
    Columns columns =
        table(
            where("sum", How.SUM, "a", "fits"),
            where("last", How.LAST, "a", "fits"),
            where("count", How.COUNT, null, "fits"),
            where("any", How.ANY, null, "fits"),
            where("never", How.ANY, null, "other"));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, 0, "a=1", "fits"),
                click(columns, 20, "a=2", "fits"),
                click(columns, 40, "a=4"),
                click(columns, 60, "fits")));

    assertThat(decimal(values, "fields.sum")).isEqualTo("3");
    assertThat(values.text("fields.last")).isEqualTo("2");
    assertThat(values.number("fields.count")).isEqualTo(3);
    assertThat(values.number("fields.any")).isNotZero();
    assertThat(values.number("fields.never")).isZero();
  }

  @Test
  @DisplayName("F06: a set has each text once, by code points, the 100 smallest of more")
  void shouldKeepTheSmallestTexts() throws Exception {
    Columns columns = table(field("few", How.SET, "a"), field("many", How.SET, "b"));
    List<Click> clicks = new ArrayList<>();
    for (String text : List.of("b", SMILE, "b", "\uffee", "B", "\u00e4")) {
      clicks.add(click(columns, clicks.size(), "a=" + text));
    }
    for (int i = 0; i < 100; i++) {
      clicks.add(click(columns, i, "b=%03d".formatted(i)));
    }

    SessionValues exact = values(columns, clicks);
    clicks.add(click(columns, 120, "b=0505"));
    SessionValues more = values(columns, clicks);

    assertThat(set(exact, "fields.few"))
        .isEqualTo(new TextSet(List.of("B", "b", "\u00e4", "\uffee", SMILE), false));
    assertThat(set(exact, "fields.many").texts()).hasSize(100);
    assertThat(set(exact, "fields.many").isTruncated()).isFalse();
    List<String> kept = new ArrayList<>(set(exact, "fields.many").texts().subList(0, 99));
    kept.add(51, "0505");
    assertThat(set(more, "fields.many")).isEqualTo(new TextSet(kept, true));
  }

  @Test
  @DisplayName("F07: different texts are counted exactly to 1 000, which also stands for more")
  void shouldCountDifferentTexts() throws Exception {
    Columns columns = table(field("few", How.DISTINCT, "a"), field("many", How.DISTINCT, "b"));
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 999; i++) {
      clicks.add(click(columns, i % 60, "a=" + i % 7, "b=" + i));
    }

    SessionValues below = values(columns, clicks);
    clicks.add(click(columns, 9, "b=999"));
    SessionValues at = values(columns, clicks);
    clicks.add(click(columns, 10, "b=1000"));
    SessionValues above = values(columns, clicks);

    assertThat(below.number("fields.few")).isEqualTo(7);
    assertThat(below.number("fields.many")).isEqualTo(999);
    assertThat(at.number("fields.many")).isEqualTo(1_000);
    assertThat(above.number("fields.many")).isEqualTo(1_000);
  }

  @Test
  @DisplayName("F07: a count that is full stays full when sessions become one, from either side")
  void shouldStayFullWhenSessionsBecomeOne() throws Exception {
    Columns columns = table(field("many", How.DISTINCT, "a"));
    List<Click> full = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      full.add(click(columns, 100 + i % 5, "a=" + i));
    }
    for (long other : List.of(60L, 150L)) {
      Sessionizer sessionizer = start(columns);
      sessionizer.click(click(columns, other, "a=other"));
      for (Click click : full) {
        sessionizer.click(click);
      }
      sessionizer.click(click(columns, (other + 102) / 2));
      sessionizer.end();

      assertThat(only(sessionizer).number("fields.many")).isEqualTo(1_000);
    }
  }

  @Test
  @DisplayName("F08: a goal has how often it was reached, when first, and no value without one")
  void shouldReachGoal() throws Exception {
    Columns columns = table(goal("order", "total", null, null));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, 0, "total=5"),
                click(columns, 20, "reached"),
                click(columns, 40, "reached", "other"),
                click(columns, 60)));

    assertThat(goal(values)).isEqualTo(goal(2, null, null, 20));
  }

  @Test
  @DisplayName("F09: its value is the largest sum of one currency, of equal ones the first by name")
  void shouldSumGoalByCurrency() throws Exception {
    Columns columns = table(goal("order", "total", "code", null));
    List<Click> clicks =
        new ArrayList<>(
            List.of(
                click(columns, 10, "reached", "total=1.50", "code=eur"),
                click(columns, 35, "reached", "total=1.50", "code=EUR"),
                click(columns, 20, "reached", "total=3", "code=USD")));

    assertThat(goal(values(columns, clicks))).isEqualTo(goal(3, "3", "EUR", 10));

    clicks.add(click(columns, 50, "reached", "total=3.01"));
    assertThat(goal(values(columns, clicks))).isEqualTo(goal(4, "3.01", null, 10));

    // Of more than eight currencies the first eight by name count, no name being the first.
    for (int i = 0; i < 9; i++) {
      clicks.add(click(columns, 40 + i, "reached", "total=9" + i, "code=A" + i));
    }
    assertThat(goal(values(columns, clicks))).isEqualTo(goal(13, "96", "A6", 10));
  }

  @Test
  @DisplayName("F10: once per text the first click counts; without a text each does")
  void shouldCountOncePerText() throws Exception {
    Columns columns = table(goal("order", "total", "code", "order"));

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, Clicks.at(60).id("0"), "reached", "order=1", "total=1"),
                click(columns, Clicks.at(30).id("b"), "reached", "order=1", "total=2"),
                click(columns, Clicks.at(30).id("a"), "reached", "order=1", "total=4"),
                click(columns, Clicks.at(30), "reached", "order=2", "total=16", "code=usd"),
                click(columns, Clicks.at(30), "reached", "order=2", "total=08", "code=usd"),
                click(columns, Clicks.at(30), "reached", "order=2", "total=16"),
                click(columns, Clicks.at(20), "order=1", "total=1000"),
                click(columns, Clicks.at(50), "reached", "total=32"),
                click(columns, Clicks.at(50), "reached", "total=32"),
                click(columns, Clicks.at(0))));

    // Values of one moment are told apart as texts: 16 is before 8.
    assertThat(goal(values)).isEqualTo(goal(4, "84", null, 30));
  }

  @Test
  @DisplayName("F11: of more than 1 000 texts the same ones count in any order of arrival")
  void shouldBoundTextsOfGoalIndependentlyOfOrder() throws Exception {
    Columns columns = table(goal("order", "total", null, "order"));
    List<Click> clicks =
        IntStream.range(0, 1_100)
            .mapToObj(i -> click(columns, i % 60, "reached", "order=" + i, "total=" + i))
            .toList();

    assertThat(goal(values(columns, clicks)).count()).isEqualTo(1_000);
    assertThat(goal(values(columns, clicks.subList(0, 1_000))).value()).isEqualTo("499500");
  }

  @Test
  @DisplayName("F12: engaged time that clicks say is their sum, 0 without any")
  void shouldSumEngagedTime() throws Exception {
    Columns columns = table(new Engagement.Milliseconds(DefinedClicks.at("ms")));

    assertThat(
            decimal(
                values(
                    columns,
                    List.of(
                        click(columns, 0, "ms=1500"),
                        click(columns, 20, "ms=0"),
                        click(columns, 40, "ms=2500.0"),
                        click(columns, 60, "ms=1.5"),
                        click(columns, 60, "ms=-1"))),
                "engaged_ms"))
        .isEqualTo("4000");
    assertThat(decimal(values(columns, List.of(click(columns, 0))), "engaged_ms")).isNull();
  }

  @Test
  @DisplayName("F13: of pings it counts each heartbeat of a page, the first one as the least visit")
  void shouldCountPings() throws Exception {
    Columns columns =
        table(
            new Engagement.Pings(
                DefinedClicks.where("ping"), Duration.ofMillis(10), Duration.ofMillis(4)));
    // The epoch is a multiple of the heartbeat.
    assertThat(Clicks.EPOCH % 10).isZero();

    SessionValues values =
        values(
            columns,
            List.of(
                click(columns, Clicks.at(0).page("/a"), "ping"),
                click(columns, Clicks.at(9).page("/a"), "ping"),
                click(columns, Clicks.at(10).page("/a"), "ping"),
                click(columns, Clicks.at(30).page("/a"), "ping"),
                click(columns, Clicks.at(30).page("/b"), "ping"),
                click(columns, Clicks.at(41).page("/c")),
                click(columns, Clicks.at(50), "ping"),
                click(columns, Clicks.at(61), "ping")));

    // Pairs: /a at 0, 1, 3; /b at 3; no page at 5 and 6. Pages: /a, /b, none.
    assertThat(values.number("engaged_ms")).isEqualTo(10 * (6 - 3) + 3 * 4);
  }

  @Test
  @DisplayName("F14: pairs of pings are exact to 1 000, which also stands for more")
  void shouldBoundPings() throws Exception {
    Columns columns =
        table(
            new Engagement.Pings(
                DefinedClicks.where("ping"), Duration.ofMillis(10), Duration.ofMillis(4)));
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 1_010; i++) {
      clicks.add(click(columns, Clicks.at(i % 101 * 10).page("/" + i / 101), "ping"));
    }

    assertThat(values(columns, clicks.subList(0, 999)).number("engaged_ms"))
        .isEqualTo(10 * (999 - 10) + 10 * 4);
    assertThat(values(columns, clicks).number("engaged_ms")).isEqualTo(10 * (1_000 - 10) + 10 * 4);
  }

  @Test
  @DisplayName("F15: a duplicate and a late click count nowhere, a behind one makes a revision")
  void shouldCountOnlyAcceptedClicks() throws Exception {
    Columns columns =
        table(
            List.of(field("sum", How.SUM, "a"), field("set", How.SET, "a")),
            List.of(goal("order", "a", null, null)),
            null);
    Sessionizer sessionizer = start(columns);
    sessionizer.click(click(columns, Clicks.at(100).id("x"), "a=1", "reached"));
    sessionizer.click(click(columns, Clicks.at(101).id("x"), "a=2", "reached"));
    sessionizer.watermark(130);
    sessionizer.click(click(columns, Clicks.at(80).id("y"), "a=4", "reached"));
    sessionizer.click(click(columns, Clicks.at(110).id("z"), "a=8", "reached"));
    sessionizer.watermark(140);

    SessionValues last = of(sessionizer.sessions().get(sessionizer.sessions().size() - 1));
    assertThat(sessionizer.late()).hasSize(1);
    assertThat(sessionizer.duplicates()).isEqualTo(1);
    assertThat(decimal(of(sessionizer.sessions().get(0)), "fields.sum")).isEqualTo("1");
    assertThat(decimal(last, "fields.sum")).isEqualTo("9");
    assertThat(set(last, "fields.set")).isEqualTo(new TextSet(List.of("1", "8"), false));
    assertThat(goal(last)).isEqualTo(goal(2, "9", null, 100));
  }

  @Test
  @DisplayName("F16: under the same definitions a restored session goes on, in whatever order")
  void shouldGoOnUnderTheSameDefinitions() throws Exception {
    List<FieldDefinition> fields =
        List.of(
            field("first", How.FIRST, "a"),
            field("last", How.LAST, "b"),
            field("max", How.MAX, "a"),
            field("set", How.SET, "a"),
            field("distinct", How.DISTINCT, "a"),
            where("count", How.COUNT, null, "reached"));
    Columns before = table(fields, List.of(goal("order", "a", "b", "b")), null);
    List<FieldDefinition> reversed = new ArrayList<>(fields);
    Collections.reverse(reversed);
    Columns after = table(reversed, List.of(goal("order", "a", "b", "b")), null);

    Sessionizer sessionizer = start(before);
    sessionizer.click(click(before, 20, "a=5", "b=x", "reached"));
    sessionizer.restart(SETTINGS, before);
    sessionizer.click(click(before, 30, "a=7", "b=y"));
    sessionizer.restart(SETTINGS, after);
    sessionizer.click(click(after, 10, "a=6", "b=x", "reached"));
    sessionizer.end();

    SessionValues values = only(sessionizer);
    assertThat(values.text("fields.first")).isEqualTo("6");
    assertThat(values.text("fields.last")).isEqualTo("y");
    assertThat(decimal(values, "fields.max")).isEqualTo("7");
    assertThat(set(values, "fields.set").texts()).containsExactly("5", "6", "7");
    assertThat(values.number("fields.distinct")).isEqualTo(3);
    assertThat(values.number("fields.count")).isEqualTo(2);
    assertThat(goal(values)).isEqualTo(goal(1, "6", "X", 10));
  }

  @Test
  @DisplayName("F17: a changed definition begins empty, others go on, nothing is emitted again")
  void shouldBeginEmptyWhenDefinitionChanged() throws Exception {
    Columns before =
        table(
            List.of(
                field("same", How.SUM, "a"),
                field("path", How.SUM, "a"),
                field("how", How.MAX, "a"),
                where("condition", How.SUM, "a", "fits"),
                field("gone", How.SET, "a")),
            List.of(goal("same", "a", null, null), goal("changed", "a", null, null)),
            null);
    Columns after =
        table(
            List.of(
                field("new", How.SET, "a"),
                where("condition", How.SUM, "a", "other"),
                field("how", How.MIN, "a"),
                field("path", How.SUM, "b"),
                field("same", How.SUM, "a")),
            List.of(goal("changed", "a", "b", null), goal("same", "a", null, null)),
            null);

    Sessionizer sessionizer = start(before);
    sessionizer.click(click(before, 10, "a=1", "reached", "fits", "other"));
    sessionizer.watermark(40);
    sessionizer.click(click(before, 50, "a=1", "b=10", "reached", "fits", "other"));
    sessionizer.restart(SETTINGS, after);
    sessionizer.watermark(41);
    assertThat(sessionizer.sessions()).hasSize(1);
    sessionizer.click(click(after, 60, "a=2", "b=20", "reached", "fits", "other"));
    sessionizer.end();

    assertThat(sessionizer.sessions()).hasSize(2);
    SessionValues values = of(sessionizer.sessions().get(1));
    assertThat(decimal(values, "fields.same")).isEqualTo("3");
    assertThat(decimal(values, "fields.path")).isEqualTo("20");
    assertThat(decimal(values, "fields.how")).isEqualTo("2");
    assertThat(decimal(values, "fields.condition")).isEqualTo("2");
    assertThat(set(values, "fields.new").texts()).containsExactly("2");
    assertThat(values.goal(values.layout().goalSlot("goals.same")))
        .isEqualTo(goal(2, "3", null, 50));
    assertThat(values.goal(values.layout().goalSlot("goals.changed")))
        .isEqualTo(goal(1, "2", "20", 60));
  }
}
