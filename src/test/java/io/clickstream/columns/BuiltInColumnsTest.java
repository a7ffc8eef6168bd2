package io.clickstream.columns;

import static io.clickstream.enrich.EnrichSamples.START;
import static io.clickstream.enrich.EnrichSamples.enriched;
import static io.clickstream.enrich.EnrichSamples.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.output.SessionFormat;
import io.clickstream.output.VisitorHash;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The columns that every session has, as they are published. This test alone lists them all; a new
 * one is added here, and its values are checked.
 */
class BuiltInColumnsTest {

  private static final long NOW = START + 2_000_000;
  private static final SessionFormat FORMAT = new SessionFormat(Columns.BUILT_IN);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void shouldPublishAllColumnsInOrder() {
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
    OutputRecord record = FORMAT.format(enriched(session, enrichment, NOW));

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
            "duplicate_count":10,"late_event_count":11,"engaged_ms":null,"is_bounce":false,"is_engaged":true,\
            "entry_page":"/entry","exit_page":"/exit","referrer":"https://example.org/?q=ü",\
            "utm_source":"newsletter","utm_medium":"mail","utm_campaign":"spring","click_id":"gclid-1",\
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
    OutputRecord record = FORMAT.format(enriched(retraction, NOW));

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
    JsonNode json = json(values(null, List.of(), revenue));

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
              json(values(null, List.of(), List.of(new Money("EUR", sum))))
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
    SessionValues values =
        ValuesBuilder.values()
            .end(START + duration)
            .number("page_views", pageViews)
            .number("purchases", purchases)
            .build();

    // When
    JsonNode json = json(values);

    // Then
    assertThat(json.get("is_bounce").isNull() ? null : json.get("is_bounce").booleanValue())
        .isEqualTo(bounce);
    assertThat(json.get("is_engaged").booleanValue()).isEqualTo(engaged);
    assertThat(json.get("duration_ms").longValue()).isEqualTo(duration);
  }

  private static Money money(String currency, String amount) {
    return new Money(currency, new BigDecimal(amount));
  }

  private static Session with(Session session, SessionValues values) {
    return new Session(
        session.id(), session.revision(), null, session.visitor(), session.start(), values);
  }

  private static JsonNode json(SessionValues values) throws Exception {
    return MAPPER.readTree(
        FORMAT.format(enriched(with(EnrichSamples.session(1, "v", null), values), NOW)).value());
  }
}
