package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Origin;
import io.clickstream.model.SessionValues;
import io.clickstream.session.operator.ClickBytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sessions of a visitor, their bytes, and a look into them, for tests of state. */
public final class SessionSamples {

  /** The settings under which {@link #of} made its sessions. */
  public static final SessionSettings SETTINGS = SessionSemantics.settings(30, 20, 60, 10_000, 3);

  private SessionSamples() {}

  /**
   * One visitor with an emitted, a cut, a reopened and a merging session, two orders, one of them
   * with a list of products, and a click id.
   */
  public static VisitorSessions of(Columns columns) {
    return of(
        columns,
        List.of(
            at(46).clickId("g-0"),
            at(151).id("o0").kind(EventKind.PURCHASE).products("p6 2 1", "p4").order("o-1"),
            at(153).id("v").clickId("g-1"),
            at(154).id("w").products("p8", "p7").kind(EventKind.PRODUCT_VIEW)));
  }

  /** A definition of each kind. */
  public static final Columns DEFINED =
      Columns.of(
          new Definitions(
              List.of(
                  field("first", How.FIRST, "text"),
                  field("last", How.LAST, "text"),
                  field("min", How.MIN, "number"),
                  field("max", How.MAX, "number"),
                  field("sum", How.SUM, "number"),
                  field("set", How.SET, "text"),
                  field("distinct", How.DISTINCT, "text"),
                  new FieldDefinition(
                      "count", How.COUNT, null, Type.TEXT, DefinedClicks.where("odd"))),
              List.of(
                  new GoalDefinition("plain", DefinedClicks.where("odd"), null, null, null),
                  new GoalDefinition(
                      "order",
                      DefinedClicks.where("odd"),
                      DefinedClicks.at("number"),
                      DefinedClicks.at("text"),
                      DefinedClicks.at("once"))),
              new Engagement.Pings(
                  DefinedClicks.where("odd"), Duration.ofMillis(10), Duration.ofMillis(2)),
              Engaged.GA4,
              Bounce.SINGLE_VIEW));

  private static FieldDefinition field(String name, How how, String path) {
    return new FieldDefinition(name, how, DefinedClicks.at(path), Type.TEXT, null);
  }

  /** {@link #of} under {@link #DEFINED}, with values. */
  public static VisitorSessions ofDefinitions() {
    VisitorSessions sessions = of(DEFINED);
    SessionRules rules = new SessionRules(DEFINED, SETTINGS, null, new ClickBytes());
    DefinedClicks.Reader reader = new DefinedClicks.Reader(DEFINED);
    for (int i = 0; i < 20; i++) {
      Map<String, String> texts = new HashMap<>();
      texts.put("text", "t\u00e4" + i % 3);
      texts.put("number", new BigDecimal(i - 7).movePointLeft(i % 5).toString());
      texts.put("once", i % 4 == 0 ? null : "o" + i % 3);
      Click click = at(60 + i % 17).id("d" + i).page("/" + i % 2).click();
      rules.accept(
          sessions,
          Clicks.inValue(
              reader.read(
                  click, new DefinedClicks.Values(texts, i % 2 == 0 ? Set.of() : Set.of("odd")))),
          Long.MIN_VALUE,
          Long.MIN_VALUE);
    }
    return sessions;
  }

  /** Cuts of each kind that sessions and waiting clicks can tell of. */
  public static final Columns CUT =
      Columns.of(
          Definitions.NONE.with(
              new CutDefinitions(
                  true,
                  Campaigns.CHANGE,
                  List.of(DefinedClicks.at("a"), DefinedClicks.at("b")),
                  null,
                  DefinedClicks.where("end"),
                  ZoneOffset.UTC,
                  DefinedClicks.where("passive"),
                  CutDefinitions.MAX_WAITING)));

