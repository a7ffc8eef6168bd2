package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.Identity;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.Ingested;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What trackers, languages and web servers send who have nothing to say, or say it in their own
 * way: each line of a situation, and what becomes of it.
 */
class TrackerQuirksTest {

  private static final long TIME = NOW - 60_000;

  /** A line of a situation, with the time set, and what becomes of it. */
  private record Line(String record, String outcome) {}

  private static Line line(String record, String outcome) {
    return new Line(record.replace("#", Long.toString(TIME)), outcome);
  }

  private static Arguments situation(
      String name, Identity identity, Map<String, String> fields, Line... lines) {
    return Arguments.of(
        name, new JsonClickFormat(settings(identity, fields, Map.of())), List.of(lines));
  }

  static Stream<Arguments> situations() {
    return Stream.of(
        situation(
            "an empty map of PHP is an array",
            Identity.DEVICE,
            Map.of(
                "event_type", "event",
                "anonymous_id", "aid",
                "page_url", "page.url",
                "product_id", "props.sku"),
            line(
                "{'aid':'k1','timestamp':#,'page':{'url':'/k'},'event':'page_view','props':{}}",
                "PAGE_VIEW of DEVICE k1, PAGE_URL /k"),
            line(
                "{'aid':'k1','timestamp':#,'page':{'url':'/k'},'event':'page_view','props':[]}",
                "PAGE_VIEW of DEVICE k1, PAGE_URL /k"),
            line(
                "{'aid':'k1','timestamp':#,'page':{'url':'/k'},'event':'page_view','props':''}",
                "PAGE_VIEW of DEVICE k1, PAGE_URL /k"),
            line(
                "{'aid':'k1','timestamp':#,'page':[],'event':'page_view','props':{'sku':[]}}",
                "PAGE_VIEW of DEVICE k1"),
            line(
                "{'aid':'k1','timestamp':#,'page':7,'event':'page_view','props':{'sku':false}}",
                "PAGE_VIEW of DEVICE k1, problems: PAGE_URL")),
        situation(
            "a user by the name of nothing",
            Identity.USER,
            Map.of(),
            line(click("'anonymous_id':'k0','user_id':'NULL'"), "SEARCH of DEVICE k0"),
            line(click("'anonymous_id':'k1','user_id':'None'"), "SEARCH of DEVICE k1"),
            line(click("'anonymous_id':'k2','user_id':'-'"), "SEARCH of DEVICE k2"),
            line(click("'anonymous_id':'k3','user_id':'[object Object]'"), "SEARCH of DEVICE k3"),
            line(click("'anonymous_id':'k4','user_id':'nil'"), "SEARCH of DEVICE k4"),
            line(click("'anonymous_id':'k5','user_id':false"), "SEARCH of DEVICE k5"),
            line(
                click("'anonymous_id':'k6','user_id':'0'"),
                "SEARCH of USER 0, USER_ID 0, ANONYMOUS_ID k6"),
            line(click("'user_id':'NULL'"), "IDENTITY_MISSING")),
        situation(
            "a device of zeros",
            Identity.DEVICE,
            Map.of(),
            line(
                click("'anonymous_id':'00000000-0000-0000-0000-000000000000','user_id':'m0'"),
                "SEARCH of USER m0"),
            line(
                click("'anonymous_id':'00000000-0000-0000-0000-000000000000','user_id':'m1'"),
                "SEARCH of USER m1"),
            line(
                click("'anonymous_id':'00000000-0000-0000-0000-000000000000'"),
                "IDENTITY_MISSING")),
        situation(
            "an id that went through a table with gaps",
            Identity.DEVICE,
            Map.of(),
            line(click("'user_id':90210"), "SEARCH of USER 90210"),
            line(click("'user_id':90210.0"), "SEARCH of USER 90210"),
            line(click("'user_id':'90210.00'"), "SEARCH of USER 90210"),
            line(
                click("'user_id':90210.0,'product_id':5.0,'order_id':'6.0','event_id':7.0"),
                "SEARCH of USER 90210, EVENT_ID 7, PRODUCT_ID 5, ORDER_ID 6"),
            line(click("'user_id':90210.5"), "SEARCH of USER 90210.5")),
        situation(
            "the log of a web server",
            Identity.DEVICE,
            Map.of(
                "event_type", "method", "anonymous_id", "ip", "user_id", "user", "page_url", "uri"),
            line(
                "{'timestamp':#,'method':'GET','ip':'198.51.100.7','user':'-','uri':'/k','referrer':'-'}",
                "OTHER of DEVICE 198.51.100.7, PAGE_URL /k"),
            line(
                "{'timestamp':#,'method':'-','ip':'198.51.100.7','user':'-','uri':'/k'}",
                "FIELD_MISSING"),
            line(
                "{'timestamp':'-','method':'GET','ip':'198.51.100.7','uri':'/k'}",
                "TIMESTAMP_INVALID")),
        situation(
            "prices as people write them",
            Identity.DEVICE,
            Map.of(),
            line(
                purchase("'price':'2,450.00','currency':'EUR'"),
                "PURCHASE of DEVICE k, CURRENCY EUR, problems: PRICE"),
            line(
                purchase("'price':'71,20','currency':'EUR'"),
                "PURCHASE of DEVICE k, CURRENCY EUR, problems: PRICE"),
            line(
                purchase("'price':'$12','currency':'USD'"),
                "PURCHASE of DEVICE k, CURRENCY USD, problems: PRICE"),
            line(
                purchase("'price':'71.20','currency':'EUR'"),
                "PURCHASE of DEVICE k, CURRENCY EUR, price 71.20"),
            line(purchase("'price':'-'"), "PURCHASE of DEVICE k")),
        situation(
            "fields that mean nothing for the event",
            Identity.DEVICE,
            Map.of(),
            line(click("'anonymous_id':'k','page_url':'/'"), "SEARCH of DEVICE k, PAGE_URL /"),
            line(
                purchase("'product_id':'s','quantity':-2,'price':3"),
                "PURCHASE of DEVICE k, PRODUCT_ID s, problems: QUANTITY PRICE"),
            line(
                purchase("'product_id':'s','quantity':'3 pieces'"),
                "PURCHASE of DEVICE k, PRODUCT_ID s, problems: QUANTITY"),
            line(purchase("'quantity':{}"), "PURCHASE of DEVICE k"),
            line(
                purchase("'referrer':'\\ud83d','order_id':'\\ud83d','user_id':'\\ud83d'"),
                "PURCHASE of DEVICE k, REFERRER \uFFFD, problems: USER_ID REFERRER ORDER_ID"),
            line(
                "{'event_type':'purchase','timestamp':#,'anonymous_id':true,'user_id':'m'}",
                "FIELD_INVALID")));
  }

