package io.clickstream.reconcile;

import static io.clickstream.columns.SampleDefinitions.field;
import static io.clickstream.columns.SampleDefinitions.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.Engagement.Pings;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Goal;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import io.clickstream.output.SessionFormat;
import io.clickstream.session.DefinedClicks;
import io.clickstream.session.DefinedClicks.Values;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of sessions with fields and goals, right ones and wrong ones. */
class ExpectedDefinitionsTest {

  private static final long START = EnrichSamples.START;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<FieldDefinition> FIELDS =
      List.of(
          field("plan", How.LAST, Type.TEXT),
          field("source", How.FIRST, Type.TEXT),
          field("fastest", How.MIN, Type.NUMBER),
          field("scroll", How.MAX, Type.NUMBER),
          field("items", How.SUM, Type.NUMBER),
          new FieldDefinition("errors", How.COUNT, null, Type.TEXT, DefinedClicks.where("error")),
          new FieldDefinition("failed", How.ANY, null, Type.TEXT, DefinedClicks.where("error")),
          field("tests", How.SET, Type.TEXT),
          field("screens", How.DISTINCT, Type.TEXT));

  private static final GoalDefinition ORDER =
      new GoalDefinition(
          "order",
          DefinedClicks.where("paid"),
          value("properties.total"),
          value("properties.currency"),
          value("properties.order"));

  private static final Pings PINGS =
      new Pings(DefinedClicks.where("ping"), Duration.ofSeconds(10), Duration.ofSeconds(5));

  private static final Definitions ALL =
      new Definitions(FIELDS, List.of(ORDER), PINGS, Engaged.GA4, Bounce.SINGLE_VIEW);

  private static final Columns COLUMNS = Columns.of(ALL);

  /** An order that came twice, another one, and a ping. */
  private static final List<Click> CLICKS =
      List.of(
          click(
              COLUMNS,
              0,
              EventKind.PAGE_VIEW,
              Map.of(
                  "plan", "free", "source", "ad", "fastest", "7", "scroll", "9.50", "items", "0.1",
                  "tests", "b", "screens", "x"),
              "ping"),
          click(
              COLUMNS,
              1,
              EventKind.OTHER,
              Map.of("total", "10.00", "currency", "eur", "order", "1", "items", "0.2"),
              "paid",
              "error"),
          click(
              COLUMNS,
              2,
              EventKind.OTHER,
              Map.of("total", "10.00", "currency", "eur", "order", "1", "fastest", "-1"),
              "paid"),
          click(
              COLUMNS,
              3,
              EventKind.OTHER,
              Map.of(
                  "total",
                  "5.5",
                  "currency",
                  "EUR",
                  "order",
                  "2",
                  "plan",
                  "pro",
                  "source",
                  "mail",
                  "scroll",
                  "10",
                  "tests",
                  "a",
                  "screens",
                  "y"),
              "paid",
              "error"));

