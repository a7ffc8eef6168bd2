package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which JSON the clicks become in records that are none, and the records with one of them alone.
 */
class RecordFormsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RecordForm SNOWPLOW = new SnowplowRecords();
  private static final RecordForm MATOMO = new MatomoRecords();
  private static final RecordForm MIXPANEL = new MixpanelForm();

  /** A click that was passed on; its JSON is null for one that was rejected. */
  private record Taken(int index, String part, JsonNode json) {

    static Taken of(int index, String part, String json) {
      return new Taken(index, part, tree(json.replace('\'', '"')));
    }
  }

  private static List<Taken> read(RecordForm form, String record) throws MalformedRecordException {
    List<Taken> taken = new ArrayList<>();
    form.read(
        record.getBytes(UTF_8),
        new RecordForm.Clicks() {
          @Override
          public void take(int index, byte[] part, byte[] json) {
            taken.add(new Taken(index, new String(part, UTF_8), tree(new String(json, UTF_8))));
          }

          @Override
          public void reject(int index, byte[] part, String detail) {
            taken.add(
                new Taken(
                    index, new String(part, UTF_8), JSON.createObjectNode().put("why", detail)));
          }
        });
    return taken;
  }

  private static String problem(RecordForm form, String record) {
    try {
      return "none, but " + read(form, record);
    } catch (MalformedRecordException e) {
      return e.detail();
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  private static String row(Map<String, String> columns) {
    return String.join(
        "\t", SnowplowColumns.NAMES.stream().map(name -> columns.getOrDefault(name, "")).toList());
  }

  private static String url(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  // ---- Snowplow

  @Test
  void shouldKnowEveryColumn() {
    assertThat(SnowplowColumns.NAMES).hasSize(131).doesNotHaveDuplicates();
    assertThat(SnowplowColumns.NAMES.indexOf("event_id")).isEqualTo(6);
    assertThat(SnowplowColumns.NAMES.indexOf("unstruct_event")).isEqualTo(58);
    assertThat(SnowplowColumns.NAMES.indexOf("derived_tstamp")).isEqualTo(124);
    assertThat(SnowplowColumns.NAMES.indexOf("true_tstamp")).isEqualTo(130);
    assertThat(SnowplowColumns.NAMES).containsAll(SnowplowColumns.OF_PARAMETERS.values());
  }

  @Test
  void shouldNameColumnsAndEntitiesOfARowAsTheAnalyticsSdksDo() throws Exception {
    // Given
    String row =
        row(
            Map.of(
                "event", "unstruct",
                "event_id", "e1",
                "derived_tstamp", "2026-11-30 11:43:46.123",
                "unstruct_event",
                    "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\","
                        + "\"data\":{\"schema\":\"iglu:com.acme-shop/addToCart/jsonschema/2-1-0\",\"data\":{\"n\":1.50}}}",
                "contexts",
                    "{\"data\":[{\"schema\":\"iglu:com.acme/thing/jsonschema/1-0-0\",\"data\":{\"a\":1}},"
                        + "{\"schema\":\"iglu:com.acme/other/jsonschema/1-0-0\",\"data\":{\"b\":2}},"
                        + "{\"schema\":\"iglu:com.acme/thing/jsonschema/1-0-7\",\"data\":{\"a\":\"ü\"}}]}",
                "derived_contexts",
                    "{\"data\":[{\"schema\":\"iglu:com.acme/thing/jsonschema/1-0-0\",\"data\":{\"a\":3}}]}"));

    // Then
    assertThat(SNOWPLOW.isOf(row.getBytes(UTF_8))).isTrue();
    assertThat(read(SNOWPLOW, row + "\n"))
        .containsExactly(
            Taken.of(
                -1,
                row + "\n",
                "{'event':'unstruct','event_id':'e1','derived_tstamp':'2026-11-30 11:43:46.123',"
                    + "'event_name':'addToCart','unstruct_event_com_acme_shop_add_to_cart_2':{'n':1.50},"
                    + "'contexts_com_acme_thing_1':[{'a':1},{'a':'ü'},{'a':3}],"
                    + "'contexts_com_acme_other_1':[{'b':2}]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no JSON",
        "{\"data\":[",
        "{\"data\":[1,null,\"a\",[]]}",
        "{\"data\":[{\"schema\":\"thing\",\"data\":{}}]}",
        "{\"data\":[{\"schema\":\"iglu:a/b/c\",\"data\":{}}]}",
        "{\"data\":[{\"data\":{}}]}",
        "{\"data\":[{\"schema\":\"iglu:a/b/c/1-0-0\",\"data\":[]}]} {}",
        "[]",
        "null"
      })
  void shouldLeaveOutWhatIsNoEntityAndNoEvent(String text) throws Exception {
    String row = row(Map.of("event_id", "e1", "contexts", text, "unstruct_event", text));

    assertThat(read(SNOWPLOW, row)).containsExactly(Taken.of(-1, row, "{'event_id':'e1'}"));
  }

  @Test
  void shouldSplitTheBodyOfATracker() throws Exception {
    // Given
    String event =
        "{\"schema\":\"x\",\"data\":{\"schema\":\"iglu:com.acme/thing/jsonschema/1-0-0\",\"data\":{\"type\":\"t\"}}}";
    String entities =
        "{\"data\":[{\"schema\":\"iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2\",\"data\":{\"userId\":\"d\"}}]}";
    String start =
        "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":[";
    String first =
        "{\"e\":\"pv\",\"eid\":\"e1\",\"dtm\":\"1796039050858\",\"stm\":\"1796039050860\",\"url\":\"/\"}";
    String second =
        "{\"e\":\"ue\",\"ttm\":1796039050859,\"ue_px\":\""
            + url(event)
            + "\",\"cx\":\""
            + url(entities)
            + "\"}";
    String third = "{\"e\":\"ue\",\"ue_px\":\"%%%\",\"co\":\"{\"}";
    String record = start + first + ", " + second + "\n," + third + ",7]}";

    // Then
    assertThat(SNOWPLOW.isOf(record.getBytes(UTF_8))).isTrue();
    assertThat(read(SNOWPLOW, record))
        .containsExactly(
            Taken.of(
                0,
                start + first + "]}",
                "{'event_id':'e1','dvce_created_tstamp':'1796039050858','stm':'1796039050860',"
                    + "'page_url':'/','event':'page_view','event_name':'page_view'}"),
            Taken.of(
                1,
                start + second + "]}",
                "{'true_tstamp':'1796039050859','event':'unstruct','event_name':'thing',"
                    + "'unstruct_event_com_acme_thing_1':{'type':'t'},"
                    + "'contexts_com_snowplowanalytics_snowplow_client_session_1':[{'userId':'d'}],"
                    + "'client_session':{'userId':'d'}}"),
            Taken.of(2, start + third + "]}", "{'event':'unstruct','event_name':'unstruct'}"),
            Taken.of(
                3,
                start + "7]}",
                "{'why':'an element of data: expected an object, found another value'}"));
  }

  @Test
  void shouldReadTheQueryOfATracker() throws Exception {
    assertThat(read(SNOWPLOW, "/i?e=se&se_ac=Play+it&url=https%3A%2F%2Fa%2F%C3%BC&duid=d"))
        .extracting(Taken::json)
        .containsExactly(
            tree(
                "{'se_action':'Play it','page_url':'https://a/ü','domain_userid':'d','event':'struct','event_name':'event'}"
                    .replace('\'', '"')));
  }

  @Test
  void shouldNameTheOnlyEntityOfAKindInJsonOfSnowbridge() throws Exception {
    String name = "contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1";
    String record =
        "{\"event_id\":\"e1\",\"%s\":[{\"revenue\":4.9},{}],\"z\":[]}\n".formatted(name);

    assertThat(SNOWPLOW.isOf(record.getBytes(UTF_8))).isTrue();
    assertThat(SNOWPLOW.isOf("{\"event_id\":\"e1\"}".getBytes(UTF_8))).isFalse();
    assertThat(read(SNOWPLOW, record))
        .containsExactly(
            Taken.of(
                -1,
                record,
                "{'event_id':'e1','%s':[{'revenue':4.9},{}],'z':[],'ecommerce_transaction':{'revenue':4.9}}"
                    .formatted(name)));
    assertThat(read(SNOWPLOW, "{\"%s\":[]}".formatted(name)))
        .extracting(Taken::json)
        .containsExactly(tree("{\"%s\":[]}".formatted(name)));
  }

  @Test
  void shouldSayWhatIsWrongWithARecordOfSnowplow() {
    assertThat(problem(SNOWPLOW, "a\tb\tc"))
        .isEqualTo("expected 131 columns with tabs between them, found 3");
    assertThat(problem(SNOWPLOW, "hello"))
        .isEqualTo(
            "expected JSON, 131 columns with tabs between them, or a query with e=, found none of"
                + " them");
    assertThat(problem(SNOWPLOW, "{\"schema\":\"payload_data/\",\"data\":[")).isEqualTo("not JSON");
  }

  // ---- Matomo

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "url=/ | page",
        "url=/&ping=1 | ping",
        "url=/&ping=0 | page",
        "idgoal=0&ec_id=o&revenue=1 | order",
        "idgoal=0&revenue=1 | cart",
        "idgoal=0&ec_id= | cart",
        "idgoal=7 | goal",
        "idgoal=&url=/ | page",
        "search=shoes | search",
        "search=&url=/ | page",
        "link=/a | link",
        "download=/a | download",
        "e_c=Video&e_a=Play | event",
        "e_c=Video | page",
        "c_n=Ad | content",
        "ma_id=7 | media",
        "url=/p&_pks=p1 | product",
        "url=/p&_pkc=shoes | page"
      })
  void shouldTellWhatARequestOfMatomoIs(String query, String type) throws Exception {
    assertThat(read(MATOMO, query))
        .extracting(taken -> taken.json().get("type").asText())
        .containsExactly(type);
    assertThat(read(MATOMO, "https://a.example/matomo.php?" + query + "\r\n"))
        .extracting(taken -> taken.json().get("type").asText())
        .containsExactly(type);
  }

  @Test
  void shouldSplitABulkRequestAndMakeObjectsOfItsProducts() throws Exception {
    // Given
    String order =
        "\"?idgoal=0&ec_id=o1&type=mine&ec_items=%5B%5B%22p1%22%2C%22N%22%2C%5B%22c%22%5D%2C9.50%2C2%5D%2C7%2C%5B%22p2%22%5D%5D\"";
    String broken = "\"?url=%2F&ec_items=%5B%22\"";
    String record =
        "{\"requests\":["
            + order
            + ","
            + broken
            + ",{\"url\":\"/\",\"cdt\":7},[],\"\"],\"token_auth\":\"t\"}";

    // Then
    String start = "{\"requests\":[";
    String end = "],\"token_auth\":\"t\"}";
    assertThat(read(MATOMO, record))
        .containsExactly(
            Taken.of(
                0,
                start + order + end,
                "{'idgoal':'0','ec_id':'o1','ec_items':'[[\\'p1\\',\\'N\\',[\\'c\\'],9.50,2],7,[\\'p2\\']]','type':'order',"
                        .replace("\\'", "\\\"")
                    + "'items':[{'product_id':'p1','name':'N','price':9.50,'quantity':2},{'product_id':'p2'}]}"),
            Taken.of(
                1,
                start + broken + end,
                "{'url':'/','ec_items':'[\\'','type':'page'}".replace("\\'", "\\\"")),
            Taken.of(
                2,
                start + "{\"url\":\"/\",\"cdt\":7}" + end,
                "{'url':'/','cdt':'7','type':'page'}"),
            Taken.of(
                3,
                start + "[]" + end,
                "{'why':'an element of requests: expected a query in a text, found another value'}"),
            Taken.of(
                4,
                start + "\"\"" + end,
                "{'why':'an element of requests: expected a query such as url=…&idsite=1, found none'}"));
    assertThat(read(MATOMO, "{\"requests\":[]}")).isEmpty();
    assertThat(problem(MATOMO, "[]"))
        .isEqualTo(
            "expected a query, a body with requests or an object of parameters, found another value");
    assertThat(problem(MATOMO, ""))
        .isEqualTo("expected a query such as url=…&idsite=1, found none");
  }

  // ---- Mixpanel

  @Test
  void shouldReadTheFormOfMixpanelAndWriteItWithOneClick() throws Exception {
    // Given
    String one = "{\"event\":\"a?>\"}";
    String two = "{\"event\":\"ü\"}";
    String list = "[" + one + "," + two + "]";
    String encoded = Base64.getEncoder().encodeToString(list.getBytes(UTF_8));

    // When
    List<Taken> taken =
        read(
            MIXPANEL,
            "verbose=1&data=" + encoded.replace("+", "%2B").replace("=", "%3D") + "&ip=1");

    // Then
    assertThat(taken)
        .extracting(Taken::index, Taken::json)
        .containsExactly(tuple(0, tree(one)), tuple(1, tree(two)));
    for (Taken each : taken) {
      assertThat(each.part()).startsWith("verbose=1&data=").endsWith("&ip=1");
      assertThat(read(MIXPANEL, each.part()))
          .containsExactly(new Taken(0, each.part(), each.json()));
    }
    assertThat(
            read(
                MIXPANEL,
                "/track?data=" + Base64.getEncoder().encodeToString(one.getBytes(UTF_8)) + "\n"))
        .extracting(Taken::index, Taken::json)
        .containsExactly(tuple(-1, tree(one)));
    assertThat(read(MIXPANEL, "data=%7B%22event%22%3A%22a%22%7D"))
        .extracting(Taken::json)
        .containsExactly(tree("{\"event\":\"a\"}"));
    assertThat(read(MIXPANEL, "data=W10")).isEmpty();
    assertThat(MIXPANEL.isOf(list.getBytes(UTF_8))).isFalse();
    assertThat(MIXPANEL.isOf(" {}".getBytes(UTF_8))).isFalse();
  }

  @Test
  void shouldSayWhatIsWrongWithAForm() {
    assertThat(problem(MIXPANEL, "ip=1"))
        .isEqualTo("expected JSON or a form with data=, found neither");
    assertThat(problem(MIXPANEL, "data=%%"))
        .isEqualTo("data: expected base64 of JSON, found something else");
    assertThat(problem(MIXPANEL, "data=W3tdfQ")).isEqualTo("not JSON");
  }

  // ---- limits

  @Test
  void shouldRefuseAListWhoseRestWouldBeCopiedTooOften() {
    String rest = "a".repeat(20_000);
    String record = "{\"requests\":[%s],\"rest\":\"%s\"}".formatted("7,".repeat(1_000) + "7", rest);

    assertThat(problem(MATOMO, record))
        .matches(
            "1001 elements and 200\\d\\d bytes beside them, which would have to be written with each");
    String list =
        Base64.getEncoder().encodeToString(("[" + "7,".repeat(1_000) + "7]").getBytes(UTF_8));
    assertThat(problem(MIXPANEL, "rest=" + rest + "&data=" + list)).startsWith("1001 elements");
  }
}
