package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Column;
import io.clickstream.columns.Column.Basis;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.ColumnsBuilder.NumberColumn;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import io.clickstream.model.Origin;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.output.SessionFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpectedSessionTest {

  private static final long START = EnrichSamples.START;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Nothing in the clicks tells these. */
  private static final Set<String> FROM_THE_RECORD =
      Set.of("session_id", "revision", "emitted_at", "duplicate_count", "late_event_count");

  private static final List<Click> CLICKS =
      List.of(
          click(0, EventKind.PAGE_VIEW, null, ClickText.PAGE_URL, "/a", ClickText.COUNTRY, "DE"),
          click(1, EventKind.PAGE_VIEW, null, ClickText.PAGE_URL, "/b", ClickText.USER_ID, "u"),
          click(
              2, EventKind.PURCHASE, "2.50", ClickText.PRODUCT_ID, "p", ClickText.CURRENCY, "eur"));

  private static Click click(
      int second,
      EventKind kind,
      @Nullable String price,
      ClickText first,
      String firstValue,
      ClickText other,
      String otherValue) {
    @Nullable String[] texts = new String[ClickText.values().length];
    texts[first.ordinal()] = firstValue;
    texts[other.ordinal()] = otherValue;
    return new Click(
        EnrichSamples.device("v"),
        START + 1_000L * second,
        kind,
        2,
        price == null ? null : new BigDecimal(price),
        ClickTexts.of(texts),
        new Origin("clicks", 0, second, null, null));
  }

  /** What the clicks come to, said by hand. */
  private static ValuesBuilder values(Columns columns) {
    return ValuesBuilder.values(columns).end(START + 2_000);
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

  private static ObjectNode recordOfClicks() throws IOException {
    return record(
        Columns.BUILT_IN,
        values(Columns.BUILT_IN)
            .text("user_id", "u")
            .number("event_count", 3)
            .number("page_views", 2)
            .number("unique_pages", 2)
            .number("purchases", 1)
            .number("duplicate_count", 4)
            .number("late_event_count", 1)
            .text("entry_page", "/a")
            .text("exit_page", "/b")
            .text("country", "DE")
            .revenue(List.of(new Money("EUR", new BigDecimal("5.0"))))
            .products(List.of(new ProductActivity("p", 0, 0, 1)))
            .build());
  }

  @Test
  void shouldFindNothingInWhatTheClicksComeTo() throws Exception {
    assertThat(
            new ExpectedSession(Columns.BUILT_IN, Definitions.NONE, List.of(), CLICKS)
                .differences(recordOfClicks()))
        .isEmpty();
  }

  @Test
  void shouldCompareEveryColumnThatComesFromClicks() throws Exception {
    ExpectedSession expected =
        new ExpectedSession(Columns.BUILT_IN, Definitions.NONE, List.of(), CLICKS);
    for (Column column : Columns.BUILT_IN.all()) {
      // Given
      ObjectNode record = recordOfClicks();
      JsonNode right = record.path(column.name());
      record.set(column.name(), MAPPER.readTree(other(column.type(), right)));

      // When
      List<String> differences = expected.differences(record);

      // Then
      if (FROM_THE_RECORD.contains(column.name()) || column.basis() == Basis.REFERENCE_DATA) {
        assertThat(differences).as(column.name()).isEmpty();
      } else {
        assertThat(differences)
            .as(column.name())
            .singleElement()
            .satisfies(
                difference ->
                    assertThat(difference).startsWith(column.name() + "=").contains(" expected="));
      }
    }
  }

  private static String other(ColumnType type, JsonNode right) {
    return switch (type) {
      case ID -> "\"%s\"".formatted(EnrichSamples.id(99));
      case TEXT, WORD -> "\"another\"";
      case INTEGER, TIME -> Long.toString(right.asLong() + 1);
      case BOOLEAN -> Boolean.toString(!right.asBoolean());
      case DECIMAL -> "\"1234.5\"";
      case DECIMALS -> "{\"XXX\":\"1234.5\"}";
      case INTEGERS -> "{\"xxx\":1}";
      case TEXTS -> "[\"another\"]";
      case GOAL -> "{\"count\":9,\"value\":null,\"currency\":null,\"first_at\":1}";
      case PRODUCTS -> "[{\"id\":\"another\",\"views\":1,\"cart_adds\":0,\"purchases\":0}]";
    };
  }

  @Test
  void shouldNotAskWhichOrdersCountWhenThereAreTooMany() throws Exception {
    // Given: as many orders as none can hold, of which the record counts some
    List<Click> clicks =
        IntStream.rangeClosed(0, 1_000)
            .mapToObj(
                i ->
                    click(
                        0,
                        EventKind.PURCHASE,
                        "1",
                        ClickText.ORDER_ID,
                        "o" + i,
                        ClickText.PRODUCT_ID,
                        "p" + i))
            .toList();
    ValuesBuilder values =
        ValuesBuilder.values()
            .end(START)
            .number("event_count", 1_001)
            .number("orders_truncated", 1)
            .number("purchases", 1_000)
            .revenue(
                List.of(new Money("", new BigDecimal("2000")), new Money("EUR", BigDecimal.ONE)))
            .products(List.of(new ProductActivity("p1", 0, 0, 1)));
    ExpectedSession expected =
        new ExpectedSession(Columns.BUILT_IN, Definitions.NONE, List.of(), clicks);

    // When, Then
    assertThat(expected.differences(record(Columns.BUILT_IN, values.build()))).isEmpty();

    // When, Then: with none, it would not be engaged
    ObjectNode record = record(Columns.BUILT_IN, values.build());
    record.put("purchases", 0);
    assertThat(expected.differences(record)).containsExactly("is_engaged=true expected=false");
  }

  @Test
  void shouldTakeFieldsThatAreMissingAsNull() throws Exception {
    // Given
    ObjectNode record = recordOfClicks();
    record.remove(List.of("referrer", "country"));

    // When, Then
    assertThat(
            new ExpectedSession(Columns.BUILT_IN, Definitions.NONE, List.of(), CLICKS)
                .differences(record))
        .containsExactly("country=null expected=DE");
  }

  @Test
  void shouldCompareTheColumnsOfAnyTable() throws Exception {
    // Given: what arrival decides, and what is made of it
    ColumnsBuilder table = new ColumnsBuilder();
    NumberColumn late = table.number("late_event_count", Own.LATE_EVENTS, "By arrival.");
    table
        .made("was_late", ColumnType.BOOLEAN, "Made of it.")
        .publish((s, out) -> out.bool(late.of(s.values()) > 0));
    table.last("last_country", "country", null, "A text.");
    table.distinct("users", "user_id", null, 10, "A number.");
    table.first("language", "Of no click that was read without it.");
    Columns columns = table.build();
    ExpectedSession expected = new ExpectedSession(columns, Definitions.NONE, List.of(), CLICKS);
    ObjectNode record =
        record(
            columns,
            values(columns)
                .number("late_event_count", 5)
                .text("last_country", "DE")
                .number("users", 1)
                .build());

    // When, Then
    assertThat(expected.differences(record)).isEmpty();
    record.put("was_late", false);
    record.put("users", 2);
    record.put("language", "de");
    assertThat(new ArrayList<>(expected.differences(record)))
        .containsExactly(
            "was_late=false expected=true", "users=2 expected=1", "language=de expected=null");
  }

  @Test
  void shouldNameTheColumnThatItCannotCompute() {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table.number("odd", Own.REFERRER, "A number that is a text.");
    Columns columns = table.build();

    // When, Then
    assertThatThrownBy(() -> new ExpectedSession(columns, Definitions.NONE, List.of(), CLICKS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("odd: there is no batch computation of REFERRER; add one to BatchSessions");
  }
}