  /**
   * One visitor with sessions at a midnight and at a mark, of which one is to be emitted again, and
   * with clicks that wait from 30 to 34, among them a passive one.
   *
   * @param rules those of {@link #CUT}
   */
  public static VisitorSessions ofCuts(SessionRules rules) {
    VisitorSessions sessions = new VisitorSessions();
    for (Click click :
        List.of(
            cut(at(-5).user("u").id("m"), Map.of("a", "1")),
            cut(at(5).user("u").campaign("s", null, null), Map.of()),
            cut(at(12).user("v"), Map.of("b", "2")))) {
      rules.accept(sessions, click, Long.MIN_VALUE, Long.MIN_VALUE);
    }
    long watermark = Clicks.EPOCH + 20;
    rules.reach(watermark);
    rules.advance(Clicks.VISITOR, sessions, watermark, Long.MIN_VALUE, session -> {});
    for (Click click :
        List.of(
            cut(at(8).user("behind"), Map.of()),
            cut(at(33).user("w").id("n"), Map.of("a", "1"), "end"),
            cut(at(34).user("w"), Map.of()),
            cut(at(31), Map.of(), "passive"),
            cut(at(30).user("v"), Map.of("b", "3")))) {
      rules.accept(sessions, click, watermark, Long.MIN_VALUE);
    }
    sessions.timer = Clicks.EPOCH + 30;
    return sessions;
  }

  private static Click cut(
      Clicks.Builder builder, Map<String, String> texts, String... conditions) {
    Click click = builder.click();
    String content = click.timestamp() + " " + new TreeMap<>(texts) + List.of(conditions);
    return new DefinedClicks.Reader(CUT)
        .read(
            click.withOrigin(
                new Origin("raw-clicks", 1, 2, null, content.getBytes(StandardCharsets.UTF_8))),
            new DefinedClicks.Values(texts, Set.of(conditions)));
  }

  /** The same without what the first format of state had not. */
  public static VisitorSessions ofFormat1(Columns columns) {
    return of(columns, List.of());
  }

  private static VisitorSessions of(Columns columns, List<Clicks.Builder> more) {
    SessionRules rules = new SessionRules(columns, SETTINGS, null, new ClickBytes());
    VisitorSessions sessions = new VisitorSessions();
    long horizon = Long.MIN_VALUE;
    for (Clicks.Builder click :
        List.of(
            at(0).id("a").page("/ä").anonymous("d").user("u").referrer("r").userAgent("ua"),
            at(20).id("b").kind(EventKind.PRODUCT_VIEW).product("p1").device("phone"),
            at(45).purchase("p2", 3, "12.345", "EUR").country("DE").campaign("s", null, "c"),
            // Beyond the longest duration: a cut.
            at(75).id("c").page("/x"),
            at(75).id("c2").page("/y"),
            at(150).purchase("p3", 1, "-1", null),
            at(151).id("o1").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).id("o2").purchase("p4", 2, "3.50", "usd").order("o-1"),
            at(152).purchase("p5", 1, "7", null).order("o-2"),
            at(152).id("d").page("/z"))) {
      rules.accept(sessions, Clicks.inValue(click.click()), Long.MIN_VALUE, horizon);
    }
    for (Clicks.Builder click : more) {
      rules.accept(sessions, Clicks.besideValue(click.click()), Long.MIN_VALUE, horizon);
    }
    long watermark = Clicks.EPOCH + 184;
    rules.advance(Clicks.VISITOR, sessions, watermark, horizon, session -> {});
    // An earlier start for the last session, whose emitted id is to be retracted.
    rules.accept(sessions, at(140).id("f").click(), watermark, horizon);
    rules.accept(sessions, at(10).id("a").click(), watermark, horizon);
    sessions.timer = Clicks.EPOCH + 106;
    return sessions;
  }

  /** The form in a state that has had one table of columns. */
  static StateFormat format(Columns columns) {
    return new StateFormat(List.of(StoredColumn.of(columns)), 0);
  }

  static byte[] written(VisitorSessions sessions, StateFormat format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    format.write(sessions, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The values of each session, as they would be published now. */
  public static List<SessionValues> values(VisitorSessions sessions, Columns columns) {
    BlockLayout layout = new BlockLayout(columns, SETTINGS);
    BlockValues published = new BlockValues(columns, layout, new Sites(List.of()));
    Block block = new Block(layout);
    List<SessionValues> values = new ArrayList<>();
    for (int at = 0; at < sessions.size(); at = block.behind()) {
      values.add(published.of(block.to(sessions, at)));
    }
    return values;
  }

  /** The same sessions, byte by byte. */
  public static void assertEqual(VisitorSessions actual, VisitorSessions expected) {
    assertThat(Arrays.copyOf(actual.bytes, actual.size()))
        .isEqualTo(Arrays.copyOf(expected.bytes, expected.size()));
    assertThat(actual)
        .usingRecursiveComparison()
        .ignoringFields("bytes", "pool")
        .isEqualTo(expected);
  }
}
