package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.rules;
import static io.clickstream.ingest.IngestSamples.settings;
import static io.clickstream.ingest.IngestSamples.sources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clickstream.columns.Condition;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as trackers, servers and exports write them, and the settings that read them. */
class CasesFromTheFieldTest {

  private static final long TIME = NOW - 1_000;

  private static List<Ingested> read(IngestSettings settings, String record) {
    return read(settings, json(record));
  }

  private static List<Ingested> read(IngestSettings settings, Origin record) {
    List<Ingested> all = new ArrayList<>();
    new JsonClickFormat(settings).parse(record, NOW, NOW, all::add);
    return all;
  }

  private static Click click(IngestSettings settings, String record) {
    Ingested only = read(settings, record).get(0);
    assertThat(only.click()).as(String.valueOf(only.rejection())).isNotNull();
    return Objects.requireNonNull(only.click());
  }

  private static Rejection rejection(Ingested ingested) {
    return Objects.requireNonNull(ingested.rejection());
  }

  /** A click of device d with more members. */
  private static String with(String members) {
    return "{'timestamp':%d,'anonymous_id':'d',%s}".formatted(TIME, members);
  }

  private static IngestSettings fields(Map<String, ?> fields) {
    return settings().with(IngestSettings.FIELDS, sources(fields));
  }

  private static IngestSettings types(Map<String, ?> types) {
    return settings().with(IngestSettings.EVENT_TYPES, rules(types));
  }

  // ------------------------------------------------------------------------- what happened

  @DisplayName("what happened stands in two fields: type, and event where it is a track")
  @ParameterizedTest
  @CsvSource({
    "'''type'':''page''', PAGE_VIEW, page",
    "'''type'':''screen'',''name'':''Home''', PAGE_VIEW, screen",
    "'''type'':''track'',''event'':''Product Viewed''', PRODUCT_VIEW, Product Viewed",
    "'''type'':''track'',''event'':''Order Completed''', PURCHASE, Order Completed",
    "'''type'':''track'',''event'':''Fridge opened''', OTHER, Fridge opened",
    "'''type'':''identify'',''event'':null', IDENTIFY, identify"
  })
  void shouldFindTheTypeInTwoFields(String members, EventKind kind, String text) {
    IngestSettings segment =
        fields(Map.of("event_type", List.of("event", "type")))
            .with(
                IngestSettings.EVENT_TYPES,
                rules(
                    Map.of(
                        "page_view", Map.of("type", List.of("page", "screen")),
                        "product_view", "Product Viewed",
                        "purchase", List.of("Order Completed", "Order Paid"))));
    Click click = click(segment, with(members));
    assertThat(click.kind()).isEqualTo(kind);
    assertThat(click.eventType()).isEqualTo(text);
  }

  @Test
  void shouldCallATypeByOurNameWhenTheRecordHasNone() {
    IngestSettings settings =
        types(Map.of("page_view", Map.of("url", "exists"), "search", Map.of("q", "exists")));

    Click view = click(settings, with("'url':'/','q':'shoes'"));
    assertThat(view.kind()).isEqualTo(EventKind.PAGE_VIEW);
    assertThat(view.eventType()).isEqualTo("page_view");
    assertThat(view.texts().areInValue()).isTrue();
    assertThat(click(settings, with("'q':'\\u0061'")).eventType()).isEqualTo("search");
    assertThat(rejection(read(settings, with("'x':1")).get(0)).detail())
        .isEqualTo("event_type: missing");
    // A type of its own stays what it is.
    assertThat(click(settings, with("'q':'x','event_type':'find'")).eventType()).isEqualTo("find");
  }

  @Test
  void shouldTakeTheFirstOfOurTypesWhenSeveralFit() {
    IngestSettings settings =
        types(
            Map.of(
                "purchase", Map.of("total", Map.of("above", "0")),
                "checkout", "step",
                "identify", Map.of("event_type", "exists")));

    assertThat(click(settings, with("'event_type':'step','total':5")).kind())
        .isEqualTo(EventKind.CHECKOUT);
    assertThat(click(settings, with("'event_type':'x','total':'5.00'")).kind())
        .isEqualTo(EventKind.PURCHASE);
    assertThat(click(settings, with("'event_type':'x','total':0")).kind())
        .isEqualTo(EventKind.IDENTIFY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"page_view", "page", "Screen Viewed"})
  void shouldKnowOneTypeByTwoNames(String type) {
    IngestSettings settings =
        types(Map.of("page_view", List.of("page_view", "page", "Screen Viewed")));
    assertThat(click(settings, with("'event_type':'%s'".formatted(type))).kind())
        .isEqualTo(EventKind.PAGE_VIEW);
  }