  private static Click click(
      Columns columns, int second, EventKind kind, Map<String, String> texts, String... where) {
    Click click =
        ClickBuilder.click(EnrichSamples.device("v"), START + 1_000L * second)
            .kind(kind, kind.text())
            .with(ClickText.EVENT_ID, "e" + second)
            .build();
    return new DefinedClicks.Reader(columns)
        .read(
            click,
            new Values(
                texts.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            text -> "properties." + text.getKey(), Map.Entry::getValue)),
                Set.of(where)));
  }

  private static ValuesBuilder values() {
    return ValuesBuilder.values(COLUMNS)
        .end(START + 3_000)
        .number("event_count", 4)
        .number("page_views", 1)
        .text("fields.plan", "pro")
        .text("fields.source", "ad")
        .decimal("fields.fastest", new BigDecimal("-1"))
        .decimal("fields.scroll", BigDecimal.TEN)
        .decimal("fields.items", new BigDecimal("0.3"))
        .number("fields.errors", 2)
        .number("fields.failed", 1)
        .set("fields.tests", new TextSet(List.of("a", "b"), false))
        .number("fields.screens", 2)
        .number("engaged_ms", 5_000)
        .goal("goals.order", new Goal(2, new BigDecimal("15.5"), "EUR", START + 1_000));
  }

  private static ObjectNode record(Columns columns, SessionValues values) throws IOException {
    Session session =
        new Session(EnrichSamples.id(7), 3, null, EnrichSamples.device("v"), START, values);
    return (ObjectNode)
        MAPPER.readTree(
            new SessionFormat(columns)
                .format(EnrichSamples.enriched(session, START + 40_000))
                .value());
  }

  private static ExpectedSession expected() {
    return new ExpectedSession(COLUMNS, ALL, List.of(), CLICKS);
  }

  @Test
  void shouldFindNothingWhenFieldsAndGoalsAreThoseOfTheClicks() throws Exception {
    assertThat(expected().differences(record(COLUMNS, values().build()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fields | plan | \"free\" | fields.plan=free expected=pro",
        "fields | source | \"mail\" | fields.source=mail expected=ad",
        "fields | source | null | fields.source=null expected=ad",
        "fields | fastest | \"7\" | fields.fastest=7 expected=-1",
        "fields | scroll | \"9.5\" | fields.scroll=9.5 expected=10",
        "fields | items | \"0.2\" | fields.items=0.2 expected=0.3",
        "fields | errors | 3 | fields.errors=3 expected=2",
        "fields | failed | false | fields.failed=false expected=true",
        "fields | tests | [\"a\"] | fields.tests=[\"a\"] expected=[\"a\",\"b\"]",
        "fields | tests_truncated | true | fields.tests_truncated=true expected=false",
        "fields | screens | 1 | fields.screens=1 expected=2",
        "'' | engaged_ms | 10000 | engaged_ms=10000 expected=5000",
        "'' | converted | false | converted=false expected=true",
        "'' | is_engaged | false | is_engaged=false expected=true",
        "'' | is_bounce | false | is_bounce=false expected=true",
      })
  void shouldNameTheFieldThatIsWrong(String object, String key, String value, String difference)
      throws Exception {
    ObjectNode record = record(COLUMNS, values().build());
    (object.isEmpty() ? record : (ObjectNode) record.get(object)).set(key, MAPPER.readTree(value));

    assertThat(expected().differences(record)).containsExactly(difference);
  }

  @Test
  void shouldNameTheGoalThatIsWrongOrMissing() throws Exception {
    JsonNode right = record(COLUMNS, values().build()).at("/goals/order");
    for (String key : List.of("count", "value", "currency", "first_at")) {
      ObjectNode wrong = record(COLUMNS, values().build());
      ((ObjectNode) wrong.at("/goals/order")).putNull(key);
      assertThat(expected().differences(wrong))
          .as(key)
          .containsExactly("goals.order=%s expected=%s".formatted(wrong.at("/goals/order"), right));
    }

    ObjectNode missing = record(COLUMNS, values().build());
    ((ObjectNode) missing.get("goals")).removeAll();
    assertThat(expected().differences(missing))
        .containsExactly("goals.order=missing expected=" + right);

    // A job that forgot the goal would forget that it converted, too.
    ObjectNode notReached = record(COLUMNS, values().goal("goals.order", Goal.NOT_REACHED).build());
    assertThat(expected().differences(notReached))
        .containsExactlyInAnyOrder(
            "goals.order=%s expected=%s".formatted(notReached.at("/goals/order"), right),
            "converted=false expected=true",
            "is_engaged=false expected=true");
  }

  @Test
  void shouldCompareTheRestOfASessionThatWasWrittenBeforeTheDefinitions() throws Exception {
    // Given: a record of a job that knew none of them, so that no goal made it engaged
    ObjectNode before =
        record(
            Columns.BUILT_IN,
            ValuesBuilder.values()
                .end(START + 3_000)
                .number("event_count", 4)
                .number("page_views", 1)
                .build());

    // When, Then
    assertThat(expected().differencesApartFromDefinitions(before)).isEmpty();
    assertThat(expected().differences(before))
        .contains(
            "fields.plan=missing expected=pro",
            "fields.errors=missing expected=2",
            "is_engaged=false expected=true",
            "converted=missing expected=true")
        .hasSize(10 + 1 + 3);

    before.put("page_views", 2);
    assertThat(expected().differencesApartFromDefinitions(before))
        .containsExactly("page_views=2 expected=1");
  }

  @ParameterizedTest
  @CsvSource({
    // engaged, bounce, views, seconds, pings, paid: is engaged, is bounce
    "GA4, SINGLE_VIEW, 1, 10, 0, false, false, true",
    "GA4, GA4, 1, 10, 0, false, false, true",
    "GA4, GA4, 1, 11, 0, false, true, false",
    "GA4, POSTHOG, 1, 9, 0, false, false, true",
    "GA4, POSTHOG, 1, 10, 0, false, false, false",
    "GA4, SINGLE_VIEW, 0, 11, 0, false, true,",
    "GA4, POSTHOG, 0, 3, 0, true, true,",
    "GA4, GA4, 0, 3, 0, false, false, true",
    "GA4, GA4, 2, 3, 0, false, true, false",
    "SNOWPLOW, GA4, 1, 60, 1, false, false, true",
    "SNOWPLOW, GA4, 1, 60, 2, false, true, false",
    "SNOWPLOW, SINGLE_VIEW, 2, 3, 0, false, true, false",
    "SNOWPLOW, SINGLE_VIEW, 1, 3, 0, true, true, true",
  })
  void shouldJudgeASessionByItsDefinitions(
      Engaged engaged,
      Bounce bounce,
      int views,
      int seconds,
      int pings,
      boolean paid,
      boolean isEngaged,
      Boolean isBounce)
      throws Exception {
    // Given: views at the beginning, pings 10 s apart, and a last click that may have paid
    Pings evenly =
        new Pings(DefinedClicks.where("ping"), Duration.ofSeconds(10), Duration.ofSeconds(10));
    Definitions definitions = new Definitions(List.of(), List.of(ORDER), evenly, engaged, bounce);
    Columns columns = Columns.of(definitions);
    List<Click> clicks = new ArrayList<>();
    IntStream.range(0, views)
        .forEach(i -> clicks.add(click(columns, 0, EventKind.PAGE_VIEW, Map.of())));
    IntStream.range(0, pings)
        .forEach(i -> clicks.add(click(columns, 10 * i, EventKind.OTHER, Map.of(), "ping")));
    if (clicks.isEmpty()) {
      clicks.add(click(columns, 0, EventKind.OTHER, Map.of()));
    }
    clicks.add(
        paid
            ? click(columns, seconds, EventKind.OTHER, Map.of(), "paid")
            : click(columns, seconds, EventKind.OTHER, Map.of()));
    ExpectedSession expected = new ExpectedSession(columns, definitions, List.of(), clicks);
    ObjectNode record = record(columns, ValuesBuilder.values(columns).end(START).build());

    // When
    record.put("is_engaged", !isEngaged);
    record.put("is_bounce", isBounce == null || !isBounce);

    // Then
    assertThat(expected.differences(record))
        .contains(
            "is_engaged=%s expected=%s".formatted(!isEngaged, isEngaged),
            "is_bounce=%s expected=%s".formatted(isBounce == null || !isBounce, isBounce));
  }

  @Test
  void shouldCompareEngagedTimeThatClicksSay() throws Exception {
    Definitions definitions =
        new Definitions(
            List.of(),
            List.of(),
            new Engagement.Milliseconds(value("properties.ms")),
            Engaged.GA4,
            Bounce.SINGLE_VIEW);
    Columns columns = Columns.of(definitions);
    ExpectedSession expected =
        new ExpectedSession(
            columns,
            definitions,
            List.of(),
            List.of(
                click(columns, 0, EventKind.OTHER, Map.of("ms", "1500")),
                click(columns, 1, EventKind.OTHER, Map.of("ms", "-1")),
                click(columns, 2, EventKind.OTHER, Map.of("ms", "250"))));
    ObjectNode record =
        record(
            columns,
            ValuesBuilder.values(columns).end(START + 2_000).number("event_count", 3).build());

    record.put("engaged_ms", 1_749);
    assertThat(expected.differences(record)).containsExactly("engaged_ms=1749 expected=1750");
  }
}
