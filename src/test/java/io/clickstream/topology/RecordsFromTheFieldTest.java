package io.clickstream.topology;

import static io.clickstream.topology.WholeWay.NOW;
import static io.clickstream.topology.WholeWay.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records as trackers, servers and exports write them: how they are framed, where in them something
 * is, and when it happened, up to the sessions that are published.
 */
class RecordsFromTheFieldTest {

  /** 2026-11-27T00:53:20Z. */
  private static final long TIME = 1_795_740_800_000L;

  private static final String DEFAULTS = "session: {gap: 30min}";

  @TempDir private Path directory;

  private WholeWay way(String yaml) throws IOException {
    return WholeWay.of(directory, yaml);
  }

  /** A page view some seconds after {@link #TIME}, with more members. */
  private static String view(int seconds, String members) {
    return "{'event_type':'page_view','timestamp':%d,%s}"
        .formatted(TIME + seconds * 1000L, members);
  }

  // ------------------------------------------------------------------------- what happened

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingest: {format: segment}",
        """
        ingest:
          fields:
            event_id: messageId
            event_type: [event, type]
            anonymous_id: anonymousId
            page_url: context.page.url
            product_id: properties.product_id
            revenue: properties.revenue
            currency: properties.currency
          event-types:
            page_view: {type: [page, screen]}
            product_view: Product Viewed
            purchase: Order Completed
        """
      })
  void shouldCountAllCallsOfAVisitWhenTheirTypeIsInTwoFields(String yaml) throws IOException {
    WholeWay way =
        way(yaml)
            .read(
                call("m1", "'type':'page','name':'Home'"),
                call("m2", "'type':'screen','name':'Basket'"),
                call(
                    "m3",
                    "'type':'track','event':'Product Viewed','properties':{'product_id':'p1'}"),
                call(
                    "m4",
                    "'type':'track','event':'Order Completed',"
                        + "'properties':{'revenue':20,'currency':'EUR'}"));

    assertThat(
            way.sessions(
                "visitor_id",
                "event_count",
                "page_views",
                "product_views",
                "purchases",
                "revenue",
                "currency"))
        .containsExactly("a1 4 2 1 1 20 EUR");
    assertThat(way.rejected()).isEmpty();
  }

  private static String call(String id, String members) {
    return ("{'anonymousId':'a1','messageId':'%s','timestamp':'2026-11-27T09:00:00.000Z',"
            + "'context':{'page':{'url':'https://shop.example/'}},%s}")
        .formatted(id, members);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[page, screen] | 3 false", "'\"page, screen\"' | 0 null"})
  void shouldCountTypesUnderTwoNamesWhenTheyAreAList(String names, String counted)
      throws IOException {
    WholeWay way =
        way("ingest: {event-types: {page_view: %s}}".formatted(names))
            .read(
                view(0, "'anonymous_id':'d1'").replace("page_view", "page"),
                view(1, "'anonymous_id':'d1'").replace("page_view", "screen"),
                view(2, "'anonymous_id':'d1'").replace("page_view", "page"));

    assertThat(way.sessions("event_count", "page_views", "is_bounce"))
        .containsExactly("3 " + counted);
  }

  @Test
  void shouldTakeEveryRecordForAPageViewOfItsTimeInKafkaWhenItHasNeitherTypeNorTime()
      throws IOException {
    WholeWay way =
        way(
            """
            ingest:
              constants: {event_type: page_view}
              fields: {timestamp: '@kafka'}
            """);
    for (int minute = 0; minute < 3; minute++) {
      way.read(
          json(
              "{'product_id':'p%d','user_id':'u1','view_time':20,'ip':'192.0.2.1'}"
                  .formatted(minute)),
          NOW.minus(Duration.ofMinutes(60 - minute)));
    }

    assertThat(
            way.sessions(
                "visitor_kind", "visitor_id", "page_views", "duration_ms", "session_start"))
        .containsExactly("USER u1 3 120000 " + NOW.minus(Duration.ofMinutes(60)).toEpochMilli());
    // Neither is taken for granted.
    assertThat(way(DEFAULTS).read("{'user_id':'u1','view_time':20}").rejected())
        .containsExactly("FIELD_MISSING: event_type: missing");
  }

  // ------------------------------------------------------------------------------- values

  @Test
  void shouldCountClicksWhoseEmptyMapsAreArraysOrTexts() throws IOException {
    WholeWay way = way("ingest: {fields: {product_id: properties.sku}}");
    for (String nothing : List.of("{}", "[]", "''", "null")) {
      way.read(view(0, "'anonymous_id':'d1','properties':" + nothing));
    }

    assertThat(way.sessions("page_views", "products")).containsExactly("4 []");
    assertThat(way.rejected()).isEmpty();
    assertThat(way.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingest: {format: ga4}",
        """
        ingest:
          timestamp-unit: us
          fields:
            event_type: event_name
            timestamp: event_timestamp
            anonymous_id: user_pseudo_id
            page_url: event_params[key=page_location].value.string_value
        """
      })
  void shouldFindThePageInAnArrayOfKeysAndValues(String yaml) throws IOException {
    WholeWay way =
        way(yaml)
            .read(
                """
                {'event_timestamp':'1795740800000000','event_name':'page_view','user_pseudo_id':'1.1',
                 'event_params':[{'key':'ga_session_id','value':{'int_value':'5'}},
                  {'key':'page_location','value':{'string_value':'https://shop.example/a'}}]}
                """);

    assertThat(way.sessions("visitor_id", "session_start", "page_views", "entry_page", "exit_page"))
        .containsExactly("1.1 " + TIME + " 1 https://shop.example/a https://shop.example/a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "                               | '1795740800000'              | 0",
        "timestamp-unit: s              | 1795740800                   | 0",
        "timestamp-unit: s              | 1795740800.500               | 500",
        "timestamp-unit: us             | 1795740800000000             | 0",
        "timestamp-unit: us             | '1795740800000000'           | 0",
        "timestamp-unit: ms             | 1795740800000.0              | 0",
        "timestamp-zone: UTC            | '2026-11-27 00:53:20.000'    | 0",
        "timestamp-zone: UTC            | '2026-11-27T00:53:20.000'    | 0",
        "timestamp-zone: Europe/Berlin  | '2026-11-27 01:53:20'        | 0",
        "                               | '2026-11-27 00:53:20+00:00'  | 0"
      })
  void shouldBeginAtTheTimeThatIsMeant(String setting, String written, long after)
      throws IOException {
    WholeWay way =
        way("ingest: {%s}".formatted(setting == null ? "" : setting))
            .read(
                "{'event_type':'page_view','anonymous_id':'d1','timestamp':%s}".formatted(written));

    assertThat(way.sessions("session_start")).containsExactly(String.valueOf(TIME + after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1795740800                 | ingest.timestamp-unit: s",
        "1795740800.500             | ingest.timestamp-unit: s",
        "1795740800000000           | ingest.timestamp-unit: us",
        "'1795740800000000'         | ingest.timestamp-unit: us",
        "1795740800000.0            | ingest.timestamp-unit: ms",
        "'2026-11-27 00:53:20.000'  | ingest.timestamp-zone",
        "'2026-11-27T00:53:20.000'  | ingest.timestamp-zone"
      })
  void shouldNameTheSettingWhenATimeIsNotRead(String written, String setting) throws IOException {
    WholeWay way =
        way(DEFAULTS)
            .read(
                "{'event_type':'page_view','anonymous_id':'d1','timestamp':%s}".formatted(written));

    assertThat(way.sessions("session_start")).isEmpty();
    assertThat(way.rejected())
        .singleElement()
        .asString()
        .startsWith("TIMESTAMP_INVALID: timestamp: ")
        .endsWith("set " + setting);
  }

  // -------------------------------------------------------------------------------- clocks

  @Test
  void shouldBeginWhenTheVisitWasWhateverTheClockOfTheDevice() throws IOException {
    String yaml =
        """
        ingest:
          fields: {event_type: event, anonymous_id: device, sent_at: sentAt, received_at: receivedAt}
          %s
        """;
    // Each ten seconds before it was sent.
    String click =
        "{'event':'page_view','device':'%s','timestamp':'%s','sentAt':'%s',"
            + "'receivedAt':'2026-11-27T00:53:20.000Z'}";
    String[] clicks = {
      click.formatted("ahead", "2099-12-12T11:55:20Z", "2099-12-12T11:55:30Z"),
      click.formatted("slow", "2026-11-26T00:00:00Z", "2026-11-26T00:00:10Z"),
      click.formatted("right", "2026-11-27T00:53:09Z", "2026-11-27T00:53:19Z")
    };

    WholeWay corrected = way(yaml.formatted("clock-tolerance: 2min")).read(clicks);
    assertThat(corrected.sessions("session_start", "visitor_id"))
        .containsExactly(
            (TIME - 11_000) + " right", (TIME - 10_000) + " ahead", (TIME - 10_000) + " slow");
    assertThat(corrected.late()).isEmpty();
    WholeWay asWritten = way(yaml.formatted("")).read(clicks);
    assertThat(asWritten.sessions("session_start", "visitor_id"))
        .containsExactly(
            Instant.parse("2026-11-26T00:00:00Z").toEpochMilli() + " slow",
            (TIME - 11_000) + " right");
    assertThat(asWritten.rejected()).singleElement().asString().startsWith("TIMESTAMP_IN_FUTURE");
  }

  // ------------------------------------------------------------------------------- records

  static Stream<Arguments> framed() {
    byte[] one = json(view(0, "'anonymous_id':'f'"));
    byte[] schemaId = {0, 0, 0, 0, 42};
    return Stream.of(
        Arguments.of("clicks-at: .", joined("[", one, ",", one, "]"), 2, "ingest.clicks-at"),
        Arguments.of(
            "clicks-at: batch",
            joined("{'batch':[", one, ",", one, "]}"),
            2,
            "event_type: missing"),
        Arguments.of("framing: lines", joined(one, one), 2, "ingest.framing"),
        Arguments.of("framing: lines", joined(one, "\n", one), 2, "ingest.framing"),
        Arguments.of(
            "framing: text",
            joined("'", new String(one, UTF_8).replace("\"", "\\'"), "'"),
            1,
            "ingest.framing"),
        Arguments.of("framing: confluent", joined(schemaId, one), 1, "ingest.framing"),
        Arguments.of("framing: gzip", gzip(one), 1, "ingest.framing"),
        Arguments.of(
            "framing: [confluent, gzip, lines]",
            joined(schemaId, gzip(joined(one, one))),
            2,
            "ingest.framing"));
  }

  @ParameterizedTest
  @MethodSource("framed")
  void shouldReadRecordsThatAreNotOneObjectOrNameTheSetting(
      String setting, byte[] record, int clicks, String named) throws IOException {
    WholeWay read = way("ingest: {%s}".formatted(setting)).read(record, NOW);
    assertThat(read.sessions("visitor_id", "event_count")).containsExactly("f " + clicks);
    assertThat(read.rejected()).isEmpty();

    WholeWay unset = way(DEFAULTS).read(record, NOW);
    assertThat(unset.sessions("visitor_id")).isEmpty();
    assertThat(unset.rejected()).singleElement().asString().contains(named);
  }

  private static byte[] joined(Object... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Object part : parts) {
      bytes.writeBytes(part instanceof byte[] given ? given : json((String) part));
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