  @Test
  void shouldTellThatACommaIsPartOfAName() {
    IngestSettings settings = types(Map.of("page_view", "page, screen"));
    MappingDiagnosis diagnosis = new MappingDiagnosis(settings);
    read(settings, with("'event_type':'page'")).forEach(diagnosis::add);

    assertThat(diagnosis.findings())
        .contains(
            "  page_view (page, screen): not in the only click; the comma is part of this one name,"
                + " a list is written [page, screen]");
  }

  @Test
  void shouldReadAConstantTypeAndKafkasTimeWhenRecordsHaveNeither() {
    IngestSettings settings =
        fields(Map.of("timestamp", "@kafka"))
            .with(IngestSettings.CONSTANTS, Map.of("event_type", "page_view", "app_id", "shoes"));
    for (String record :
        List.of("{'user_id':'u','view_time':12}", "{'user_id':'u','view_time':'\\u0031'}")) {
      Origin received =
          new Origin("raw-clicks", 3, 42, null, bytes(record.replace('\'', '"')), TIME);
      Click click = Objects.requireNonNull(read(settings, received).get(0).click());
      assertThat(click.kind()).isEqualTo(EventKind.PAGE_VIEW);
      assertThat(click.timestamp()).isEqualTo(TIME);
      assertThat(click.visitor().appId()).isEqualTo("shoes");
      assertThat(click.texts().get(ClickText.EVENT_TYPE)).isEqualTo("page_view");
    }
  }

  @Test
  void shouldRejectWhenKafkasTimeIsNone() {
    JsonClickFormat format = new JsonClickFormat(fields(Map.of("timestamp", "@kafka")));
    Rejection rejection =
        rejection(format.parse(json("{'event_type':'x','user_id':'u'}"), -1, NOW));
    assertThat(rejection.detail())
        .isEqualTo("timestamp (@kafka): expected a timestamp of the Kafka record, found nothing");
  }

  // ------------------------------------------------------------------------------ values

