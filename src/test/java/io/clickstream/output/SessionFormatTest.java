package io.clickstream.output;

import static io.clickstream.enrich.EnrichSamples.START;
import static io.clickstream.enrich.EnrichSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.EndReason;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.preflight.Preflight;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SessionFormatTest {

  private static final long NOW = START + 2_000_000;
  private static final SessionFormat FORMAT = new SessionFormat(0);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Enrichment NOTHING =
      new Enrichment(null, null, List.of(), null, null, EnrichmentStatus.FULL);

  @Test
  void shouldMakeTheRevisionLargerByMillionsWhenThereIsAGeneration() throws Exception {
    // Given: the largest, which the table's 32 bits still hold
    Session session = EnrichSamples.fullSession();

    // When
    OutputRecord record = new SessionFormat(4_000).session(session, session.facts(), NOTHING, NOW);

    // Then
    assertThat(MAPPER.readTree(record.value()).get("revision").asLong())
        .isEqualTo(4_000_000_000L + session.revision());
  }

  @Test
  void shouldWriteEveryFieldOfSession() {
    // Given
    Session session = EnrichSamples.fullSession();
    Enrichment enrichment =
        new Enrichment(
            "loyal",
            "gold",
            List.of(new Enrichment.Count("bags", 6), new Enrichment.Count("shoes", 411)),
            "shoes",
            "Acme",
            EnrichmentStatus.PARTIAL);

    // When
    OutputRecord record = FORMAT.session(session, EnrichSamples.fullFacts(), enrichment, NOW);

    // Then
    assertThat(new String(record.value(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"session_id":"018cc251-f400-7abc-8def-0123456789ab","revision":3,"is_deleted":false,\
            "superseded_by":null,"visitor_kind":"USER","visitor_id":"u-1","app_id":"shop",\
            "session_start":1704067200000,"emitted_at":1704069200000,"user_id":"u-1",\
            "anonymous_id":"d-1","session_end":1704067261000,"duration_ms":61000,\
            "end_reason":"MAX_EVENTS","event_count":41,"page_views":21,"unique_pages":3,\
            "product_views":4,"searches":5,"cart_adds":6,"cart_removes":7,"checkouts":8,\
            "purchases":9,"revenue":"1234.50","currency":"EUR","revenue_other":{"USD":"0.07"},\
            "duplicate_count":10,"late_event_count":11,"is_bounce":false,"is_engaged":true,\
            "entry_page":"/entry","exit_page":"/exit","referrer":"https://example.org/?q=ü",\
            "utm_source":"newsletter","utm_medium":"mail","utm_campaign":"spring",\
            "device_type":"mobile","country":"DE","user_agent":"Mozilla/5.0 \\"quoted\\"",\
            "products":[{"id":"p-1","views":1,"cart_adds":2,"purchases":3},\
            {"id":"p-2","views":400,"cart_adds":5,"purchases":6}],"products_truncated":true,"orders_truncated":false,\
            "user_segment":"loyal","user_tier":"gold","categories":{"bags":6,"shoes":411},\
            "top_category":"shoes","top_brand":"Acme","enrichment_status":"PARTIAL"}\
            """);
    assertThat(record)
        .usingRecursiveComparison()
        .ignoringFields("value")
        .isEqualTo(
            new OutputRecord(
                OutputTopic.SESSIONS,
                "018cc251-f400-7abc-8def-0123456789ab".getBytes(StandardCharsets.UTF_8),
                null,
                List.of(),
                VisitorHash.of(session.visitor())));
  }

  @Test
  void shouldStayBelowWhatTheTopicIsAskedToTakeWhateverTheClicksSay() {
    // Given: ids and texts as long as they may be, each character six bytes of JSON
    String id = "\u0001".repeat(1_024);
    String text = "\u0001".repeat(4_096);
    Visitor visitor = new Visitor(id, VisitorKind.USER, id);
    List<ProductActivity> products =
        Collections.nCopies(100, new ProductActivity(id, 999_999_999, 999_999_999, 999_999_999));
    SessionFacts facts =
        new SessionFacts(
            START,
            EndReason.MAX_EVENTS,
            id,
            id,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Collections.nCopies(8, new Money(id, new BigDecimal("999999999999999.99"))),
            0,
            0,
            text,
            text,
            text,
            text,
            text,
            text,
            text,
            text,
            text,
            products,
            true,
            true);
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
            .session(
                new Session(UUID.randomUUID(), 1, null, visitor, START, facts),
                facts,
                enrichment,
                NOW)
            .value();

    // Then
    assertThat(value.length).isBetween(1_550_000, Preflight.LARGEST_SESSION);
  }

  @Test
  void shouldWriteRetractionWithNullForAllItDoesNotKnow() throws Exception {
    // Given
    Session retraction = EnrichSamples.retraction(1, "d-1", 2);
    List<String> known =
        List.of(
            "session_id",
            "revision",
            "is_deleted",
            "superseded_by",
            "visitor_kind",
            "visitor_id",
            "app_id",
            "session_start",
            "emitted_at");

    // When
    OutputRecord record = FORMAT.retraction(retraction, NOW);

    // Then
    String value = new String(record.value(), StandardCharsets.UTF_8);
    assertThat(value)
        .startsWith(
            "{\"session_id\":\""
                + EnrichSamples.id(1)
                + "\",\"revision\":2,\"is_deleted\":true,\"superseded_by\":\""
                + EnrichSamples.id(2)
                + "\",\"visitor_kind\":\"DEVICE\",\"visitor_id\":\"d-1\",\"app_id\":null,"
                + "\"session_start\":1704067200000,\"emitted_at\":1704069200000,");
    MAPPER
        .readTree(value)
        .properties()
        .forEach(
            field ->
                assertThat(field.getValue().isNull())
                    .as(field.getKey())
                    .isEqualTo(field.getKey().equals("app_id") || !known.contains(field.getKey())));
    assertThat(new String(record.key(), StandardCharsets.UTF_8))
        .isEqualTo(EnrichSamples.id(1).toString());
  }

  @Test
  void shouldHaveSameFieldsInSessionsAndRetractions() throws Exception {
    assertThat(fieldNames(FORMAT.retraction(EnrichSamples.retraction(1, "v", 2), NOW)))
        .containsExactlyElementsOf(
            fieldNames(
                FORMAT.session(
                    EnrichSamples.fullSession(), EnrichSamples.fullFacts(), NOTHING, NOW)));
  }

  @Test
  void shouldGiveRetractionAndReplacementOneHash() {
    // Given
    Session replacement = EnrichSamples.session(2, "d-1", null);

    // When, Then
    assertThat(FORMAT.retraction(EnrichSamples.retraction(1, "d-1", 2), NOW).hash())
        .isEqualTo(
            FORMAT.session(replacement, facts(null, List.of(), List.of()), NOTHING, NOW).hash());
  }

  static Stream<Arguments> revenues() {
    return Stream.of(
        Arguments.of(List.of(), "{\"revenue\":null,\"currency\":null,\"revenue_other\":{}}"),
        Arguments.of(
            List.of(money("EUR", "0")),
            "{\"revenue\":\"0\",\"currency\":\"EUR\",\"revenue_other\":{}}"),
        Arguments.of(
            List.of(money("EUR", "10.50")),
            "{\"revenue\":\"10.50\",\"currency\":\"EUR\",\"revenue_other\":{}}"),
        Arguments.of(
            List.of(money("JPY", "1E+3"), money("EUR", "0.00000001"), money("", "-2")),
            "{\"revenue\":\"1000\",\"currency\":\"JPY\","
                + "\"revenue_other\":{\"EUR\":\"0.00000001\",\"\":\"-2\"}}"),
        Arguments.of(
            List.of(money("", "5.0"), money("EUR", "1")),
            "{\"revenue\":\"5.0\",\"currency\":null,\"revenue_other\":{\"EUR\":\"1\"}}"));
  }

  @ParameterizedTest
  @MethodSource("revenues")
  void shouldWriteLargestRevenueAndTheOthers(List<Money> revenue, String expected)
      throws Exception {
    // When
    JsonNode json = json(facts(null, List.of(), revenue));

    // Then
    assertThat(json.get("revenue")).isEqualTo(MAPPER.readTree(expected).get("revenue"));
    assertThat(json.get("currency")).isEqualTo(MAPPER.readTree(expected).get("currency"));
    assertThat(json.get("revenue_other").toString())
        .isEqualTo(MAPPER.readTree(expected).get("revenue_other").toString());
  }

  @Test
  void shouldWriteSameAmountWhateverTheOrderOfPurchases() throws Exception {
    // Given
    BigDecimal first = new BigDecimal("10.5").add(new BigDecimal("2.50"));
    BigDecimal second = new BigDecimal("2.50").add(new BigDecimal("10.5"));

    // When, Then
    for (BigDecimal sum : List.of(first, second)) {
      assertThat(
              json(facts(null, List.of(), List.of(new Money("EUR", sum))))
                  .get("revenue")
                  .textValue())
          .isEqualTo("13.00");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,     0, 0,     ,  false",
    "0,     1, 0, true,  false",
    "0,     2, 0, false, true",
    "10000, 1, 0, true,  false",
    "10001, 1, 0, true,  true",
    "10001, 0, 0,     ,  true",
    "0,     0, 1,     ,  true",
  })
  void shouldTellBounceAndEngagement(
      long duration, long pageViews, long purchases, @Nullable Boolean bounce, boolean engaged)
      throws Exception {
    // Given
    SessionFacts one = facts(null, List.of(), List.of());
    SessionFacts facts =
        new SessionFacts(
            START + duration,
            one.endReason(),
            null,
            null,
            1,
            pageViews,
            1,
            0,
            0,
            0,
            0,
            0,
            purchases,
            List.of(),
            0,
            0,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            false,
            false);

    // When
    JsonNode json = json(facts);

    // Then
    assertThat(json.get("is_bounce").isNull() ? null : json.get("is_bounce").booleanValue())
        .isEqualTo(bounce);
    assertThat(json.get("is_engaged").booleanValue()).isEqualTo(engaged);
    assertThat(json.get("duration_ms").longValue()).isEqualTo(duration);
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
        FORMAT.retraction(EnrichSamples.retraction(1, "v", 2), NOW),
        FORMAT.session(
            EnrichSamples.session(1, "v", null), facts(null, List.of(), List.of()), NOTHING, NOW),
        FORMAT.session(
            EnrichSamples.session(1, "\u007F/", null),
            facts("\u001F", products, revenue),
            enrichment,
            -NOW));
  }

  @Test
  void shouldWriteEveryRecordAnew() {
    // Given
    SessionFormat format = new SessionFormat(0);
    OutputRecord first =
        format.session(EnrichSamples.fullSession(), EnrichSamples.fullFacts(), NOTHING, NOW);
    byte[] bytes = first.value().clone();

    // When
    OutputRecord second = format.retraction(EnrichSamples.retraction(1, "d-1", 2), NOW);

    // Then
    assertThat(first.value()).isEqualTo(bytes);
    assertThat(second.value())
        .isEqualTo(FORMAT.retraction(EnrichSamples.retraction(1, "d-1", 2), NOW).value());
  }

  @Test
  void shouldReplaceHalfSurrogatesAndKeepWholeOnes() throws Exception {
    // Given
    List<ProductActivity> products =
        List.of(
            new ProductActivity("a\uD83Db", 1, 0, 0),
            new ProductActivity("\uDE00", 1, 0, 0),
            new ProductActivity("\uD83D\uDE00", 1, 0, 0));
    Enrichment enrichment =
        new Enrichment(
            null,
            null,
            List.of(new Enrichment.Count("c\uD83D", 1)),
            null,
            null,
            EnrichmentStatus.FULL);

    // When
    JsonNode json =
        MAPPER.readTree(
            FORMAT
                .session(
                    EnrichSamples.session(1, "v", null),
                    facts(null, products, List.of(money("\uDE00", "1"), money("\uD83D", "1"))),
                    enrichment,
                    NOW)
                .value());

    // Then
    assertThat(json.get("products").findValuesAsText("id"))
        .containsExactly("a?b", "?", "\uD83D\uDE00");
    assertThat(json.get("categories").toString()).isEqualTo("{\"c?\":1}");
    assertThat(json.get("currency").textValue()).isEqualTo("?");
    assertThat(json.get("revenue_other").toString()).isEqualTo("{\"?\":\"1\"}");
  }

  private static Money money(String currency, String amount) {
    return new Money(currency, new BigDecimal(amount));
  }

  private static JsonNode json(SessionFacts facts) throws Exception {
    return MAPPER.readTree(
        FORMAT.session(EnrichSamples.session(1, "v", null), facts, NOTHING, NOW).value());
  }

  private static List<String> fieldNames(OutputRecord record) throws Exception {
    List<String> names = new ArrayList<>();
    MAPPER.readTree(record.value()).fieldNames().forEachRemaining(names::add);
    return names;
  }
}
