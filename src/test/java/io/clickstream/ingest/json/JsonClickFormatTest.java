package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.MAX_RECORD_SIZE;
import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bareClick;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.clickOfProduct;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.rejected;
import static io.clickstream.ingest.IngestSamples.settings;
import static io.clickstream.ingest.IngestSamples.withProblems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.wire.ClickSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonClickFormatTest {

  private static final long TIME = NOW - 1_000;
  private static final Visitor DEVICE = new Visitor(null, VisitorKind.DEVICE, "d");

  private final JsonClickFormat format = new JsonClickFormat(settings());

  private Ingested parse(Origin origin) {
    return format.parse(origin, NOW, NOW);
  }

  /** A click of device d now, with more fields: {@code 'a': 1} as {@code ,'a':1}. */
  private static Origin clickWith(String moreFields) {
    return json(
        "{'event_type':'page_view','timestamp':%d,'anonymous_id':'d'%s}"
            .formatted(TIME, moreFields));
  }

  private static Rejection rejectionOf(Ingested ingested) {
    assertThat(ingested.rejection()).as("rejection of %s", ingested).isNotNull();
    return ingested.rejection();
  }

  private static Click clickOf(Ingested ingested) {
    assertThat(ingested.click()).as("click of %s", ingested).isNotNull();
    return ingested.click();
  }

  // ---------------------------------------------------------------------------- what is read

  @Test
  void shouldReadEveryFieldWhenAllAreThere() {
    // Given
    Origin origin =
        json(
            """
            {'event_id':'e1','event_type':'purchase','timestamp':%d,'user_id':'u','anonymous_id':'d',
             'page_url':'https://s.example/?q=ü','page_title':'T','referrer':'r','utm_source':'s',
             'utm_medium':'m','utm_campaign':'c','product_id':'p','quantity':2,'price':'19.90',
             'currency':'EUR','order_id':'o','user_agent':'ua','device_type':'mobile',
             'country':'DE','app_id':'web','something':{'else':[1,{'a':null}]}}\
            """
                .formatted(TIME));
    // When
    Ingested ingested = parse(origin);
    // Then
    assertThat(ingested)
        .isEqualTo(
            Ingested.of(
                ClickBuilder.click(new Visitor("web", VisitorKind.DEVICE, "d"), TIME)
                    .with(ClickText.EVENT_ID, "e1")
                    .kind(EventKind.PURCHASE)
                    .with(ClickText.USER_ID, "u")
                    .with(ClickText.ANONYMOUS_ID, "d")
                    .with(ClickText.PAGE_URL, "https://s.example/?q=ü")
                    .with(ClickText.REFERRER, "r")
                    .with(ClickText.UTM_SOURCE, "s")
                    .with(ClickText.UTM_MEDIUM, "m")
                    .with(ClickText.UTM_CAMPAIGN, "c")
                    .with(ClickText.PRODUCT_ID, "p")
                    .quantity(2)
                    .price(new BigDecimal("19.90"))
                    .with(ClickText.CURRENCY, "EUR")
                    .with(ClickText.USER_AGENT, "ua")
                    .with(ClickText.DEVICE_TYPE, "mobile")
                    .with(ClickText.COUNTRY, "DE")
                    .with(ClickText.ORDER_ID, "o")
                    .origin(origin)
                    .build()));
    assertThat(clickOf(ingested).origin()).isSameAs(origin);
  }

  @Test
  void shouldReadBareClickWhenOnlyRequiredFieldsAreThere() {
    // Given
    Origin origin = clickWith("");
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "' \\t '", "'\\u2003'"})
  void shouldReadNullWhenTextIsNullOrBlank(String blank) {
    // Given
    Origin origin =
        clickWith(
            ",'page_url':%1$s,'product_id':%1$s,'quantity':%1$s,'price':%1$s,'currency':%1$s"
                .formatted(blank));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "'''0''', 0",
    "1517085, 1517085",
    "-0, -0",
    "1.0, 1",
    "12345.000, 12345",
    "'''12345.0''', 12345",
    "'''007.0''', 007",
    "-7.0, -7.0",
    "1.50, 1.50",
    "1.05, 1.05",
    "1e3, 1e3",
    "1.0e3, 1.0e3",
    "'''1.0.0''', 1.0.0",
    "'''1.''', 1.",
    "'''.0''', .0",
    "'''x1.0''', x1.0",
    "100, 100",
    "'''  7 ''', 7"
  })
  void shouldReadNumberAsItIsWrittenButWithoutZerosBehindThePointWhenUsedAsId(
      String written, String id) {
    // Given
    Origin origin =
        json(
            "{'event_type':'page_view','timestamp':%d,'anonymous_id':%s,'product_id':%s}"
                .formatted(TIME, written, written));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            Ingested.of(
                clickOfProduct(
                    new Visitor(null, VisitorKind.DEVICE, id),
                    EventKind.PAGE_VIEW,
                    TIME,
                    id,
                    1,
                    null,
                    origin)));
  }

  @ParameterizedTest
  @CsvSource({
    "page_view, PAGE_VIEW",
    "product_view, PRODUCT_VIEW",
    "search, SEARCH",
    "add_to_cart, ADD_TO_CART",
    "remove_from_cart, REMOVE_FROM_CART",
    "checkout, CHECKOUT",
    "purchase, PURCHASE",
    "identify, IDENTIFY",
    "other, OTHER",
    "scroll, OTHER",
    "PURCHASE, OTHER",
    "' purchase ', PURCHASE"
  })
  void shouldReadKindWhenEventTypeIsText(String type, EventKind kind) {
    // Given
    Origin origin =
        json("{'event_type':'%s','timestamp':%d,'anonymous_id':'d'}".formatted(type, TIME));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            Ingested.of(clickOfProduct(DEVICE, kind, type.strip(), TIME, null, 1, null, origin)));
  }

  @Test
  void shouldCountLastValueWhenNameIsDuplicated() {
    // Given
    Origin valid = clickWith(",'user_id':true,'user_id':'u','product_id':'a','product_id':null");
    Origin invalid = clickWith(",'anonymous_id':'d','anonymous_id':true");
    // When, Then
    Click click = clickOf(parse(valid));
    assertThat(tuple(click.userId(), click.productId())).isEqualTo(tuple("u", null));
    assertThat(parse(invalid))
        .isEqualTo(
            rejected(
                RejectionReason.FIELD_INVALID,
                "anonymous_id: expected text or a number, found a boolean",
                invalid));
  }

  @Test
  void shouldIgnoreByteOrderMarkWhenItComesFirst() {
    // Given
    Origin origin =
        origin(bytes("\uFEFF" + new String(clickWith("").value(), StandardCharsets.UTF_8)));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin)));
  }

  @Test
  void shouldSkipValuesOfAnyTypeWhenNoSessionIsMadeOfThem() {
    // Given
    Origin origin =
        clickWith(
            ",'page_title':{'a':[]},'x':[[{'user_id':'u'}]],'y':%s,'z':'%s'"
                .formatted("9".repeat(5_000), "\\u00e9".repeat(5_000)));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin)));
  }

  // ------------------------------------------------------------------------------- identity

  /** Each spelling of nothing in a text or an id. */
  static Stream<String> nothing() {
    return Stream.of(
        "null",
        "false",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "''",
        "'  '",
        "'null'",
        "' null '",
        "'undefined'",
        "'(null)'",
        "'NULL'",
        "'None'",
        "'nil'",
        "'-'",
        "' -'",
        "'[object Object]'",
        "'00000000-0000-0000-0000-000000000000'");
  }

  @DisplayName("S15: a missing identity is rejected in each spelling")
  @ParameterizedTest
  @MethodSource("nothing")
  void shouldRejectIdentityMissingWhenBothIdsAre(String missing) {
    // Given
    Origin origin =
        json(
            "{'event_type':'page_view','timestamp':%d,'user_id':%s,'anonymous_id':%s}"
                .formatted(TIME, missing, missing));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            rejected(
                RejectionReason.IDENTITY_MISSING,
                "user_id and anonymous_id: both missing",
                origin));
  }

  @DisplayName("S15: an absent identity is rejected")
  @Test
  void shouldRejectIdentityMissingWhenBothIdsAreAbsent() {
    // Given
    Origin origin = json("{'event_type':'page_view','timestamp':%d}".formatted(TIME));
    // When, Then
    assertThat(rejectionOf(parse(origin)).reason()).isEqualTo(RejectionReason.IDENTITY_MISSING);
  }

  @DisplayName("S15: one missing id makes way for the other")
  @ParameterizedTest
  @MethodSource("nothing")
  void shouldTakeTheOtherIdWhenThePreferredIsMissing(String missing) {
    // Given
    Origin origin =
        json(
            "{'event_type':'page_view','timestamp':%d,'user_id':'7','anonymous_id':%s}"
                .formatted(TIME, missing));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            Ingested.of(
                bareClick(
                    new Visitor(null, VisitorKind.USER, "7"), EventKind.PAGE_VIEW, TIME, origin)));
  }

  @DisplayName("S15: a missing event id is none in each spelling")
  @ParameterizedTest
  @MethodSource("nothing")
  void shouldReadNoEventIdWhenItIsMissing(String missing) {
    assertThat(clickOf(parse(clickWith(",'event_id':" + missing))).eventId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Null",
        "none",
        "NONE",
        "Nil",
        "0",
        "--",
        "(undefined)",
        "N/A",
        "[object object]",
        "[object Objects]",
        "0000000000000000000000000000000000",
        "00000000-0000-0000-0000-000000000001",
        "10000000-0000-0000-0000-000000000000"
      })
  void shouldKeepIdWhenItOnlyLooksMissing(String id) {
    assertThat(clickOf(parse(clickWith(",'event_id':'%s'".formatted(id)))).eventId()).isEqualTo(id);
  }

  @DisplayName("S32: user 7 and device 7, and one id in two apps, are separate visitors")
  @Test
  void shouldTellVisitorsApartWhenKindOrAppDiffers() {
    // Given
    String start = "{'event_type':'page_view','timestamp':%d,".formatted(TIME);
    Stream<String> records =
        Stream.of(
            start + "'user_id':7}",
            start + "'anonymous_id':7}",
            start + "'anonymous_id':'7','app_id':'web'}",
            start + "'anonymous_id':'7','app_id':'ios'}",
            start + "'anonymous_id':'7','app_id':'undefined'}");
    // When
    Stream<Visitor> visitors = records.map(record -> clickOf(parse(json(record))).visitor());
    // Then
    assertThat(visitors)
        .containsExactly(
            new Visitor(null, VisitorKind.USER, "7"),
            new Visitor(null, VisitorKind.DEVICE, "7"),
            new Visitor("web", VisitorKind.DEVICE, "7"),
            new Visitor("ios", VisitorKind.DEVICE, "7"),
            new Visitor(null, VisitorKind.DEVICE, "7"));
  }

  @ParameterizedTest
  @CsvSource({"DEVICE, DEVICE, d", "USER, USER, u"})
  void shouldPreferTheConfiguredIdWhenBothAreThere(Identity identity, VisitorKind kind, String id) {
    // Given
    JsonClickFormat configured = new JsonClickFormat(settings(identity, Map.of(), Map.of()));
    // When
    Click click = clickOf(configured.parse(clickWith(",'user_id':'u'"), NOW, NOW));
    // Then
    assertThat(tuple(click.visitor(), click.userId(), click.anonymousId()))
        .isEqualTo(tuple(new Visitor(null, kind, id), "u", "d"));
  }

  // ------------------------------------------------------------------------------------ campaign

  private static final String CAMPAIGN_URL =
      "'page_url':'https://shop.example/?utm_source=LinkedIn&utm_medium=social"
          + "&utm_campaign=black%20friday&fbclid=IwAR0&gclid=EAIaIQ'";

  @Test
  void shouldTakeCampaignFromTheUrlWhenRecordHasNone() {
    // A backslash is read by the other parser
    for (String more : List.of("", ",'x':'\\n'", ",'utm_source':'-','click_id':null")) {
      Click click = clickOf(parse(clickWith("," + CAMPAIGN_URL + more)));

      assertThat(tuple(click.utmSource(), click.utmMedium(), click.utmCampaign(), click.clickId()))
          .as(more)
          .isEqualTo(tuple("LinkedIn", "social", "black friday", "EAIaIQ"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"utm_source", "utm_medium", "utm_campaign", "click_id"})
  void shouldTakeNothingFromTheUrlWhenRecordHasAnyOfIt(String field) {
    for (String more : List.of("", ",'x':'\\n'")) {
      Click click =
          clickOf(parse(clickWith("," + CAMPAIGN_URL + ",'" + field + "':'mine'" + more)));

      assertThat(
              Stream.of(click.utmSource(), click.utmMedium(), click.utmCampaign(), click.clickId())
                  .filter(Objects::nonNull))
          .containsExactly("mine");
    }
  }

  @Test
  void shouldTakeCampaignFromBehindWhereTheUrlIsCut() {
    String most = "/" + "x".repeat(FieldValues.MAX_TEXT_LENGTH);

    Click click = clickOf(parse(clickWith(",'page_url':'" + most + "?utm_source=s'")));

    assertThat(click.pageUrl()).hasSize(FieldValues.MAX_TEXT_LENGTH);
    assertThat(click.utmSource()).isEqualTo("s");
  }

  // ------------------------------------------------------------------------------------ time

  @DisplayName("S16: timestamps that are none are rejected")
  @ParameterizedTest
  @CsvSource({
    "0, time: a whole number",
    "-1, time: a whole number",
    "1767268800, time: a whole number; as seconds it would be 2026-01-01: set"
        + " ingest.timestamp-unit: s",
    "1767268800000000, time: a whole number; as microseconds it would be 2026-01-01: set"
        + " ingest.timestamp-unit: us",
    "99999999999999999999999999, time: a whole number",
    "'''1767268800''', time: digits in quotes; as seconds it would be 2026-01-01: set"
        + " ingest.timestamp-unit: s",
    "'''yesterday''', text",
    "'''2026-01-01T00:00:00''', text without an offset: set ingest.timestamp-zone",
    "'''2026-01-01''', text",
    "'''1999-12-31T23:59:59.999Z''', time: another",
    "1767268800000.0, a number with a fraction; as milliseconds it would be 2026-01-01: set"
        + " ingest.timestamp-unit: ms",
    "1.7672688e12, a number with a fraction; as milliseconds it would be 2026-01-01: set"
        + " ingest.timestamp-unit: ms",
    "true, a boolean",
    "false, a boolean",
    "{'a':1}, an object",
    "{}, nothing",
    "[], nothing",
    "'''-''', nothing",
    "'''NULL''', nothing",
    "[1767268800000], an array",
    "null, nothing",
    "'''''', nothing"
  })
  void shouldRejectTimestampInvalidWhenItIsNoTimeInRange(String written, String found) {
    // Given
    Origin origin =
        json("{'event_type':'page_view','timestamp':%s,'anonymous_id':'d'}".formatted(written));
    String detail =
        found.startsWith("time: ")
            ? "timestamp: expected a time from 2000-01-01 to before 2100-01-01 (UTC), found "
                + found.substring("time: ".length())
            : "timestamp: expected epoch milliseconds as an integer or ISO-8601 with an offset,"
                + " found "
                + found;
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(rejected(RejectionReason.TIMESTAMP_INVALID, detail, origin));
  }

  @DisplayName("S16: a missing timestamp is rejected")
  @Test
  void shouldRejectTimestampInvalidWhenItIsAbsent() {
    // Given
    Origin origin = json("{'event_type':'page_view','anonymous_id':'d'}");
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            rejected(
                RejectionReason.TIMESTAMP_INVALID,
                "timestamp: expected epoch milliseconds as an integer or ISO-8601 with an offset,"
                    + " found nothing",
                origin));
  }

  @DisplayName("S16: the range is 2000-01-01 to before 2100-01-01")
  @ParameterizedTest
  @CsvSource({
    "946684799999, false",
    "946684800000, true",
    "4102444799999, true",
    "4102444800000, false",
    "'''946684799999''', false",
    "'''946684800000''', true",
    "'''1999-12-31T23:59:59.999Z''', false",
    "'''2000-01-01T00:00:00Z''', true",
    "'''2000-01-01T00:00:00+00:01''', false",
    "'''2099-12-31T23:59:59.999Z''', true",
    "'''2100-01-01T00:00:00Z''', false"
  })
  void shouldAcceptTimeExactlyWithinRange(String written, boolean accepted) {
    // Given
    Origin origin =
        json("{'event_type':'page_view','timestamp':%s,'anonymous_id':'d'}".formatted(written));
    long farAhead = FieldValues.TIME_END;
    // When, Then
    assertThat(format.parse(origin, farAhead, farAhead).click() != null).isEqualTo(accepted);
  }

  @Test
  void shouldReadSameTimeWhenWrittenAsIso() {
    // Given
    Origin origin =
        json(
            "{'event_type':'page_view','timestamp':'2026-01-01T13:59:59+02:00','anonymous_id':'d'}");
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin)));
  }

  @DisplayName("S17: a click one year ahead is rejected")
  @Test
  void shouldRejectTimestampInFutureWhenOneYearAhead() {
    // Given
    Origin origin =
        json(
            "{'event_type':'page_view','timestamp':%d,'anonymous_id':'d'}"
                .formatted(NOW + 365L * 24 * 3_600_000));
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            rejected(
                RejectionReason.TIMESTAMP_IN_FUTURE,
                "timestamp: expected at most 300000 ms ahead of the clock, found more",
                origin));
  }

  @DisplayName("S17: the skew is measured from the earlier of record timestamp and wall clock")
  @ParameterizedTest
  @CsvSource({
    "300000, 0, true",
    "300001, 0, false",
    "300000, 999999, true",
    "300001, 999999, false",
    "300000, -1000, false",
    "299000, -1000, true",
    "299001, -1000, false"
  })
  void shouldAcceptClickExactlyUpToTheSkew(long ahead, long recordAhead, boolean accepted) {
    // Given
    Origin origin =
        json("{'event_type':'page_view','timestamp':%d,'anonymous_id':'d'}".formatted(NOW + ahead));
    // When, Then
    assertThat(format.parse(origin, NOW + recordAhead, NOW).click() != null).isEqualTo(accepted);
  }

  @DisplayName("S17: a record without a timestamp counts as written now")
  @ParameterizedTest
  @CsvSource({"300000, true", "300001, false"})
  void shouldUseWallClockWhenRecordHasNoTimestamp(long ahead, boolean accepted) {
    // Given
    Origin origin =
        json("{'event_type':'page_view','timestamp':%d,'anonymous_id':'d'}".formatted(NOW + ahead));
    // When, Then
    assertThat(format.parse(origin, -1, NOW).click() != null).isEqualTo(accepted);
  }

  // ------------------------------------------------------------------------- broken records

  static Stream<byte[]> malformed() {
    String click = new String(clickWith("").value(), StandardCharsets.UTF_8);
    return Stream.concat(
        Stream.of(
                "",
                " \n",
                "\uFEFF",
                "x",
                "nul",
                "[1",
                "{",
                "{'a'",
                "{'a':",
                "{'a':1",
                "{'a':1,}",
                "{a:1}",
                "{]",
                "{'a':01}",
                "{'a':+1}",
                "{'a':.5}",
                "{'a':NaN}",
                "{'a':'\n'}",
                "{'a':'\\x'}",
                "{'a':'\\u12'}",
                "/* c */{}",
                "{} {}",
                "{}x",
                "{},",
                "{}\0",
                "[] []",
                "1 2")
            .map(text -> bytes(text.replace('\'', '"'))),
        Stream.of(
            bytes(click + click),
            Arrays.copyOf(bytes(click), click.length() - 1),
            click.getBytes(StandardCharsets.UTF_16),
            click.getBytes(StandardCharsets.UTF_16LE),
            click.getBytes(StandardCharsets.UTF_16BE),
            click.getBytes(Charset.forName("UTF-32LE")),
            // invalid UTF-8: in a text that is read, one that is skipped, a name, after the object
            inLatin1(clickWith(",'page_url':'\u00FF'")),
            inLatin1(clickWith(",'skipped':'\u00FF'")),
            inLatin1(clickWith(",'skipped':{'deep':['\u00C0\u0080']}")),
            inLatin1(clickWith(",'\u00ED\u00A0\u0080':1")),
            inLatin1(clickWith(",'skipped':'\u00F4\u0090\u0080\u0080'")),
            inLatin1(clickWith(",'skipped':'\u00E2\u0082'"))));
  }

  private static byte[] inLatin1(Origin origin) {
    return new String(origin.value(), StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
  }

  @DisplayName("S21: malformed JSON, empty values and invalid UTF-8 are rejected with their bytes")
  @ParameterizedTest
  @MethodSource("malformed")
  void shouldRejectMalformedJsonWhenItIsNone(byte[] value) {
    // Given
    Origin origin = origin(value);
    byte[] before = value.clone();
    // When
    Rejection rejection = rejectionOf(parse(origin));
    // Then
    assertThat(rejection.reason()).isEqualTo(RejectionReason.MALFORMED_JSON);
    assertThat(rejection.origin()).isSameAs(origin);
    assertThat(value).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "'', empty",
    "'{''a'':', ends too early",
    "'{''a'':secret}', not JSON at byte 5",
    "'{} {}', 'more than one value: set ingest.framing: lines'",
    "'\0\0\0\0*{}', 'starts with a schema id of 5 bytes: set ingest.framing: confluent'"
  })
  void shouldSayWhatIsWrongWithoutQuotingWhenJsonIsMalformed(String value, String detail) {
    // Given
    Origin origin = json(value);
    // When, Then
    assertThat(parse(origin)).isEqualTo(rejected(RejectionReason.MALFORMED_JSON, detail, origin));
  }

  @Test
  void shouldNameTheFramingOfARecordThatIsReadWithoutOne() {
    assertThat(rejectionOf(parse(origin(new byte[] {0x1F, (byte) 0x8B, 8, 0}))).detail())
        .isEqualTo("is gzip: set ingest.framing: gzip");
    assertThat(
            rejectionOf(parse(json("'{''a'':1}'".replace('\'', '"').replace("\"\"", "\\\""))))
                .detail())
        .isEqualTo("is JSON in a text: set ingest.framing: text");
  }

  @DisplayName("S21: a null value and JSON other than an object are rejected")
  @ParameterizedTest
  @CsvSource(
      value = {
        "[], 'expected an object, found an array'",
        "[[{}]], 'expected an object, found an array'",
        "[{}], 'is an array of objects: set ingest.clicks-at: . if each is a click'",
        "' [ {}, 1]', 'is an array of objects: set ingest.clicks-at: . if each is a click'",
        "'text', 'expected an object, found text'",
        "12, 'expected an object, found a number'",
        "true, 'expected an object, found a boolean'",
        "null, 'expected an object, found null'"
      },
      nullValues = "none")
  void shouldRejectNotAnObjectWhenItIsOther(String value, String detail) {
    // Given
    Origin origin = value.equals("text") ? json("'text'") : json(value);
    // When, Then
    assertThat(parse(origin)).isEqualTo(rejected(RejectionReason.NOT_AN_OBJECT, detail, origin));
  }

  @DisplayName("S21: a null value is rejected")
  @Test
  void shouldRejectNotAnObjectWhenThereIsNoValue() {
    // Given
    Origin origin = origin(null);
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(rejected(RejectionReason.NOT_AN_OBJECT, "no value", origin));
  }

  @DisplayName("S21: a record is rejected beyond the maximum size, and read at exactly that")
  @Test
  void shouldRejectTooLargeWhenOneByteBeyond() {
    // Given
    int padding = MAX_RECORD_SIZE - clickWith(",'x':''").value().length;
    Origin largest = clickWith(",'x':'%s'".formatted("x".repeat(padding)));
    Origin tooLarge = clickWith(",'x':'%s'".formatted("x".repeat(padding + 1)));
    // When, Then
    assertThat(parse(largest))
        .isEqualTo(Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, largest)));
    assertThat(parse(tooLarge))
        .isEqualTo(
            rejected(
                RejectionReason.TOO_LARGE, "1048577 bytes, at most 1048576 allowed", tooLarge));
  }

  @DisplayName("S21: 1 000 levels are rejected")
  @ParameterizedTest
  @CsvSource({"98, true", "99, true", "100, false", "999, false", "100000, false"})
  void shouldRejectMalformedJsonWhenNestedTooDeep(int levels, boolean accepted) {
    // Given one level more, the record itself
    Origin arrays = clickWith(",'x':" + "[".repeat(levels) + "]".repeat(levels));
    Origin objects = clickWith(",'x':" + "{'x':".repeat(levels) + "1" + "}".repeat(levels));
    // When, Then
    for (Origin origin : new Origin[] {arrays, objects}) {
      assertThat(parse(origin))
          .isEqualTo(
              accepted
                  ? Ingested.of(bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin))
                  : rejected(
                      RejectionReason.MALFORMED_JSON,
                      "deeper than 100 levels, or a name longer than 1024 bytes",
                      origin));
    }
  }

  @ParameterizedTest
  @CsvSource({"1024, true", "1025, false"})
  void shouldRejectMalformedJsonWhenNameIsTooLong(int length, boolean accepted) {
    // Given
    Origin origin = clickWith(",'%s':1".formatted("n".repeat(length)));
    // When, Then
    assertThat(parse(origin).click() != null).isEqualTo(accepted);
  }

  @Test
  void shouldLeaveApplicationOutOfVisitorWhenVisitorsAreOfAll() {
    // Given
    JsonClickFormat across =
        new JsonClickFormat(settings().with(IngestSettings.VISITOR_PER_APP, false));
    Origin web =
        json(
            "{'event_type':'search','timestamp':%d,'anonymous_id':'d','app_id':'web'}"
                .formatted(NOW));
    Origin broken =
        json(
            "{'event_type':'search','timestamp':%d,'anonymous_id':'d','app_id':[1]}"
                .formatted(NOW));

    // When
    Click click = across.parse(web, NOW, NOW).click();

    // Then
    assertThat(click).isNotNull();
    assertThat(click.visitor()).isEqualTo(new Visitor(null, VisitorKind.DEVICE, "d"));
    assertThat(click.texts().get(ClickText.APP_ID)).isEqualTo("web");
    // An application that cannot be read costs no click where no visitor hangs on it.
    Ingested without = across.parse(broken, NOW, NOW);
    assertThat(without.click()).isNotNull();
    assertThat(without.problems()).containsExactly(ClickField.APP_ID.index());
    assertThat(ClickField.APP_ID.isOptional()).as("it has a counter").isTrue();
    assertThat(new JsonClickFormat(settings()).parse(broken, NOW, NOW).click()).isNull();
  }

  @Test
  void shouldReadClickIdUnderOurNameAndTotalsOnlyWhereTheyAreMapped() {
    Click click =
        new JsonClickFormat(settings())
            .parse(
                json(
                    "{'event_type':'purchase','timestamp':%d,'anonymous_id':'d','click_id':'g-1','revenue':{'a':1},'sent_at':0}"
                        .formatted(NOW)),
                NOW,
                NOW)
            .click();

    assertThat(click).isNotNull();
    assertThat(click.clickId()).isEqualTo("g-1");
    assertThat(click.revenue()).isNull();
  }

  // --------------------------------------------------------------------------- wrong values

  /** Fields that a click can do without. */
  private static final String[] OPTIONAL = {
    "event_id", "user_id", "page_url", "referrer", "utm_source", "utm_medium", "utm_campaign",
    "product_id", "quantity", "price", "currency", "order_id", "user_agent", "device_type",
    "country", "click_id"
  };

  private static final Set<String> NUMBERS = Set.of("quantity", "price");

  private static final Set<String> DESCRIBING =
      Set.of(
          "page_url",
          "referrer",
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "user_agent",
          "device_type",
          "country");

  private static final ClickFields FIELDS = ClickFields.of(Columns.BUILT_IN);

  private static ClickField field(String name) {
    return Objects.requireNonNull(FIELDS.named(name));
  }

  private static Click bare(Origin origin) {
    return bareClick(DEVICE, EventKind.PAGE_VIEW, TIME, origin);
  }

  @DisplayName("S21: an optional field of a wrong type is left out")
  @ParameterizedTest
  @ValueSource(strings = {"true", "{'a':1}", "['d']", "[[]]", "{'a':{}}"})
  void shouldLeaveOutOptionalFieldWhenTypeIsWrong(String written) {
    for (String field : OPTIONAL) {
      // Given
      Origin origin = clickWith(",'%s':%s".formatted(field, written));
      // When, Then
      assertThat(parse(origin)).as(field).isEqualTo(withProblems(bare(origin), field(field)));
    }
  }

  @ParameterizedTest
  @MethodSource("nothing")
  void shouldReadNothingWithoutAProblemWhenThatIsWrittenInAnOptionalField(String written) {
    for (String field : OPTIONAL) {
      // Given
      Origin origin = clickWith(",'%s':%s".formatted(field, written));
      boolean isProblem = written.equals("false") && NUMBERS.contains(field);
      // When, Then
      assertThat(parse(origin))
          .as(field)
          .isEqualTo(
              isProblem ? withProblems(bare(origin), field(field)) : Ingested.of(bare(origin)));
    }
  }

  @DisplayName("S21: a type, an application or a preferred id of a wrong type is rejected")
  @ParameterizedTest
  @CsvSource({"true, a boolean", "'{''a'':1}', an object", "'[''d'']', an array"})
  void shouldRejectFieldInvalidWhenTheClickHangsOnIt(String written, String found) {
    for (String field : new String[] {"event_type", "anonymous_id", "app_id"}) {
      // Given
      Origin origin = clickWith(",'user_id':'u','%s':%s".formatted(field, written));
      // When, Then
      assertThat(parse(origin))
          .isEqualTo(
              rejected(
                  RejectionReason.FIELD_INVALID,
                  "%s: expected text or a number, found %s".formatted(field, found),
                  origin));
    }
  }

  @DisplayName("S15: the id that the visitor hangs on has to be readable, the other one has not")
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        // identity, anonymous_id, user_id, verdict
        "DEVICE, 'd', true, DEVICE d without USER_ID",
        "DEVICE, true, 'u', rejected for anonymous_id",
        "DEVICE, '-', 'u', USER u",
        "DEVICE, '-', true, rejected for user_id",
        "DEVICE, true, '-', rejected for anonymous_id",
        "DEVICE, true, true, rejected for anonymous_id",
        "DEVICE, '\\ud800', 'u', rejected for anonymous_id",
        "DEVICE, 'd', '\\ud800', DEVICE d without USER_ID",
        "USER, true, 'u', USER u without ANONYMOUS_ID",
        "USER, 'd', true, rejected for user_id",
        "USER, 'd', '-', DEVICE d",
        "USER, true, '-', rejected for anonymous_id",
        "USER, true, true, rejected for user_id"
      })
  void shouldRejectForAnIdOnlyWhenTheVisitorHangsOnIt(
      Identity identity, String anonymousId, String userId, String verdict) {
    // Given
    JsonClickFormat configured = new JsonClickFormat(settings(identity, Map.of(), Map.of()));
    Origin origin =
        json(
            "{'event_type':'search','timestamp':%d,'anonymous_id':%s,'user_id':%s}"
                .formatted(TIME, anonymousId, userId));
    // When, Then
    assertThat(verdict(configured.parse(origin, NOW, NOW))).isEqualTo(verdict);
  }

  private static String verdict(Ingested ingested) {
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      assertThat(rejection.reason()).isEqualTo(RejectionReason.FIELD_INVALID);
      return "rejected for " + rejection.detail().split(":")[0];
    }
    Visitor visitor = clickOf(ingested).visitor();
    return ingested.problems().stream()
        .map(field -> " without " + FIELDS.all().get(field).name().toUpperCase(Locale.ROOT))
        .collect(Collectors.joining("", visitor.kind() + " " + visitor.id(), ""));
  }

  @ParameterizedTest
  @CsvSource({
    "\\ud800, \uFFFD",
    "\\udfff, \uFFFD",
    "a\\ud83dz, a\uFFFDz",
    "\\ude00\\ud83d, \uFFFD\uFFFD",
    "\\ud83d\\ud83d\\ude00, \uFFFD😀",
    "' \\ud800 ', \uFFFD"
  })
  void shouldMendDescribingTextsAndLeaveOutTheRestWhenTheyAreNoUnicode(
      String escaped, String mended) {
    for (String field : OPTIONAL) {
      // Given
      Origin origin = clickWith(",'%s':'%s'".formatted(field, escaped));
      // When
      Ingested ingested = parse(origin);
      // Then
      assertThat(ingested.problems()).as(field).containsExactly(field(field).index());
      if (DESCRIBING.contains(field)) {
        assertThat(clickOf(ingested).texts().get(field(field).text())).as(field).isEqualTo(mended);
      } else {
        assertThat(clickOf(ingested)).as(field).isEqualTo(bare(origin));
      }
    }
  }

  @Test
  void shouldMendTheTypeWhenItIsNoUnicode() {
    // Given
    Origin origin = clickWith(",'event_type':'pur\\ud83dchase'");
    // When
    Ingested ingested = parse(origin);
    // Then
    assertThat(tuple(clickOf(ingested).kind(), clickOf(ingested).eventType(), ingested.problems()))
        .isEqualTo(tuple(EventKind.OTHER, "pur\uFFFDchase", List.of(0)));
  }

  @Test
  void shouldReadWholeCodePointsWhenTheyAreEscaped() {
    assertThat(clickOf(parse(clickWith(",'user_id':'\\ud83d\\ude00\\/\\u0041'"))).userId())
        .isEqualTo("😀/A");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "'''3''', 3",
    "2.0, 2",
    "1e3, 1000",
    "1000000000, 1000000000",
    "1000000001, -1",
    "-1, -1",
    "1.5, -1",
    "'''two''', -1",
    "'''2 kg''', -1",
    "'''null''', 1",
    "'''7''', 7",
    "1e999999999, -1",
    "1e99999999999, -1"
  })
  void shouldReadQuantityOnlyWhenWholeAndInRange(String written, long quantity) {
    // Given
    Origin origin = clickWith(",'quantity':" + written);
    // When
    Ingested ingested = parse(origin);
    // Then
    assertThat(ingested)
        .isEqualTo(
            quantity >= 0
                ? Ingested.of(
                    clickOfProduct(DEVICE, EventKind.PAGE_VIEW, TIME, null, quantity, null, origin))
                : withProblems(bare(origin), ClickField.QUANTITY));
  }

  @ParameterizedTest
  @CsvSource({
    "19.90, 19.90",
    "'''19.90''', 19.90",
    "0.30000000000000004, 0.30000000000000004",
    "-5, -5",
    "1e3, 1000",
    "0e9, 0",
    "999999999999999, 999999999999999",
    "1000000000000000, invalid",
    "0.123456789012345678, 0.123456789012345678",
    "0.1234567890123456789, invalid",
    "1e999999999, invalid",
    "1e-999999999, invalid",
    "0e999999999, invalid",
    "1e99999999999, invalid",
    "'''1,50''', invalid",
    "'''\u0661\u0662''', invalid",
    "'''NaN''', invalid",
    "'''1,299.00''', invalid",
    "'''33,95''', invalid",
    "'''€49''', invalid",
    "'''--''', invalid"
  })
  void shouldReadPriceExactlyWhenItIsDecimalAndInRange(String written, String price) {
    // Given
    Origin origin = clickWith(",'price':" + written);
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            price.equals("invalid")
                ? withProblems(bare(origin), ClickField.PRICE)
                : Ingested.of(
                    clickOfProduct(
                        DEVICE,
                        EventKind.PAGE_VIEW,
                        TIME,
                        null,
                        1,
                        new BigDecimal(price),
                        origin)));
  }

  @ParameterizedTest
  @CsvSource({"64, true", "65, false"})
  void shouldLeaveOutPriceWhenItIsWrittenTooLong(int length, boolean accepted) {
    // Given
    String written = "0".repeat(length - 4) + "1.50";
    // When
    Ingested ingested = parse(clickWith(",'price':'%s'".formatted(written)));
    // Then
    assertThat(tuple(clickOf(ingested).price(), ingested.problems()))
        .isEqualTo(
            accepted
                ? tuple(new BigDecimal("1.50"), List.of())
                : tuple(null, List.of(ClickField.PRICE.index())));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        // price, quantity, those of the click, problems
        "10.00, 2, 10.00, 2, none",
        "10.00, 2 kg, none, 1, QUANTITY PRICE",
        "10, -1, none, 1, QUANTITY PRICE",
        "10, 0, 10, 0, none",
        "10, -, 10, 1, none",
        "'10,00', 2, none, 2, PRICE",
        "'10,00', -1, none, 1, QUANTITY PRICE",
        "-, -1, none, 1, QUANTITY"
      })
  void shouldInventNoRevenueWhenPriceOrQuantityCannotBeRead(
      String price,
      String quantity,
      @Nullable BigDecimal readPrice,
      long readQuantity,
      @Nullable String problems) {
    // Given
    Origin origin =
        clickWith(
            ",'event_type':'purchase','price':'%s','quantity':'%s'".formatted(price, quantity));
    ClickField[] fields =
        problems == null
            ? new ClickField[0]
            : Stream.of(problems.toLowerCase(Locale.ROOT).split(" "))
                .map(JsonClickFormatTest::field)
                .toArray(ClickField[]::new);
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(
            withProblems(
                clickOfProduct(
                    DEVICE, EventKind.PURCHASE, TIME, null, readQuantity, readPrice, origin),
                fields));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'quantity':true | quantity: expected a whole number from 0 to 1000000000, found a boolean",
        "'quantity':'2 kg' | quantity: expected a whole number from 0 to 1000000000, found other text",
        "'quantity':-1 | quantity: expected a whole number from 0 to 1000000000, found another number",
        "'price':'9,50' | price: expected a number of at most 15 digits before and 18 after the point, found text with a comma",
        "'price':'Kestrel' | price: expected a number of at most 15 digits before and 18 after the point, found other text",
        "'currency':['EUR'] | currency: expected text or a number, found an array",
        "'order_id':'\\ud800' | order_id: expected text or a number, found text with half a surrogate pair"
      })
  void shouldSayWhatIsWrongWithoutQuotingWhenFieldIsLeftOut(String member, String problem) {
    // Given
    assertThat(parse(clickWith("," + member)).problems()).isNotEmpty();
    // When, Then
    assertThat(format.problems()).extracting(FieldProblem::toString).containsExactly(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "user_id", "product_id", "currency", "order_id"})
  void shouldLeaveOutIdWhenItIsTooLong(String field) {
    // Given
    Origin longest = clickWith(",'%s':'%s'".formatted(field, "i".repeat(1_024)));
    Origin tooLong = clickWith(",'%s':'%s'".formatted(field, "i".repeat(1_025)));
    // When, Then
    assertThat(parse(longest).problems()).isEmpty();
    assertThat(parse(longest).click()).isNotEqualTo(bare(longest));
    assertThat(parse(tooLong)).isEqualTo(withProblems(bare(tooLong), field(field)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous_id", "app_id"})
  void shouldRejectFieldInvalidWhenIdOfTheVisitorIsTooLong(String field) {
    // Given
    Origin longest = clickWith(",'%s':'%s'".formatted(field, "i".repeat(1_024)));
    Origin tooLong = clickWith(",'%s':'%s'".formatted(field, "i".repeat(1_025)));
    // When, Then
    assertThat(parse(longest).click()).isNotNull();
    assertThat(parse(tooLong))
        .isEqualTo(
            rejected(
                RejectionReason.FIELD_INVALID,
                field + ": expected at most 1024 characters, found 1025 of them",
                tooLong));
  }

  @Test
  void shouldCutTextAtCodePointWhenItIsTooLong() {
    // Given
    String longest = "a".repeat(4_096);
    String pairAcross = "a".repeat(4_095) + "😀";
    String pairBefore = "a".repeat(4_094) + "😀" + "b";
    // When
    Stream<String> urls =
        Stream.of(longest, longest + "b", pairAcross, pairBefore)
            .map(url -> clickOf(parse(clickWith(",'page_url':'%s'".formatted(url)))).pageUrl());
    // Then
    assertThat(urls).containsExactly(longest, longest, "a".repeat(4_095), "a".repeat(4_094) + "😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'event_type':null}",
        "{'event_type':''}",
        "{'event_type':'  '}",
        "{'event_type':'-'}",
        "{'event_type':'undefined'}",
        "{'event_type':false}",
        "{'event_type':[]}",
        "{'event_type':{}}"
      })
  void shouldRejectFieldMissingWhenEventTypeIs(String record) {
    // Given
    Origin origin = json(record);
    // When, Then
    assertThat(parse(origin))
        .isEqualTo(rejected(RejectionReason.FIELD_MISSING, "event_type: missing", origin));
  }

  @Test
  void shouldRejectForTheFirstProblemInTheDocumentedOrderWhenThereAreSeveral() {
    // Given records that lose one problem each
    Stream<String> records =
        Stream.of(
            "{'timestamp':0,'app_id':true,'anonymous_id':true,'price':[1]}",
            "{'timestamp':0,'app_id':true,'anonymous_id':true,'price':[1],'event_type':true}",
            "{'timestamp':0,'app_id':true,'anonymous_id':true,'price':[1],'event_type':'x'}",
            "{'timestamp':0,'app_id':true,'anonymous_id':'d','price':[1],'event_type':'x'}",
            "{'timestamp':0,'price':[1],'event_type':'x'}",
            "{'timestamp':0,'anonymous_id':'d','event_type':'x'}",
            "{'timestamp':4000000000000,'anonymous_id':'d','event_type':'x'}");
    // When
    Stream<String> verdicts =
        records
            .map(record -> rejectionOf(parse(json(record))))
            .map(rejection -> rejection.reason() + " " + rejection.detail().split(":")[0]);
    // Then
    assertThat(verdicts)
        .containsExactly(
            "FIELD_MISSING event_type",
            "FIELD_INVALID event_type",
            "FIELD_INVALID anonymous_id",
            "FIELD_INVALID app_id",
            "IDENTITY_MISSING user_id and anonymous_id",
            "TIMESTAMP_INVALID timestamp",
            "TIMESTAMP_IN_FUTURE timestamp");
  }

  // -------------------------------------------------------------------------------- mapping

  @Test
  void shouldReadOttoClickWhenFieldsAndTypesAreMapped() {
    // Given
    JsonClickFormat otto =
        new JsonClickFormat(
            settings(
                Identity.DEVICE,
                Map.of(
                    "user_id",
                    "session",
                    "product_id",
                    "aid",
                    "timestamp",
                    "ts",
                    "event_type",
                    "type"),
                Map.of("product_view", "clicks", "add_to_cart", "carts", "purchase", "orders")));
    Origin origin = json("{'session':0,'aid':1517085,'ts':1659304800025,'type':'clicks'}");
    // When, Then
    assertThat(otto.parse(origin, NOW, NOW))
        .isEqualTo(
            Ingested.of(
                clickOfProduct(
                    new Visitor(null, VisitorKind.USER, "0"),
                    EventKind.PRODUCT_VIEW,
                    "clicks",
                    1_659_304_800_025L,
                    "1517085",
                    1,
                    null,
                    origin)));
  }

  @Test
  void shouldReachIntoObjectsWhenPathIsDotted() {
    // Given
    JsonClickFormat nested =
        new JsonClickFormat(
            settings(
                Identity.DEVICE,
                Map.of("product_id", "item.sku.id", "price", "item.price", "country", "geo.cc"),
                Map.of()));
    Origin origin =
        clickWith(
            ",'item':{'x':{'price':1},'price':'2.50','sku':{'y':[],'id':5,'price':3}},'price':9,"
                + "'product_id':'not this','sku':{'id':7},'id':8,'item.price':4,'geo':null");
    // When, Then
    assertThat(nested.parse(origin, NOW, NOW))
        .isEqualTo(
            Ingested.of(
                clickOfProduct(
                    DEVICE, EventKind.PAGE_VIEW, TIME, "5", 1, new BigDecimal("2.50"), origin)));
  }

  @Test
  void shouldForgetEarlierObjectWhenItsNameIsDuplicated() {
    // Given
    JsonClickFormat nested =
        new JsonClickFormat(settings(Identity.DEVICE, Map.of("product_id", "item.sku"), Map.of()));
    Origin replaced = clickWith(",'item':{'sku':1},'item':{'other':2}");
    Origin repaired = clickWith(",'item':[],'item':{'sku':3}");
    // When, Then
    assertThat(clickOf(nested.parse(replaced, NOW, NOW)).productId()).isNull();
    assertThat(clickOf(nested.parse(repaired, NOW, NOW)).productId()).isEqualTo("3");
  }

  private static JsonClickFormat ofNestedProducts() {
    return new JsonClickFormat(
        settings(
            Identity.DEVICE, Map.of("product_id", "item.sku", "price", "item.p.eur"), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'text'", "0", "1.5", "true", "false", "[{'sku':1}]", "[[]]"})
  void shouldLeaveOutFieldWhenPathLeadsThroughOtherThanObjects(String item) {
    // Given
    JsonClickFormat nested = ofNestedProducts();
    Origin origin = clickWith(",'item':" + item);
    // When, Then
    assertThat(nested.parse(origin, NOW, NOW))
        .isEqualTo(withProblems(bare(origin), ClickField.PRODUCT_ID, ClickField.PRICE));
    assertThat(nested.problems())
        .extracting(FieldProblem::toString)
        .containsExactly(
            "product_id (item.sku): expected text or a number, found no object on the path to it",
            "price (item.p.eur): expected a number of at most 15 digits before and 18 after the"
                + " point, found no object on the path to it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "[ ]", "{}", "''", "' '", "null", "'null'", "' - '", "'[object Object]'"})
  void shouldReadNothingWhenPathLeadsThroughNothing(String item) {
    // Given
    JsonClickFormat nested = ofNestedProducts();
    Origin first = clickWith(",'item':" + item);
    Origin second = clickWith(",'item':{'sku':1},'item':{'p':%s}".formatted(item));
    // When, Then
    assertThat(nested.parse(first, NOW, NOW)).isEqualTo(Ingested.of(bare(first)));
    assertThat(nested.parse(second, NOW, NOW)).isEqualTo(Ingested.of(bare(second)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "who, 7, FIELD_INVALID anonymous_id (who.id)",
        "who, 'text', FIELD_INVALID anonymous_id (who.id)",
        "who, [], IDENTITY_MISSING user_id and anonymous_id (who.id)",
        "who, '', IDENTITY_MISSING user_id and anonymous_id (who.id)",
        "what, 7, FIELD_INVALID event_type (what.type)",
        "what, [], FIELD_MISSING event_type (what.type)",
        "when, 7, TIMESTAMP_INVALID timestamp (when.ms)",
        "when, [], TIMESTAMP_INVALID timestamp (when.ms)"
      })
  void shouldRejectWhenPathToWhatIsRequiredLeadsThroughOtherThanObjects(
      String name, String value, String verdict) {
    // Given
    JsonClickFormat nested =
        new JsonClickFormat(
            settings(
                Identity.DEVICE,
                Map.of("anonymous_id", "who.id", "event_type", "what.type", "timestamp", "when.ms"),
                Map.of()));
    Origin origin =
        json(
            "{'who':{'id':'d'},'what':{'type':'search'},'when':{'ms':%d},'%s':%s}"
                .formatted(TIME, name, value));
    // When
    Rejection rejection = rejectionOf(nested.parse(origin, NOW, NOW));
    // Then
    assertThat(rejection.reason() + " " + rejection.detail().split(":")[0]).isEqualTo(verdict);
  }

  @Test
  void shouldNameBothFieldsWhenMappedFieldIsMissing() {
    // Given
    JsonClickFormat mapped =
        new JsonClickFormat(
            settings(Identity.DEVICE, Map.of("event_type", "e.type", "user_id", "uid"), Map.of()));
    Origin untyped = clickWith("");
    Origin unidentified = json("{'e':{'type':'x'},'user_id':'u'}");
    // When, Then
    assertThat(mapped.parse(untyped, NOW, NOW))
        .isEqualTo(
            rejected(RejectionReason.FIELD_MISSING, "event_type (e.type): missing", untyped));
    assertThat(mapped.parse(unidentified, NOW, NOW))
        .isEqualTo(
            rejected(
                RejectionReason.IDENTITY_MISSING,
                "user_id (uid) and anonymous_id: both missing",
                unidentified));
  }

  @Test
  void shouldGiveValueToBothFieldsWhenTheyStandAtTheSamePath() {
    // Given
    JsonClickFormat shared =
        new JsonClickFormat(
            settings(Identity.USER, Map.of("user_id", "id", "anonymous_id", "id"), Map.of()));
    Origin origin = json("{'event_type':'search','timestamp':%d,'id':5}".formatted(TIME));
    // When
    Click click = clickOf(shared.parse(origin, NOW, NOW));
    // Then
    assertThat(tuple(click.visitor().kind(), click.userId(), click.anonymousId()))
        .isEqualTo(tuple(VisitorKind.USER, "5", "5"));
  }

  @Test
  void shouldFailWithEveryProblemWhenMappingContradictsItself() {
    // Given
    Map<String, String> fields = Map.of("usr_id", "session", "price", "product_id.price");
    // When, Then
    assertThatThrownBy(
            () -> RecordShape.of(settings(Identity.DEVICE, fields, Map.of()), Columns.BUILT_IN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ingest.fields.usr_id: not a field of a click; expected one of [")
        .hasMessageContaining("anonymous_id, app_id,")
        .hasMessageContaining(
            "price (product_id.price) leads through the value of product_id; map one of them");
  }

  @Test
  void shouldMapFieldBelowItsOwnNameWhenTheDefaultNoLongerApplies() {
    // Given
    JsonClickFormat nested =
        new JsonClickFormat(
            settings(Identity.DEVICE, Map.of("product_id", "product_id.sku"), Map.of()));
    // When, Then
    assertThat(clickOf(nested.parse(clickWith(",'product_id':{'sku':1}"), NOW, NOW)).productId())
        .isEqualTo("1");
  }

  @Test
  void shouldReadOtherWhenTypeIsMappedAndItsOwnNameComes() {
    // Given
    JsonClickFormat mapped =
        new JsonClickFormat(
            settings(
                Identity.DEVICE, Map.of(), Map.of("page_view", "view", "search", "page_view")));
    // When
    Stream<EventKind> kinds =
        Stream.of("view", "page_view", "search", "purchase")
            .map(
                type ->
                    clickOf(mapped.parse(clickWith(",'event_type':'%s'".formatted(type)), NOW, NOW))
                        .kind());
    // Then
    assertThat(kinds)
        .containsExactly(
            EventKind.PAGE_VIEW, EventKind.SEARCH, EventKind.OTHER, EventKind.PURCHASE);
  }

  // ---------------------------------------------------------------------- fields of the table

  private static Columns tableWithLanguage() {
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("language", "The first language.");
    table.first("title", "page_title", null, "The first title.");
    return table.build();
  }

  /** A table has as many fields as the settings ask for. */
  private static Columns tableOf(int fields) {
    ColumnsBuilder table = new ColumnsBuilder();
    for (int i = 0; i < fields; i++) {
      table.first("field_" + i, "One of many.");
    }
    return table.build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'x':1", "'x':'\\u0041'"})
  void shouldCarryFieldOfTheTableToTheOtherSideOfTheWire(String other) throws IOException {
    // Given a record that is plain, and one that only the parser for all of JSON reads
    JsonClickFormat format = new JsonClickFormat(settings(), tableWithLanguage());
    Origin origin = clickWith(",'language':' de ','page_title':'A title',%s".formatted(other));
    assertThat(format.parsePlain(origin, NOW, NOW) == null).isEqualTo(other.contains("u0041"));
    // When
    Click click = clickOf(format.parse(origin, NOW, NOW));
    DataOutputSerializer out = new DataOutputSerializer(64);
    ClickSerializer.INSTANCE.serialize(click, out);
    Click read =
        ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    // Then
    int first = ClickText.values().length;
    assertThat(click.texts().get(first)).isEqualTo("de");
    assertThat(click.texts().get(first + 1)).isEqualTo("A title");
    assertThat(read.texts()).isEqualTo(click.texts());
  }

  @Test
  void shouldReadFieldOfTheTableWhereItIsMapped() {
    // Given
    JsonClickFormat format =
        new JsonClickFormat(
            settings(Identity.DEVICE, Map.of("language", "context.locale"), Map.of()),
            tableWithLanguage());
    Origin origin = clickWith(",'language':'no','context':{'locale':'de'}");
    // When, Then
    assertThat(clickOf(format.parse(origin, NOW, NOW)).texts().get(ClickText.values().length))
        .isEqualTo("de");
  }

  @Test
  void shouldCountFieldOfTheTableWhenItCannotBeRead() {
    // Given
    JsonClickFormat format = new JsonClickFormat(settings(), tableWithLanguage());
    // When
    Ingested ingested = format.parse(clickWith(",'language':['de']"), NOW, NOW);
    // Then
    assertThat(ingested.problems())
        .containsExactly(
            Objects.requireNonNull(ClickFields.of(tableWithLanguage()).named("language")).index());
    assertThat(format.problems())
        .extracting(FieldProblem::toString)
        .containsExactly("language: expected text or a number, found an array");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 48, 49, 300})
  void shouldReadAnyNumberOfFields(int fields) {
    // Given the last of many, readable and not
    JsonClickFormat format = new JsonClickFormat(settings(), tableOf(fields));
    String last = "field_" + (fields - 1);
    // When
    Ingested read = format.parse(clickWith(",'%s':'v'".formatted(last)), NOW, NOW);
    Ingested unread = format.parse(clickWith(",'%s':true".formatted(last)), NOW, NOW);
    // Then
    assertThat(clickOf(read).texts().get(ClickText.values().length + fields - 1)).isEqualTo("v");
    assertThat(read.problems()).isEmpty();
    assertThat(unread.problems())
        .containsExactly(
            Objects.requireNonNull(ClickFields.of(tableOf(fields)).named(last)).index());
  }

  @Test
  void shouldRefuseTableWithTextOfFieldThatIsNone() {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("price", "The first price.");
    Columns columns = table.build();
    // When, Then
    assertThatThrownBy(() -> new JsonClickFormat(settings(), columns))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("price: expected a column of a text, found one of a PRICE");
  }

  @Test
  void shouldFailWithEveryProblemWhenEventTypesContradictThemselves() {
    // Given
    Map<String, String> types = Map.of("buy", "orders", "other", "misc", "search", "page_view");
    // When, Then
    assertThatThrownBy(() -> new JsonClickFormat(settings(Identity.DEVICE, Map.of(), types)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ingest.event-types.buy: not an event type; expected one of [")
        .hasMessageContaining("ingest.event-types.other: not an event type")
        .hasMessageContaining("ingest.event-types: page_view means both page_view and search");
  }
}