  @Test
  void shouldTakeAnEmptyArrayOnThePathForNothing() {
    IngestSettings settings = fields(Map.of("product_id", "properties.sku"));
    for (String properties : List.of("[]", "{}", "''", "null", "{'sku':[]}")) {
      List<Ingested> read =
          read(settings, with("'event_type':'x','properties':%s".formatted(properties)));
      assertThat(read).extracting(Ingested::problems).containsExactly(List.of());
      assertThat(Objects.requireNonNull(read.get(0).click()).productId()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "null, ",
    "'NULL', ",
    "'None', ",
    "'nil', ",
    "'-', ",
    "'(null)', ",
    "'[object Object]', ",
    "'00000000-0000-0000-0000-000000000000', ",
    "false, ",
    "' undefined ', ",
    "'0', 0",
    "'none', none"
  })
  void shouldKnowTheWordsForNothing(String written, String user) {
    String value =
        written.equals("null") || written.equals("false") ? written : "'" + written + "'";
    Click click = click(settings(), with("'event_type':'x','user_id':%s".formatted(value)));
    assertThat(click.userId()).isEqualTo(user);
  }

  @Test
  void shouldKnowOtherWordsForNothingWhenTheyAreSet() {
    IngestSettings settings = settings().with(IngestSettings.MISSING, List.of("n/a", "Ünbekannt"));
    String record = "'event_type':'x','user_id':'%s'";
    assertThat(click(settings, with(record.formatted("n/a"))).userId()).isNull();
    assertThat(click(settings, with(record.formatted("Ünbekannt"))).userId()).isNull();
    assertThat(click(settings, with(record.formatted("NULL"))).userId()).isEqualTo("NULL");
  }

  @ParameterizedTest
  @CsvSource({"guest", "0", "0.0", "' guest '"})
  void shouldNotTakeNobodyForAUser(String user) {
    IngestSettings settings =
        settings(Identity.USER, Map.of(), Map.of())
            .with(IngestSettings.NOBODY, List.of("guest", "0"));
    for (String written : List.of("'" + user + "'", "'" + user + "','x':'\\u0061'")) {
      Click click = click(settings, with("'event_type':'x','user_id':%s".formatted(written)));
      assertThat(click.userId()).isNull();
      assertThat(click.visitor().id()).isEqualTo("d");
    }
    Ingested alone =
        read(settings, "{'event_type':'x','timestamp':%d,'user_id':'%s'}".formatted(TIME, user))
            .get(0);
    assertThat(rejection(alone).reason()).hasToString("IDENTITY_MISSING");
  }

  @Test
  void shouldLookForAUserElsewhereWhenTheFirstIsNobody() {
    IngestSettings settings =
        fields(Map.of("user_id", List.of("userId", "traits.id")))
            .with(IngestSettings.NOBODY, List.of("guest"));
    String record = "'event_type':'x','userId':'%s','traits':{'id':'u1'}";
    assertThat(click(settings, with(record.formatted("guest"))).userId()).isEqualTo("u1");
    assertThat(click(settings, with(record.formatted("u0"))).userId()).isEqualTo("u0");
  }

  @Test
  void shouldReadParametersByTheirKey() {
    IngestSettings settings =
        fields(
            Map.of(
                "page_url", "event_params[key=page_location].value.string_value",
                "currency", "event_params[key=currency].value.string_value"));
    String params =
        "'event_params':[{'key':'ga_session_id','value':{'int_value':7}},{'key':'page_location',"
            + "'value':{'string_value':'https://shop.example/%s'}}]";
    for (String page : List.of("a", "\\u0061")) {
      Click click = click(settings, with("'event_type':'x'," + params.formatted(page)));
      assertThat(click.pageUrl()).isEqualTo("https://shop.example/a");
      assertThat(click.currency()).isNull();
    }
  }

  @Test
  void shouldReadJsonInATextNamesWithDotsAndTheRoot() {
    IngestSettings settings =
        fields(
            Map.of(
                "event_type", "data{}.event",
                "page_url", "data{}.properties{}.url",
                "country", "\"geo.cc\"",
                "app_id", "/app"));
    Click click =
        click(
            settings,
            with(
                "'app':'web','geo.cc':'DE','data':"
                    + "'{\\'event\\':\\'x\\',\\'properties\\':\\'{\\\\\\'url\\\\\\':\\\\\\'/a\\\\\\'}\\'}'"));
    assertThat(click.eventType()).isEqualTo("x");
    assertThat(click.pageUrl()).isEqualTo("/a");
    assertThat(click.country()).isEqualTo("DE");
    assertThat(click.visitor().appId()).isEqualTo("web");
  }

  @Test
  void shouldReadAValueAndWhatIsBelowItWhenRecordsHaveTwoShapes() {
    IngestSettings settings = fields(Map.of("product_id", List.of("product.sku", "product")));
    assertThat(click(settings, with("'event_type':'x','product':{'sku':'p1'}")).productId())
        .isEqualTo("p1");
    assertThat(click(settings, with("'event_type':'x','product':'p2'")).productId())
        .isEqualTo("p2");
    Ingested other = read(settings, with("'event_type':'x','product':{'name':'p'}")).get(0);
    assertThat(other.problems()).hasSize(1);
  }

  // ------------------------------------------------------------------------------ orders

  @Test
  void shouldReadAllProductsOfAnOrder() {
    IngestSettings settings =
        fields(Map.of("revenue", "properties.revenue"))
            .with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.parse("properties.products")))
            .with(
                IngestSettings.PRODUCT_FIELDS, sources(Map.of("product_id", List.of("sku", "id"))));
    for (String more : List.of("", ",'x':'\\u0061'")) {
      Click click =
          click(
              settings,
              with(
                  "'event_type':'purchase','properties':{'revenue':39.90,'products':["
                      + "{'sku':'p1','price':'9.95','quantity':2},{'id':7,'price':20}]}"
                      + more));
      assertThat(click.revenue()).isEqualTo(new BigDecimal("39.90"));
      assertThat(click.products())
          .extracting(product -> product.id() + " " + product.quantity() + " " + product.price())
          .containsExactly("p1 2 9.95", "7 1 20");
    }
  }

  @Test
  void shouldLeaveOutOfAnOrderWhatCannotBeRead() {
    IngestSettings settings =
        settings().with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.ofNames("items")));
    Ingested read =
        read(
                settings,
                with(
                    "'event_type':'purchase','items':[{'product_id':'a','price':'9,95'},"
                        + "{'product_id':'b','price':1,'quantity':-1},{'price':1},7]"))
            .get(0);
    assertThat(Objects.requireNonNull(read.click()).products())
        .extracting(product -> product.id() + " " + product.quantity() + " " + product.price())
        .containsExactly("a 1 null", "b 1 null");
    // The product's id, its pieces and its price.
    assertThat(read.problems()).containsExactly(10, 11, 12);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000, 0", "1001, 1000, 1"})
  void shouldReadAThousandProductsAtMost(int given, int kept, int problems) {
    IngestSettings settings =
        settings().with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.ofNames("items")));
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < given; i++) {
      items.append(i == 0 ? "" : ",").append("{'product_id':'p").append(i).append("'}");
    }
    Ingested read = read(settings, with("'event_type':'x','items':[" + items + "]")).get(0);
    assertThat(Objects.requireNonNull(read.click()).products()).hasSize(kept);
    assertThat(read.problems()).hasSize(problems);
  }

  // ------------------------------------------------------------------------------ skipping

  @Test
  void shouldSkipBeforeAnythingElseIsJudged() {
    IngestSettings settings =
        types(Map.of("page_view", "page"))
            .with(
                IngestSettings.SKIP,
                Condition.parse(Map.of("event_type", List.of("heartbeat", "page_view"))));
    assertThat(read(settings, "{'event_type':'heartbeat','timestamp':'never'}"))
        .containsExactly(Ingested.skipped());
    assertThat(read(settings, with("'event_type':'heartbeat'")))
        .containsExactly(Ingested.skipped());
    // Our own name counts as well.
    assertThat(read(settings, with("'event_type':'page'"))).containsExactly(Ingested.skipped());
    assertThat(click(settings, with("'event_type':'search'")).kind()).isEqualTo(EventKind.SEARCH);
    assertThat(rejection(read(settings, "[{'event_type':'heartbeat'}]").get(0)).reason())
        .hasToString("NOT_AN_OBJECT");
  }

  @Test
  void shouldSkipByAConditionOnAnyField() {
    IngestSettings settings =
        settings()
            .with(
                IngestSettings.SKIP,
                Condition.parse(Map.of("context.bot", "true", "user_id", "absent")));
    assertThat(read(settings, with("'event_type':'x','context':{'bot':true}")))
        .containsExactly(Ingested.skipped());
    assertThat(click(settings, with("'event_type':'x','context':{'bot':false}"))).isNotNull();
    assertThat(click(settings, with("'event_type':'x','user_id':7,'context':{'bot':true}")))
        .isNotNull();
    assertThat(read(settings, with("'event_type':'x','user_id':'-','context':{'bot':true}")))
        .containsExactly(Ingested.skipped());
  }

  // ------------------------------------------------------------------------------- batches

  private static final IngestSettings BATCHES =
      fields(Map.of("app_id", "/app")).with(IngestSettings.CLICKS_AT, FieldPath.ofNames("batch"));

  private static String text(Origin origin) {
    return new String(Objects.requireNonNull(origin.value()), StandardCharsets.UTF_8)
        .replace('"', '\'');
  }

  @Test
  void shouldReadEveryClickOfABatch() {
    String first = with("'event_type':'search'");
    String third = with("'event_type':'purchase','x':'\\u0061'");
    List<Ingested> read =
        read(
            BATCHES,
            "{'app':'web', 'batch' : [ %s , {'event_type':'x'}, %s ,7],'sentAt':1}"
                .formatted(first, third));

    assertThat(read).extracting(Ingested::isFirst).containsExactly(true, false, false, false);
    assertThat(read)
        .extracting(Ingested::what)
        .containsExactly(
            Ingested.What.CLICK,
            Ingested.What.REJECTION,
            Ingested.What.CLICK,
            Ingested.What.REJECTION);
    Click click = Objects.requireNonNull(read.get(0).click());
    assertThat(click.visitor().appId()).isEqualTo("web");
    assertThat(click.origin().index()).isZero();
    assertThat(text(click.origin()))
        .isEqualTo("{'app':'web', 'batch' : [%s],'sentAt':1}".formatted(first));
    Click last = Objects.requireNonNull(read.get(2).click());
    assertThat(last.kind()).isEqualTo(EventKind.PURCHASE);
    assertThat(last.origin().index()).isEqualTo(2);
    assertThat(text(last.origin()))
        .isEqualTo("{'app':'web', 'batch' : [%s],'sentAt':1}".formatted(third));
    assertThat(rejection(read.get(3)).detail()).isEqualTo("expected an object, found a number");
    assertThat(text(rejection(read.get(3)).origin()))
        .isEqualTo("{'app':'web', 'batch' : [7],'sentAt':1}");
    // Sent again, it is the same click.
    Ingested again =
        read(BATCHES, new Origin("raw-clicks", 3, 43, null, last.origin().value())).get(0);
    assertThat(Objects.requireNonNull(again.click()).texts()).isEqualTo(last.texts());
  }

  @Test
  void shouldReadARecordWithoutTheArrayAsOneClick() {
    for (String more : List.of("", ",'batch':null", ",'batch':{}", ",'batch':[{}],'batch':7")) {
      Click click = click(BATCHES, with("'event_type':'x'" + more));
      assertThat(click.origin().index()).isEqualTo(Origin.ALONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'batch':[]}", "{'batch':[ ],'x':'\\u0061'}"})
  void shouldReadNoClickOfAnEmptyArray(String record) {
    assertThat(read(BATCHES, record)).containsExactly(Ingested.nothing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'batch':[{},]}", "{'batch':[{}]", "{'batch':[{}]}x", "{'batch':[{'a':01}]}"})
  void shouldRejectOnceWhenTheRecordCannotBeRead(String record) {
    List<Ingested> read = read(BATCHES, record);
    assertThat(read).hasSize(1);
    assertThat(rejection(read.get(0)).reason()).hasToString("MALFORMED_JSON");
    assertThat(rejection(read.get(0)).origin().index()).isEqualTo(Origin.ALONE);
  }

  @Test
  void shouldReadARecordThatIsAnArray() {
    IngestSettings settings =
        settings().with(IngestSettings.CLICKS_AT, new FieldPath(false, List.of()));
    String click = with("'event_type':'x'");
    byte[] marked = bytes("\uFEFF[" + click.replace('\'', '"') + " , [1], \"a\",null]");
    List<Ingested> read = read(settings, new Origin("t", 0, 0, null, marked));
    assertThat(read).hasSize(4);
    assertThat(text(Objects.requireNonNull(read.get(0).click()).origin()))
        .isEqualTo("\uFEFF[" + click + "]");
    assertThat(read.subList(1, 4))
        .extracting(ingested -> text(rejection(ingested).origin()))
        .containsExactly("\uFEFF[[1]]", "\uFEFF['a']", "\uFEFF[null]");
    assertThat(read(settings, click))
        .extracting(Ingested::what)
        .containsExactly(Ingested.What.CLICK);
  }

  @Test
  void shouldReadLongBatches() {
    StringBuilder clicks = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      clicks.append(i == 0 ? "" : ",").append(with("'event_type':'x','event_id':" + i));
    }
    for (String more : List.of("", ",'x':'\\u0061'")) {
      List<Ingested> read = read(BATCHES, "{'batch':[" + clicks + "]" + more + "}");
      assertThat(read).hasSize(2_000);
      Click last = Objects.requireNonNull(read.get(1_999).click());
      assertThat(last.eventId()).isEqualTo("1999");
    }
  }

  @Test
  void shouldRejectABatchOfWhichFarTooMuchWouldBeCopied() {
    String around = "x".repeat(100_000);
    List<Ingested> few =
        read(BATCHES, "{'a':'%s','batch':[%s]}".formatted(around, "{},".repeat(60) + "{}"));
    assertThat(few).hasSize(61);
    List<Ingested> many =
        read(BATCHES, "{'a':'%s','batch':[%s]}".formatted(around, "{},".repeat(99) + "{}"));
    assertThat(many).hasSize(1);
    assertThat(rejection(many.get(0)).reason()).hasToString("TOO_LARGE");
    assertThat(rejection(many.get(0)).detail())
        .isEqualTo(
            "100 clicks in an array, each to be kept with the 100019 bytes around it; send fewer in"
                + " a record");
  }

  @Test
  void shouldSkipClicksOfABatchOneByOne() {
    IngestSettings settings =
        BATCHES.with(IngestSettings.SKIP, Condition.parse(Map.of("event_type", "ping")));
    String ping = with("'event_type':'ping'");
    String view = with("'event_type':'page_view'");
    assertThat(read(settings, "{'batch':[%s,%s,%s]}".formatted(ping, view, ping)))
        .extracting(Ingested::what, Ingested::isFirst)
        .containsExactly(
            tuple(Ingested.What.SKIPPED, true),
            tuple(Ingested.What.CLICK, false),
            tuple(Ingested.What.SKIPPED, false));
  }
}