  private static String click(String members) {
    return "{'event_type':'search','timestamp':#," + members + "}";
  }

  private static String purchase(String members) {
    return "{'event_type':'purchase','timestamp':#,'anonymous_id':'k'," + members + "}";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("situations")
  void shouldBecome(String situation, JsonClickFormat format, List<Line> lines) {
    assertThat(lines)
        .extracting(line -> outcome(format.parse(json(line.record), NOW, NOW)))
        .containsExactlyElementsOf(lines.stream().map(Line::outcome).toList());
  }

  /** In words: who did what, what else is known, and which fields could not be read. */
  private static String outcome(Ingested ingested) {
    Click click = ingested.click();
    if (click == null) {
      return ingested.rejection().reason().name();
    }
    String id = click.visitor().id();
    String texts =
        Stream.of(ClickText.values())
            .filter(text -> text != ClickText.EVENT_TYPE && click.texts().has(text))
            .filter(text -> !hasSaid(text, click))
            .map(text -> ", " + text + " " + click.texts().get(text))
            .collect(Collectors.joining());
    String problems =
        ingested.problems().stream()
            .map(field -> ClickFields.of(Columns.BUILT_IN).all().get(field).name())
            .map(name -> name.toUpperCase(Locale.ROOT))
            .collect(Collectors.joining(" "));
    return click.kind()
        + " of "
        + click.visitor().kind()
        + " "
        + id
        + texts
        + (click.price() == null ? "" : ", price " + click.price())
        + (problems.isEmpty() ? "" : ", problems: " + problems);
  }

  /** Whether the visitor has said it already, who has no other id. */
  private static boolean hasSaid(ClickText text, Click click) {
    boolean isId = text == ClickText.USER_ID || text == ClickText.ANONYMOUS_ID;
    return isId && (click.userId() == null || click.anonymousId() == null);
  }
}
