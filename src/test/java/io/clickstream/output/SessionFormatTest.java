package io.clickstream.output;

import static io.clickstream.enrich.EnrichSamples.START;
import static io.clickstream.enrich.EnrichSamples.enriched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.RecordSize;
import io.clickstream.columns.SampleDefinitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionFormatTest {

  private static final long NOW = START + 2_000_000;
  private static final SessionFormat FORMAT = new SessionFormat(Columns.BUILT_IN);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void shouldWriteTheColumnsOfTheTableInItsOrder() {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("country", "A text.");
    table
        .frame("session_id", ColumnType.ID, "The frame.")
        .publish((s, out) -> out.id(s.session().id()));
    table.number("event_count", Own.EVENTS, "A number.");
    Columns columns = table.build();
    SessionFormat format = new SessionFormat(columns);
    Session session =
        with(
            EnrichSamples.session(1, "v", null),
            ValuesBuilder.values(columns).text("country", "DE").number("event_count", 7).build());

    // When, Then
    assertThat(text(format.format(enriched(session, NOW))))
        .isEqualTo(
            "{\"country\":\"DE\",\"session_id\":\"%s\",\"event_count\":7}"
                .formatted(EnrichSamples.id(1)));
    assertThat(text(format.format(enriched(EnrichSamples.retraction(1, "v", 2), NOW))))
        .isEqualTo(
            "{\"country\":null,\"session_id\":\"%s\",\"event_count\":null}"
                .formatted(EnrichSamples.id(1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void shouldFailWhenColumnDoesNotWriteOneValue(int values) {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table
        .made("odd", ColumnType.INTEGER, "Writes what it must not.")
        .publish(
            (s, out) -> {
              for (int i = 0; i < values; i++) {
                out.number(i);
              }
            });
    SessionFormat format = new SessionFormat(table.build());

    // When, Then
    assertThatThrownBy(() -> format.format(enriched(EnrichSamples.session(1, "v", null), NOW)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("odd: expected that the column writes one value, found ");
  }

  @Test
  void shouldWriteNextRecordAloneWhenOneFailed() {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table.made("one", ColumnType.INTEGER, "Always.").publish((s, out) -> out.number(1));
    table
        .made("revision", ColumnType.INTEGER, "Fails if there is none.")
        .publish(
            (s, out) -> {
              if (s.revision() == 0) {
                throw new IllegalArgumentException("none");
              }
              out.number(s.revision());
            });
    SessionFormat format = new SessionFormat(table.build());
    Session session = EnrichSamples.session(1, "v", null);
    EnrichedSession good = enriched(session, NOW);
    String written = text(format.format(good));
    assertThatThrownBy(
            () -> format.format(new EnrichedSession(session, good.enrichment(), 0, NOW, NOW)))
        .hasMessage("none");

    // When, Then
    assertThat(text(format.format(good)))
        .isEqualTo("{\"one\":1,\"revision\":%d}".formatted(good.revision()))
        .isEqualTo(written);
  }

  private static String text(OutputRecord record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteWhatSettingsDefineInTwoObjects() throws Exception {
    // Given
    SessionFormat format = new SessionFormat(SampleDefinitions.COLUMNS);

    // When
    JsonNode session =
        json(
            format.format(
                enriched(
                    with(EnrichSamples.session(1, "v", null), SampleDefinitions.full().build()),
                    NOW)));

    // Then
    assertThat(session.get("fields"))
        .hasToString(
            """
            {"plan":"pro","score":"-7.25","trial":true,"fastest":"0.5","scroll":"100",\
            "items":"%s.%s","errors":3,"failed":true,"experiments":["a","b"],\
            "experiments_truncated":true,"tags":["\\"x\\", {y}"],"tags_truncated":false,"screens":4}\
            """
                .formatted("9".repeat(38), "9".repeat(18)));
    assertThat(session.get("goals"))
        .hasToString(
            """
            {"order":{"count":2,"value":"120","currency":"EUR","first_at":1704067201000},\
            "signup":{"count":0,"value":null,"currency":null,"first_at":null}}\
            """);
    assertThat(session.get("converted")).isEqualTo(BooleanNode.TRUE);
  }

  @Test
  void shouldWriteWhatSettingsDefineWithoutAnyValue() throws Exception {
    // Given
    SessionFormat format = new SessionFormat(SampleDefinitions.COLUMNS);

    // When
    JsonNode session =
        json(
            format.format(
                enriched(
                    with(EnrichSamples.session(1, "v", null), SampleDefinitions.empty().build()),
                    NOW)));

    // Then
    assertThat(session.get("fields"))
        .hasToString(
            """
            {"plan":null,"score":null,"trial":null,"fastest":null,"scroll":null,"items":null,\
            "errors":0,"failed":false,"experiments":[],"experiments_truncated":false,"tags":[],\
            "tags_truncated":false,"screens":0}\
            """);
    assertThat(session.get("converted")).isEqualTo(BooleanNode.FALSE);
  }

  @Test
  void shouldWriteNullForBothObjectsWhenSessionIsRetracted() throws Exception {
    // Given
    SessionFormat format = new SessionFormat(SampleDefinitions.COLUMNS);
    OutputRecord session =
        format.format(
            enriched(
                with(EnrichSamples.session(1, "v", null), SampleDefinitions.full().build()), NOW));

    // When
    OutputRecord retraction = format.format(enriched(EnrichSamples.retraction(1, "v", 2), NOW));

    // Then
    assertThat(json(retraction).get("fields")).isEqualTo(NullNode.getInstance());
    assertThat(json(retraction).get("goals")).isEqualTo(NullNode.getInstance());
    assertThat(fieldNames(retraction)).containsExactlyElementsOf(fieldNames(session));
  }

  @Test
  void shouldWriteNoObjectWhenNothingIsDefined() throws Exception {
    assertThat(fieldNames(FORMAT.format(enriched(EnrichSamples.fullSession(), NOW))))
        .doesNotContain("fields", "goals", "converted");
  }

  @Test
  void shouldStayBelowItsOwnLimitWhateverTheClicksSayForWhatSettingsDefine() {
    // Given: sets and texts as large as they may be, each character six bytes of JSON
    String text = "\u0001".repeat(1_024);
    BigDecimal number = new BigDecimal("-" + "9".repeat(38) + "." + "9".repeat(18));
    ValuesBuilder values = SampleDefinitions.empty();
    TextSet set = new TextSet(Collections.nCopies(100, text), true);
    SampleDefinitions.COLUMNS.sets().forEach(column -> values.set(column.name(), set));
    SampleDefinitions.COLUMNS.decimals().forEach(column -> values.decimal(column.name(), number));
    SampleDefinitions.COLUMNS
        .goals()
        .forEach(
            column ->
                values.goal(column.name(), new Goal(1_000_000_000, number, text, Long.MAX_VALUE)));
    values.text("fields.plan", text).text("fields.score", number.toPlainString());
    Session session = with(EnrichSamples.session(1, "v", null), values.build());

    // When
    int defined =
        new SessionFormat(SampleDefinitions.COLUMNS).format(enriched(session, NOW)).value().length
            - FORMAT.format(enriched(EnrichSamples.session(1, "v", null), NOW)).value().length;

    // Then
    assertThat((long) defined)
        .isBetween(1_200_000L, RecordSize.written(SampleDefinitions.COLUMNS) - RecordSize.BUILT_IN);
    assertThat(RecordSize.written(Columns.BUILT_IN)).isEqualTo(RecordSize.BUILT_IN);
  }

  @Test
  void shouldStayBelowWhatTheTopicIsAskedToTakeWhateverTheClicksSay() {
    // Given: ids and texts as long as they may be, each character six bytes of JSON
    String id = "\u0001".repeat(1_024);
    String text = "\u0001".repeat(4_096);
    Visitor visitor = new Visitor(id, VisitorKind.USER, id);
    List<ProductActivity> products =
        Collections.nCopies(100, new ProductActivity(id, 999_999_999, 999_999_999, 999_999_999));
    ValuesBuilder values =
        ValuesBuilder.values()
            .end(START)
            .endReason(EndReason.MAX_EVENTS)
            .revenue(Collections.nCopies(8, new Money(id, new BigDecimal("999999999999999.99"))))
            .products(products);
    Columns.BUILT_IN.numbers().forEach(column -> values.number(column.name(), 999_999_999));
    Columns.BUILT_IN.texts().forEach(column -> values.text(column.name(), text));
    Enrichment enrichment =
        new Enrichment(
            id,
            id,
            Collections.nCopies(100, new Enrichment.Count(id, 999_999_999)),
            id,
            id,
            EnrichmentStatus.FULL);

    // When
    byte[] value =
        FORMAT
            .format(
                enriched(
                    new Session(UUID.randomUUID(), 1, null, visitor, START, values.build()),
                    enrichment,
                    NOW))
            .value();

    // Then
    assertThat(value.length).isBetween(1_550_000, RecordSize.BUILT_IN);
  }

  @Test
  void shouldHaveSameFieldsInSessionsAndRetractions() throws Exception {
    assertThat(fieldNames(FORMAT.format(enriched(EnrichSamples.retraction(1, "v", 2), NOW))))
        .containsExactlyElementsOf(
            fieldNames(FORMAT.format(enriched(EnrichSamples.fullSession(), NOW))));
  }

  @Test
  void shouldGiveRetractionAndReplacementOneHash() {
    // Given
    Session replacement = EnrichSamples.session(2, "d-1", null);

    // When, Then
    assertThat(FORMAT.format(enriched(EnrichSamples.retraction(1, "d-1", 2), NOW)).hash())
        .isEqualTo(FORMAT.format(enriched(replacement, NOW)).hash());
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldWriteAsJacksonDoes(OutputRecord record) throws Exception {
    byte[] again = MAPPER.writeValueAsBytes(MAPPER.readTree(record.value()));

    assertThat(new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(new String(again, StandardCharsets.UTF_8));
  }

  static Stream<OutputRecord> records() {
    List<Money> revenue = List.of(money("EUR", "3"), money("\u0000\"", "2.0"), money("", "1E+1"));
    List<ProductActivity> products = List.of(new ProductActivity("\t\\", 1_000_000, 10, 0));
    Enrichment enrichment =
        new Enrichment(
            "ü",
            "\uD83D\uDE00",
            List.of(new Enrichment.Count("\r", Long.MAX_VALUE)),
            null,
            "",
            EnrichmentStatus.MISSING);
    return Stream.of(
        FORMAT.format(enriched(EnrichSamples.retraction(1, "v", 2), NOW)),
        FORMAT.format(enriched(EnrichSamples.session(1, "v", null), NOW)),
        FORMAT.format(
            enriched(
                with(
                    EnrichSamples.session(1, "\u007F/", null),
                    EnrichSamples.values("\u001F", products, revenue)),
                enrichment,
                -NOW)));
  }

  @Test
  void shouldWriteEveryRecordAnew() {
    // Given
    SessionFormat format = new SessionFormat(Columns.BUILT_IN);
    OutputRecord first = format.format(enriched(EnrichSamples.fullSession(), NOW));
    byte[] bytes = first.value().clone();

    // When
    OutputRecord second = format.format(enriched(EnrichSamples.retraction(1, "d-1", 2), NOW));

    // Then
    assertThat(first.value()).isEqualTo(bytes);
    assertThat(second.value())
        .isEqualTo(FORMAT.format(enriched(EnrichSamples.retraction(1, "d-1", 2), NOW)).value());
  }

  private static Money money(String currency, String amount) {
    return new Money(currency, new BigDecimal(amount));
  }

  private static Session with(Session session, SessionValues values) {
    return new Session(
        session.id(), session.revision(), null, session.visitor(), session.start(), values);
  }

  private static JsonNode json(OutputRecord record) throws IOException {
    return MAPPER.readTree(record.value());
  }

  private static List<String> fieldNames(OutputRecord record) throws Exception {
    List<String> names = new ArrayList<>();
    MAPPER.readTree(record.value()).fieldNames().forEachRemaining(names::add);
    return names;
  }
}
