package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records as trackers and servers write them, and the clicks that each format makes of them. The
 * examples of the pages are among them.
 */
class PresetsTest {

  private static final String AD =
      "page_url https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=spring";
  private static final String CAMPAIGN = "utm_source news, utm_medium email, utm_campaign spring";
  private static final String FROM = "referrer https://search.example/q";
  private static final String P1 = "page_url https://shop.example/p/p1";
  private static final String THANKS = "page_url https://shop.example/thanks";
  private static final String BYE = "page_url https://shop.example/bye";
  private static final String ORDER = "order_id o1, revenue 49, 2 p1 at 9.5, 1 p2 at 25";

  /** Parts of a line, joined. */
  private static String click(String... parts) {
    return String.join(", ", parts);
  }

  static Stream<Arguments> examples() {
    return Stream.of(
        Arguments.of("segment", segment()),
        Arguments.of("snowplow", snowplow()),
        Arguments.of("ga4", ga4()),
        Arguments.of("posthog", posthog()),
        Arguments.of("amplitude", amplitude()),
        Arguments.of("mixpanel", mixpanel()),
        Arguments.of("matomo", matomo()));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldReadTheExampleOfThePage(String format, List<String> expected) throws IOException {
    FormatRun run = FormatRun.of(format);
    List<String> lines = new ArrayList<>();
    for (String record :
        Files.readAllLines(Path.of("config", "examples", format + ".jsonl"), UTF_8)) {
      lines.addAll(run.lines(record));
    }
    assertThat(lines.stream().map(line -> line.replaceFirst(", event_id [^,]*", "")).toList())
        .containsExactlyElementsOf(expected);
  }

  private static List<String> segment() {
    String before = " of DEVICE 8dab832d-fcbe-4252-9b9e-15d2f90cd5ad at 2026-11-30T11:4";
    return List.of(
        click("PAGE_VIEW 'page'" + before + "3:39.103Z", AD, FROM, CAMPAIGN),
        click(
            "PRODUCT_VIEW 'Product Viewed'" + before + "4:19.103Z",
            P1,
            "product_id p1, currency EUR, 1 at 9.5"),
        click(
            "ADD_TO_CART 'Product Added'" + before + "4:39.103Z",
            P1,
            "product_id p1, currency EUR, 2 at 9.5"),
        click("IDENTIFY 'identify'" + before + "5:09.103Z", "user_id u1", P1),
        click(
            "PURCHASE 'Order Completed'" + before + "6:09.103Z",
            "user_id u1",
            THANKS,
            "currency EUR",
            ORDER),
        click(
            "PAGE_VIEW 'page' of DEVICE 2c19f3a0-77d1-4b55-8a5e-0f64e1d8b2c3 at 2026-11-30T11:46:39.103Z",
            BYE),
        // A body of a server, in which a group has no device.
        "PAGE_VIEW 'page' of DEVICE d7 at 2026-11-30T11:46:59.103Z, page_url https://shop.example/app",
        "skipped",
        "PRODUCT_VIEW 'Product Viewed' of DEVICE d7 at 2026-11-30T11:47:01.103Z, user_id u7, product_id p2",
        // RudderStack, whose nobody is an empty text.
        click(
            "PAGE_VIEW 'page' of DEVICE 5f0a3a34-91c5-4a54-9df6-0b0f3c6a2a10 at 2026-11-30T11:47:19.103Z",
            BYE,
            FROM),
        // Jitsu's topic.
        click(
            "PRODUCT_VIEW 'Product Viewed' of DEVICE c1061a2b-7c0e-4e0a-a9c4-3a5b6c7d8e9f at 2026-11-30T11:47:39.103Z",
            P1,
            "product_id p1"));
  }

  private static List<String> snowplow() {
    String row = " of DEVICE 8c4bfa2e-5f3f-4b7e-9d0b-27f2a6a1c9d4 of shop at 2026-11-30T11:4";
    String where = "device_type Computer, country DE";
    String bridge = " of DEVICE d8e1c7a0-1b2c-4d3e-8f40-516273849506 of shop at 2026-11-30T11:4";
    return List.of(
        click("PAGE_VIEW 'page_view'" + row + "3:39.293Z", AD, FROM, CAMPAIGN, where),
        click("PRODUCT_VIEW 'product_view'" + row + "4:19.293Z", P1, where, "1 p1 at 9.5"),
        click("ADD_TO_CART 'add_to_cart'" + row + "4:39.293Z", P1, where, "2 p1 at 9.5"),
        click(
            "PURCHASE 'transaction'" + row + "6:09.293Z",
            "user_id u1",
            THANKS,
            "currency EUR",
            where,
            ORDER),
        click("PAGE_VIEW 'page_view'" + bridge + "6:59.293Z", AD, FROM, CAMPAIGN),
        click(
            "PURCHASE 'transaction'" + bridge + "7:29.293Z",
            THANKS,
            "currency EUR, order_id o2, revenue 25, 1 p2 at 25"),
        click("PAGE_VIEW 'page_view' of DEVICE d9 of shop at 2026-11-30T11:48:39.103Z", BYE, FROM),
        "PRODUCT_VIEW 'product_view' of DEVICE d9 of shop at 2026-11-30T11:48:49.103Z, 1 p1 at 9.5");
  }

  private static List<String> ga4() {
    String row = " of DEVICE 1483951.1796038 of 4711 at 2026-11-30T11:4";
    String where = "device_type desktop, country Germany";
    return List.of(
        click("OTHER 'first_visit'" + row + "3:39.103Z", AD, FROM, CAMPAIGN, where),
        click("OTHER 'session_start'" + row + "3:39.103Z", AD, FROM, CAMPAIGN, where),
        click("PAGE_VIEW 'page_view'" + row + "3:39.103Z", AD, FROM, CAMPAIGN, where),
        click("PAGE_VIEW 'page_view'" + row + "4:19.103Z", P1, where),
        click("PRODUCT_VIEW 'view_item'" + row + "4:19.103Z", P1, where, "1 p1 at 9.5"),
        click("ADD_TO_CART 'add_to_cart'" + row + "4:39.103Z", P1, where, "2 p1 at 9.5"),
        click(
            "PURCHASE 'purchase'" + row + "6:09.103Z",
            "user_id u1",
            THANKS,
            "currency EUR",
            where,
            "order_id o1, revenue 49.0, 2 p1 at 9.5, 1 p2 at 25.0"),
        click("PAGE_VIEW 'page_view' of DEVICE d7.1 at 2026-11-30T11:46:59.103Z, user_id u7", BYE),
        "PURCHASE 'purchase' of DEVICE d7.1 at 2026-11-30T11:46:59.103Z, user_id u7, currency EUR, order_id o7, revenue 25, 1 p2 at 25");
  }

  private static List<String> posthog() {
    String browser = " of DEVICE 0193ac0e-7d2e-7c2a-9b1f-4d5e6f708192 at 2026-11-30T11:4";
    return List.of(
        click("PAGE_VIEW '$pageview'" + browser + "3:39.103Z", AD, FROM, CAMPAIGN),
        click(
            "PRODUCT_VIEW 'Product Viewed'" + browser + "4:19.103Z", P1, "product_id p1, 1 at 9.5"),
        // The topic of the capture service.
        click(
            "ADD_TO_CART 'Product Added'" + browser + "4:39.103Z",
            P1,
            "product_id p1, currency EUR, 2 at 9.5"),
        click("IDENTIFY '$identify'" + browser + "5:09.103Z", "user_id u1", P1),
        // clickhouse_events_json
        click(
            "PURCHASE 'Order Completed'" + browser + "6:09.103Z",
            "user_id u1",
            THANKS,
            "currency EUR",
            ORDER),
        click("PAGE_VIEW '$pageview' of DEVICE d7 at 2026-11-30T11:46:59.103Z", BYE),
        "skipped");
  }

  private static List<String> amplitude() {
    String browser = " of DEVICE 6b7c8d9e-0f1a-4b2c-8d3e-4f5061728394 at 2026-11-30T11:4";
    return List.of(
        "skipped",
        "skipped",
        click("PAGE_VIEW '[Amplitude] Page Viewed'" + browser + "3:39.103Z", AD, FROM, CAMPAIGN),
        "PRODUCT_VIEW 'Product Viewed'" + browser + "4:19.103Z, product_id p1",
        "ADD_TO_CART 'Product Added'" + browser + "4:39.103Z, product_id p1, 2 at null",
        "PURCHASE 'revenue_amount'"
            + browser
            + "6:09.103Z, user_id u1, product_id p1, currency EUR, 2 at 9.5",
        "PURCHASE 'revenue_amount'"
            + browser
            + "6:09.103Z, user_id u1, product_id p2, currency EUR, 1 at 25",
        click("PAGE_VIEW '[Amplitude] Page Viewed' of DEVICE d7 at 2026-11-30T11:46:59.103Z", BYE));
  }

  private static List<String> mixpanel() {
    String browser = " of DEVICE 1e2d3c at 2026-11-30T11:4";
    return List.of(
        click("PAGE_VIEW '$mp_web_page_view'" + browser + "3:39.103Z", AD, FROM, CAMPAIGN),
        click(
            "PRODUCT_VIEW 'Product Viewed'" + browser + "4:19.103Z", P1, "product_id p1, 1 at 9.5"),
        click("PAGE_VIEW '$mp_web_page_view'" + browser + "3:39.103Z", AD, FROM, CAMPAIGN),
        click(
            "ADD_TO_CART 'Product Added'" + browser + "4:39.103Z",
            P1,
            "product_id p1, currency EUR, 2 at 9.5"),
        // utm_source is that of an earlier visit.
        click(
            "PURCHASE 'Order Completed'" + browser + "6:09.103Z",
            "user_id u1",
            THANKS,
            "currency EUR",
            ORDER),
        "skipped",
        click("PAGE_VIEW '$mp_web_page_view' of DEVICE d7 at 2026-11-30T11:46:59.103Z", BYE));
  }

  private static List<String> matomo() {
    String visitor = " of DEVICE 0123456789abcdef of 1 at 2026-11-30T11:4";
    return List.of(
        click("PAGE_VIEW 'page'" + visitor + "3:39Z", AD, FROM, CAMPAIGN),
        click("PRODUCT_VIEW 'product'" + visitor + "4:19Z", P1, "product_id p1, 1 at 9.5"),
        "skipped",
        click("ADD_TO_CART 'cart'" + visitor + "4:39Z", P1, "revenue 19, 2 p1 at 9.5"),
        click("PURCHASE 'order'" + visitor + "6:09Z", "user_id u1", THANKS, ORDER),
        click("PAGE_VIEW 'page' of DEVICE fedcba9876543210 of 1 at 2026-11-30T11:46:59Z", BYE));
  }

  /** What the examples do not have. */
  static Stream<Arguments> others() {
    String time = "'timestamp':'2026-11-30T11:00:00Z'";
    String at = " at 2026-11-30T11:00:00Z";
    String ms = "1796036400000";
    return Stream.of(
        // A screen of an app; a time that only the caller's is.
        Arguments.of(
            "segment",
            "{'type':'screen','name':'P','anonymousId':'d'," + time + "}",
            "PAGE_VIEW 'screen' of DEVICE d" + at),
        Arguments.of(
            "segment",
            "{'type':'track','event':'page','anonymousId':'d'," + time + "}",
            "OTHER 'page' of DEVICE d" + at),
        Arguments.of(
            "segment",
            "{'type':'track','event':'Viewed Product','userId':'u',"
                + time
                + ",'originalTimestamp':'2026-11-30T11:55:00Z'}",
            "PRODUCT_VIEW 'Viewed Product' of USER u" + at + ", user_id u"),
        Arguments.of(
            "segment", "{'type':'alias','userId':'u','previousId':'d'," + time + "}", "skipped"),
        Arguments.of("segment", "{'batch':[],'sentAt':'2026-11-30T11:00:00Z'}", "nothing"),
        Arguments.of(
            "snowplow", "e=pp&duid=d&aid=a&ttm=" + ms, "OTHER 'page_ping' of DEVICE d of a" + at),
        Arguments.of(
            "snowplow",
            "e=tr&duid=d&tr_id=o&tr_tt=19&tr_cu=EUR&dtm=" + ms,
            "PURCHASE 'transaction' of DEVICE d" + at + ", currency EUR, order_id o, revenue 19"),
        Arguments.of(
            "snowplow", "e=se&se_ac=play&nuid=n&dtm=" + ms, "OTHER 'play' of DEVICE n" + at),
        Arguments.of(
            "snowplow",
            "e=pv&duid=d",
            "TIMESTAMP_INVALID: timestamp ([derived_tstamp, true_tstamp, dvce_created_tstamp, collector_tstamp]): expected epoch milliseconds as an integer or ISO-8601, with an offset or local, found nothing"),
        Arguments.of(
            "snowplow",
            "a\tb",
            "MALFORMED_JSON: expected 131 columns with tabs between them, found 2"),
        Arguments.of(
            "ga4",
            "{'event_name':'view_search_results','event_timestamp':'"
                + ms
                + "123','user_pseudo_id':'d'}",
            "SEARCH 'view_search_results' of DEVICE d" + at),
        // A value may be in another member of a parameter.
        Arguments.of(
            "ga4",
            "{'event_name':'purchase','event_timestamp':'"
                + ms
                + "000','user_pseudo_id':'d','event_params':[{'key':'value','value':{'int_value':'49'}}]}",
            "PURCHASE 'purchase' of DEVICE d" + at + ", revenue 49"),
        Arguments.of(
            "ga4",
            "{'client_id':'d','events':[{'name':'login','timestamp_micros':" + ms + "000}]}",
            "IDENTIFY 'login' of DEVICE d" + at),
        Arguments.of(
            "posthog",
            "{'event':'$screen','uuid':'e','distinct_id':'d','properties':{'$referrer':'$direct'},"
                + time
                + "}",
            "PAGE_VIEW '$screen' of DEVICE d" + at + ", event_id e"),
        Arguments.of(
            "posthog",
            "{'event':'$pageleave','uuid':'e','distinct_id':'d'," + time + "}",
            "skipped"),
        Arguments.of(
            "amplitude",
            "{'event_type':'[Amplitude] Web Vitals','device_id':'d','time':" + ms + "}",
            "skipped"),
        // The counter of the client is no id.
        Arguments.of(
            "amplitude",
            "{'event_type':'x','event_id':0,'device_id':'d','time':" + ms + "}",
            "OTHER 'x' of DEVICE d" + at),
        Arguments.of(
            "mixpanel",
            "{'event':'x','properties':{'distinct_id':'d'}}",
            "OTHER 'x' of DEVICE d at 2026-11-30T12:00:00Z"),
        Arguments.of(
            "mixpanel",
            "{'event':'x','properties':{'distinct_id':'d','time':1796036400}}",
            "OTHER 'x' of DEVICE d" + at),
        Arguments.of(
            "mixpanel",
            "{'event':'x','properties':{'distinct_id':'d','time':'yesterday'}}",
            "TIMESTAMP_INVALID: timestamp (properties.time, else @kafka): expected epoch seconds or milliseconds or ISO-8601 with an offset, found text"),
        Arguments.of(
            "mixpanel",
            "ip=1",
            "MALFORMED_JSON: expected JSON or a form with data=, found neither"),
        Arguments.of(
            "matomo",
            "idsite=1&_id=d&url=/",
            "PAGE_VIEW 'page' of DEVICE d of 1 at 2026-11-30T12:00:00Z, page_url /"),
        Arguments.of(
            "matomo",
            "idsite=1&_id=d&e_c=Video&e_a=Play&cdt=1796036400",
            "OTHER 'event' of DEVICE d of 1" + at),
        Arguments.of(
            "matomo",
            "idsite=1&url=/&cdt=1796036400",
            "IDENTITY_MISSING: user_id (uid) and anonymous_id ([cid, _id]): both missing"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void shouldReadARecord(String format, String record, String expected) {
    String json = record.startsWith("{") ? record.replace('\'', '"') : record;
    assertThat(FormatRun.of(format).lines(json)).containsExactly(expected);
  }

  @Test
  void shouldLetEverySettingOfAFormatBeSetByItself() {
    IngestSettings settings =
        FormatRun.settings(
            "segment",
            "--ingest.fields.user_id",
            "traits.email",
            "--ingest.event-types.purchase",
            "{event: Paid, properties.total: {above: 0}}",
            "--ingest.skip",
            "{type: group}");

    assertThat(settings.fields().get("user_id")).hasToString("traits.email");
    assertThat(settings.fields().get("timestamp"))
        .hasToString("[httpPayload.timestamp, timestamp, originalTimestamp]");
    assertThat(settings.eventTypes().get("purchase"))
        .hasToString("{event: Paid, properties.total: {above: 0}}");
    assertThat(settings.skip()).hasToString("{type: group}");
    assertThat(settings.clicksAt()).hasToString("batch");
    assertThat(FormatRun.settings("segment", "--ingest.constants.currency", "EUR").constants())
        .isEqualTo(Map.of("currency", "EUR"));
  }

  static Stream<String> formats() {
    return ClickFormats.ofTrackers().stream();
  }

  /** Each has its file, its page and its example, which name each other. */
  @ParameterizedTest
  @MethodSource("formats")
  void shouldHaveAPageAndAnExample(String format) throws IOException {
    String example = "config/examples/" + format;
    String call =
        "./mvnw -Plocal -Dargs=\"--replay %s.jsonl --out out --config %s.yaml\""
            .formatted(example, example);
    assertThat(Path.of("src/docs/formats", format + ".md"))
        .content()
        .startsWith("# Format `" + format + "`")
        .contains(call, "../../main/resources/io/clickstream/config/formats/" + format + ".yaml");
    assertThat(Path.of(example + ".yaml")).content().contains(call, "  format: " + format);
    assertThat(ClickFormats.file(format)).startsWith("# ingest.format: " + format + "\n");
  }
}
