package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.TimestampUnit;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.ingest.IngestSamples;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.tools.traffic.ClickJson;
import io.clickstream.tools.traffic.ShopperModel;
import io.clickstream.tools.traffic.ShopperSettings;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is read at first sight is what the parser for all of JSON reads, for every record there is;
 * and nearly all clicks are read at first sight.
 */
class PlainRecordsTest {

  private static final long TIME = NOW - 1_000;

  private static final JsonClickFormat BY_DEFAULT = new JsonClickFormat(settings());

  /** Names that lie in objects, that two fields share, that are long and alike, beyond ASCII. */
  private static final JsonClickFormat MAPPED =
      new JsonClickFormat(
          settings(
              Identity.USER,
              Map.of(
                  "user_id", "who.id",
                  "anonymous_id", "who.id",
                  "product_id", "item.sku.id",
                  "price", "item.price",
                  "referrer", "a_name_beyond_sixteen_bytes",
                  "page_url", "a_name_between_teen_bytes",
                  "utm_source", "quelle_ü",
                  "country", "c"),
              Map.of("purchase", "käufe", "page_view", "view", "search", "product_view_x")));

  /** Definitions that read what the samples have, each in every way there is. */
  private static final JsonClickFormat DEFINED = new JsonClickFormat(settings(), definitions());

  private static final String[] SAMPLES = {
    """
    {'event_id':'e4d971771b652c20','event_type':'purchase','timestamp':%d,'user_id':'u13749',\
    'anonymous_id':'060fa16454d5d212','page_url':'https://shop.example/page/313',\
    'page_title':'Page 313 - shop','referrer':'https://shop.example/page/316','utm_source':'g',\
    'utm_medium':'cpc','utm_campaign':'autumn','product_id':'p42','quantity':2,'price':'19.90',\
    'currency':'EUR','order_id':'o1','user_agent':'Mozilla/5.0 (X11) Firefox/145.0',\
    'device_type':'desktop','country':'DE','app_id':'web'}\
    """
        .formatted(TIME),
    "{'event_type':'x','timestamp':%d,'anonymous_id':7}".formatted(TIME),
    """
    {'event_id':'-','event_type':'refund','timestamp':%d,'user_id':12345.0,'anonymous_id':'NULL',\
    'app_id':false,'page_url':[],'referrer':'-','utm_source':'None','utm_medium':{},\
    'product_id':'42.00','quantity':'nil','price':'-','currency':'(null)','order_id':'100',\
    'device_type':false}\
    """
        .formatted(TIME),
    """
    { 'timestamp' : '2026-01-01T13:59:59.5+02:00', 'anonymous_id': ' d ', 'event_type': 'search',
      'quantity': '03', 'price': -0.50, 'page_url': '', 'user_id': null, 'a': [ ], 'b': { } }
    """,
    """
    {'x':{'y':[1,-2.5,true,false,null,'t',{'z':[]}],'user_id':'no'},'event_type':'identify',\
    'timestamp':%d,'user_id':'undefined','anonymous_id':'d','user_id':'u','price':1,'price':null}\
    """
        .formatted(TIME),
    """
    {'event_type':'view','page_title':'Größe 漢字 😀','page_url':'https://shop.example/ü',\
    'timestamp':%d,'anonymous_id':'ñ','app_id':' ü '}\
    """
        .formatted(TIME),
    """
    {'who':{'id':'7'},'item':{'sku':{'id':5,'x':[]},'price':'2.50','z':1},'quelle_ü':'q','c':'DE',\
    'a_name_beyond_sixteen_bytes':'r','a_name_between_teen_bytes':'p','event_type':'käufe',\
    'timestamp':%d}\
    """
        .formatted(TIME)
  };

  /** Values of every kind, and on both sides of every limit. */
  private static Stream<String> values() {
    Stream<String> texts =
        Stream.of(
            "",
            " ",
            "   ",
            "a",
            " a",
            "a ",
            "  a b  ",
            "null",
            " null ",
            "nulL",
            "undefined",
            "undefineD",
            "(null)",
            "(nulL)",
            "NULL",
            "NULl",
            "None",
            "none",
            "nil",
            "nil ",
            "nils",
            " -  ",
            "[object Object]",
            " [object Object]",
            "[object Objects",
            "00000000-0000-0000-0000-000000000000",
            " 00000000-0000-0000-0000-000000000000 ",
            "00000000-0000-0000-0000-000000000001",
            "000000000000000000000000000000000000",
            "false",
            "0.0",
            "7.0",
            " 7.0 ",
            "12345.000",
            "007.0",
            "100",
            "1000.",
            "1.10",
            "1.01",
            "-7.0",
            "1.0.0",
            "x1.0",
            "1x.0",
            ".0",
            ".00",
            "0.",
            "٧.0",
            "ü",
            " ü",
            "ü ",
            "\u2003a",
            "a\u2003",
            "\u3000",
            "\u00a0",
            "\u00a0a\u00a0",
            "漢",
            "😀",
            "\u0085a",
            "\u007f",
            "0",
            "-0",
            "00",
            "007",
            "7",
            "12",
            "+1",
            "-1",
            "1.",
            ".5",
            "-.5",
            "-",
            "--1",
            "1-",
            "1.5",
            "1..5",
            "1.2.3",
            "1,5",
            "1e3",
            "1E3",
            "0x10",
            "١٢",
            "999999999",
            "1000000000",
            "0000000001",
            "1000000001",
            "0.00",
            "-0.00",
            "000.50",
            "19.90",
            "999999999999999",
            "1000000000000000",
            "999999999999999.999",
            "99999999999999.9999",
            "0999999999999999.9",
            "1234567.12345678",
            "0.12345678901234567",
            "0.123456789012345678",
            "0.1234567890123456789",
            "1/2",
            "1:2",
            "12345678",
            "1234567:",
            "123456/8",
            TIME + "",
            TIME / 1_000 + "",
            TIME + "000",
            TIME + ".5",
            "https://shop.example/?utm_source=a&utm_medium=b&utm_campaign=c&gclid=d",
            "https://shop.example/?utm_source=a%20b+c&utm_medium=%C3%BC&utm_campaign=%C3&fbclid=%",
            " https://shop.example/#/x?utm_source=null&utm_medium=%20-%20&gclid=&fbclid=ü ",
            "https://shop.example/ü?utm_source=a#utm_medium=b",
            "?utm_source=" + "a".repeat(4_083),
            "?utm_source=" + "a".repeat(4_084),
            "?utm_source=" + "a".repeat(4_085) + "&utm_medium=b",
            "?utm_source=" + "%41".repeat(1_500) + "&utm_medium=%42",
            "2026-01-01 11:00:00",
            "2026-01-01T11:00:00",
            "2026-01-01 11:00:00Z",
            "2026-01-01T12:00:00Z",
            "2026-01-01",
            "2026-01-01T12:00Z",
            " 2026-01-01T12:00Z",
            "2026-02-29T12:00:00Z",
            "2024-02-29T23:59:59.9999+00:00",
            "2026-01-01T12:00:00+18:00",
            "2026-01-01T12:00:00+18:01",
            "1999-12-31T23:59:59Z",
            "2000-01-01T00:00:00Z",
            "page_view",
            "product_view",
            "search",
            "purchase",
            "view",
            "käufe",
            "PURCHASE");
    Stream<String> longTexts =
        IntStream.of(15, 16, 17, 64, 65, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097)
            .boxed()
            .flatMap(
                length ->
                    Stream.of(
                        "i".repeat(length),
                        "9".repeat(length),
                        "ü".repeat(length),
                        " " + "i".repeat(length) + " "));
    Stream<String> others =
        Stream.of(
            "true",
            "false",
            "null",
            "True",
            "tru",
            "truee",
            "nul",
            "nulll",
            "NaN",
            "Infinity",
            "-Infinity",
            "{}",
            "[]",
            "{ }",
            "[ ]",
            "[\n]",
            "{\t}",
            "[{}]",
            "[[]]",
            "{'a':{}}",
            "{'a':[]}",
            "[false]",
            "False",
            "falsee",
            "fals",
            "[1,2]",
            "[1 , 2 ]",
            "[,]",
            "[1,]",
            "[1 2]",
            "[1",
            "{'a':1,}",
            "{'a'}",
            "{a:1}",
            "{'a':1 'b':2}",
            "{'a':{'a':[{}]}}",
            "0",
            "-0",
            "-1",
            "- 1",
            "--1",
            "+1",
            "01",
            "-01",
            "00",
            "1.",
            "1.0",
            "12345.00",
            "0.0",
            "-1.0",
            "1.0e0",
            "100.0",
            "1.50",
            "-1.50",
            ".5",
            "1.e3",
            "1e3",
            "1E+3",
            "1e",
            "1x",
            "1 2",
            "0x1",
            "1_0",
            "1.2.3",
            "12345678",
            "123456789",
            "999999999",
            "1000000000",
            "1000000001",
            "1234567890123",
            "999999999999999",
            "1000000000000000",
            "999999999999999.999",
            "9999999999999999.99",
            "0.12345678901234567",
            "0.123456789012345678",
            "946684799999",
            "946684800000",
            "4102444799999",
            "4102444800000",
            "" + TIME,
            TIME + ".0",
            "-" + TIME,
            "1767268800",
            NOW + 300_000 + "",
            NOW + 300_001 + "",
            "'a''b'",
            "'a' 'b'",
            "'a",
            "a'",
            "'",
            "''",
            "'\\u0061'",
            "'\\n'",
            "'\\x'",
            "'\n'",
            "'\t'",
            "'\0'",
            "'\u001f'",
            "'\u007f'",
            "/**/1",
            "1/**/",
            "\u00a01",
            "\uFEFF1",
            "\u20031");
    return Stream.concat(
        Stream.concat(texts, longTexts).map(text -> '"' + text + '"'),
        others.map(value -> value.replace('\'', '"')));
  }

  /**
   * Returns whether the record was read at first sight; fails if what was read then is not what the
   * parser for all of JSON reads. Where it was not, the verdict is that parser's.
   */
  private static boolean isPlain(JsonClickFormat format, byte[] value) {
    Origin origin = origin(value);
    Ingested plain = format.parsePlain(origin, NOW, NOW);
    if (plain == null) {
      return false;
    }
    Ingested expected = format.parseAny(origin, NOW, NOW);
    if (!plain.equals(expected)) {
      assertThat(plain).as(new String(value, UTF_8)).isEqualTo(expected);
    }
    return true;
  }

  private static boolean isPlain(byte[] value) {
    return isPlain(BY_DEFAULT, value) | isPlain(MAPPED, value) | isPlain(DEFINED, value);
  }

  private static Columns definitions() {
    Map<String, Object> where = Map.of("event_type", List.of("purchase", "view", "x"));
    return new DefinitionSamples()
        .last("title", Type.TEXT, "page_title")
        .field("price", How.SUM, Type.NUMBER, List.of("price", "item.price"), null)
        .field("pieces", How.MAX, Type.NUMBER, "quantity", where)
        .last("flag", Type.BOOLEAN, List.of("app_id", "x.z"))
        .field("url", How.SET, Type.TEXT, "page_url", where)
        .last("user", Type.NUMBER, "user_id")
        .goal("bought", Map.of("event_type", "purchase"), "price", "currency", "event_id")
        .count("views", Map.of("page_url", Map.of("starts-with", "https://shop.example/p")))
        .count("paid", Map.of("price", Map.of("above", "19"), "event_type", "purchase"))
        .milliseconds("price")
        .table();
  }

  /** A definition that reads one value in one of the ways, of clicks that have a type by name. */
  private static List<JsonClickFormat> definedInEveryWay() {
    Map<String, Object> where = Map.of("event_type", "search");
    return Stream.of(
            new DefinitionSamples().last("x", Type.TEXT, "v"),
            new DefinitionSamples().field("x", How.SUM, Type.NUMBER, "v", where),
            new DefinitionSamples().last("x", Type.BOOLEAN, List.of("a.v", "v")),
            new DefinitionSamples().milliseconds(List.of("v", "a.v")),
            new DefinitionSamples().goal("x", where, null, "v", null),
            new DefinitionSamples().goal("x", where, null, null, "v"),
            new DefinitionSamples().count("x", Map.of("v", "exists", "event_type", "search")),
            new DefinitionSamples().count("x", Map.of("v", Map.of("starts-with", "1"))),
            new DefinitionSamples().count("x", Map.of("v", Map.of("above", "1", "below", "20"))))
        .map(samples -> new JsonClickFormat(settings(), samples.table()))
        .toList();
  }

  @Test
  void shouldReadTheSameWhenDefinitionReadsAnyValue() {
    int plain = 0;
    for (JsonClickFormat format : definedInEveryWay()) {
      for (String value : values().toList()) {
        for (String members : List.of("'v':%s", "'a':{'v':%s}", "'v':1,'a':%s", "'v':%s,'v':[]")) {
          String record =
              "{'event_type':'search','timestamp':%d,'anonymous_id':'d',".formatted(TIME)
                  + members
                  + "}";
          // When, Then
          plain += isPlain(format, bytes(record.replace('\'', '"').replace("%s", value))) ? 1 : 0;
        }
      }
    }
    // Enough of them for the comparison to mean something.
    assertThat(plain).isGreaterThan(5_000);
  }

  static Stream<byte[]> samples() {
    return Arrays.stream(SAMPLES).map(sample -> bytes(sample.replace('\'', '"')));
  }

  // --------------------------------------------------------------- the same as by the parser

  @ParameterizedTest(name = "sample {index}")
  @MethodSource("samples")
  void shouldReadTheSameWhenRecordEndsAnywhere(byte[] sample) {
    for (int length = 0; length < sample.length; length++) {
      isPlain(Arrays.copyOf(sample, length));
    }
    assertThat(isPlain(sample)).isTrue();
  }

  @ParameterizedTest(name = "sample {index}")
  @MethodSource("samples")
  @Timeout(600)
  void shouldReadTheSameWhenAnyByteIsAnother(byte[] sample) {
    JsonClickFormat format = isPlain(BY_DEFAULT, sample) ? BY_DEFAULT : MAPPED;
    for (int at = 0; at < sample.length; at++) {
      byte[] other = sample.clone();
      for (int value = 0; value < 256; value++) {
        other[at] = (byte) value;
        isPlain(format, other);
      }
    }
  }

  @ParameterizedTest(name = "sample {index}")
  @MethodSource("samples")
  void shouldReadTheSameWhenAnyByteIsLeftOutOrOneComesIn(byte[] sample) {
    byte[][] inserted =
        Stream.of(
                "",
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "\\",
                " ",
                "\n",
                "\t",
                "\r",
                "\0",
                "\u001f",
                "\u007f",
                "0",
                "1",
                "-",
                "+",
                ".",
                "e",
                "n",
                "ü",
                "\u2003",
                "\uFEFF",
                "😀",
                "\"\"",
                "\\\"",
                "\\u0041",
                "\"a\":1,",
                ",\"event_type\":\"x\"",
                "//",
                "/**/",
                "{}",
                "[]")
            .map(IngestSamples::bytes)
            .toArray(byte[][]::new);
    for (int at = 0; at < sample.length; at++) {
      for (byte[] more : inserted) {
        isPlain(replaced(sample, at, 0, more));
        isPlain(replaced(sample, at, 1, more));
      }
      isPlain(replaced(sample, at, 0, new byte[] {(byte) 0x80}));
      isPlain(replaced(sample, at, 0, new byte[] {(byte) 0xC3}));
    }
  }

  @Test
  void shouldReadTheSameWhenAnyFieldHasAnyValue() {
    int plain = 0;
    for (String value : values().toList()) {
      for (ClickField field : ClickFields.of(Columns.BUILT_IN).all()) {
        String rest =
            "\"event_type\":\"search\",\"timestamp\":%d,\"anonymous_id\":\"d\"".formatted(TIME);
        String member = "\"%s\":%s".formatted(field.name(), value);
        String ours = "{%s,%s}".formatted(rest, member);
        String first = "{%s,%s}".formatted(member, rest);
        String nested =
            "{\"event_type\":\"view\",\"timestamp\":%d,\"who\":{\"id\":1},\"item\":{%s},\"%s\":%s}"
                .formatted(TIME, member, field.name(), value);
        plain += isPlain(bytes(ours)) ? 1 : 0;
        plain += isPlain(bytes(first)) ? 1 : 0;
        plain += isPlain(bytes(nested)) ? 1 : 0;
      }
      for (String path :
          List.of("who", "item", "\"item\":{\"sku\"", "a_name_beyond_sixteen_bytes", "quelle_ü")) {
        String open = path.startsWith("\"") ? path : '"' + path + '"';
        String mapped =
            "{\"event_type\":\"view\",\"timestamp\":%d,\"who\":{\"id\":1},\"item\":{\"price\":1},%s:%s%s"
                .formatted(TIME, open, value, path.startsWith("\"") ? "}}" : "}");
        plain += isPlain(bytes(mapped)) ? 1 : 0;
      }
    }
    // Enough of them for the comparison to mean something.
    assertThat(plain).isGreaterThan(4_000);
  }

  @Test
  @Timeout(600)
  void shouldReadTheSameWhenRecordsAreMutatedAtSeveralPlaces() {
    // Given
    byte[][] samples = samples().toArray(byte[][]::new);
    byte[][] parts =
        Stream.concat(
                values().filter(value -> value.length() < 70),
                Stream.of(SAMPLES)
                    .flatMap(sample -> Stream.of(sample.replace('\'', '"').split("(?<=,)"))))
            .map(IngestSamples::bytes)
            .toArray(byte[][]::new);
    Random random = new Random(1);
    int plain = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] record = samples[random.nextInt(samples.length)];
      for (int mutations = 1 + random.nextInt(3); mutations > 0; mutations--) {
        int at = random.nextInt(record.length + 1);
        int length = Math.min(record.length - at, random.nextInt(4) == 0 ? random.nextInt(40) : 0);
        byte[] more =
            switch (random.nextInt(3)) {
              case 0 -> new byte[0];
              case 1 -> new byte[] {(byte) random.nextInt(256)};
              default -> parts[random.nextInt(parts.length)];
            };
        record = replaced(record, at, length, more);
      }
      plain += isPlain(record) ? 1 : 0;
    }
    assertThat(plain).isGreaterThan(5_000);
  }

  @Test
  void shouldReadTheSameTimesWhateverTheSettings() {
    // Given
    Map<String, String> clocks = Map.of("sent_at", "sent", "received_at", "received");
    List<IngestSettings> all = new ArrayList<>();
    for (TimestampUnit unit : TimestampUnit.values()) {
      all.add(
          settings(Identity.DEVICE, clocks, Map.of())
              .with(IngestSettings.TIMESTAMP_UNIT, unit)
              .with(IngestSettings.TIMESTAMP_ZONE, ZoneId.of("Europe/Berlin"))
              .with(IngestSettings.CLOCK_TOLERANCE, Duration.ofMinutes(2)));
    }
    all.add(
        settings(Identity.DEVICE, clocks, Map.of())
            .with(IngestSettings.CLOCK_TOLERANCE, Duration.ofMinutes(2)));
    all.add(settings(Identity.DEVICE, Map.of("timestamp", "@kafka"), Map.of()));
    int plain = 0;
    for (IngestSettings settings : all) {
      JsonClickFormat format = new JsonClickFormat(settings);
      for (String value : values().toList()) {
        for (String times :
            List.of(
                "'timestamp':%s",
                "'timestamp':'2026-01-01T11:59:59Z','sent':%s",
                "'timestamp':'2025-12-31T11:59:59Z','sent':'2025-12-31T12:00:00Z','received':%s",
                "'timestamp':%s,'sent':'2025-12-31T12:00:00Z','received':'2026-01-01T11:59:00Z'",
                "'timestamp':%s,'sent':%s")) {
          String record = "{'event_type':'x','anonymous_id':'d'," + times + "}";
          // When, Then
          plain += isPlain(format, bytes(record.replace('\'', '"').replace("%s", value))) ? 1 : 0;
        }
      }
    }
    // Enough of them for the comparison to mean something.
    assertThat(plain).isGreaterThan(500);
  }

  private static byte[] replaced(byte[] record, int at, int length, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(record.length + by.length);
    out.write(record, 0, at);
    out.writeBytes(by);
    out.write(record, at + length, record.length - at - length);
    return out.toByteArray();
  }

  @Test
  void shouldReadTheSameWhateverTheOrderOfNames() {
    // Given members that say something else each time
    List<String> members =
        new ArrayList<>(List.of(SAMPLES[0].substring(1, SAMPLES[0].length() - 1).split(",(?=')")));
    members.addAll(List.of("'unknown':1", "'page_title':'again'", "'':0", "'event_i':3"));
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Collections.shuffle(members, random);
      List<String> some = members.subList(0, members.size() - random.nextInt(4));
      // When, Then
      isPlain(json("{" + String.join(",", some) + "}").value());
    }
    assertThat(isPlain(json("{" + String.join(",", members) + "}").value())).isTrue();
  }

  @Test
  void shouldReadTheSameWhenThePathLeadsThroughAnyValue() {
    // Given clicks whose visitor does not hang on the path, as it does in others
    JsonClickFormat nested =
        new JsonClickFormat(
            settings(
                Identity.DEVICE,
                Map.of("product_id", "item.sku", "price", "item.p.eur", "order_id", "o.id"),
                Map.of()));
    int plain = 0;
    for (String value : values().toList()) {
      for (String members :
          List.of(
              "'item':%s",
              "'o':%s",
              "'item':{'p':%s}",
              "'item':{'sku':1,'p':{'eur':2}},'item':%s",
              "'item':%s,'item':{'sku':1}",
              "'item':{'sku':%s,'p':{'eur':%1$s}}")) {
        String record =
            "{'event_type':'x','timestamp':%d,'anonymous_id':'d',".formatted(TIME) + members + "}";
        plain +=
            isPlain(
                    nested,
                    bytes(record.replace('\'', '"').replace("%1$s", "%s").replace("%s", value)))
                ? 1
                : 0;
      }
    }
    // Those through nothing, and those with a value.
    assertThat(plain).isGreaterThan(300);
  }

  // ------------------------------------------------------------------------- nearly all are

  @Test
  void shouldBePlainWhenItIsAnyClickOfTheShop() {
    // Given
    ShopperModel model =
        new ShopperModel(
            new ShopperSettings(1, TIME - 60_000, 1_000, 500, Duration.ofSeconds(1), 1_000, "web"));
    ClickJson json = new ClickJson();
    for (int i = 0; i < 10_000; i++) {
      byte[] value = json.click(model.next());
      // When, Then
      if (!isPlain(BY_DEFAULT, value)) {
        assertThat(isPlain(BY_DEFAULT, value)).as(new String(value, UTF_8)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'event_id':1517085",
        "'event_id':''",
        "'event_id':' undefined '",
        "'event_id':'00000000-0000-0000-0000-000000000000'",
        "'event_id':false",
        "'event_id':[]",
        "'event_id':{ }",
        "'user_id':12345.0",
        "'user_id':'12345.00'",
        "'page_url':'-'",
        "'price':'None'",
        "'quantity':'-'",
        "'quantity':[]",
        "'event_id':null",
        "'price':19.90",
        "'price':'-19.90'",
        "'price':999999999999999",
        "'price':'0.12345678901234567'",
        "'quantity':'12'",
        "'quantity':999999999",
        "'timestamp':'2026-01-01T00:00:00Z'",
        "'page_url':' https://shop.example/straße '",
        "'page_url':'https://shop.example/?utm_source=x&gclid=1'",
        "'page_url':'https://shop.example/?utm_source=x+y%20%C3%BC&utm_medium=null'",
        "'timestamp':'2026-01-01 00:00:00+01'",
        "'timestamp':'1767225600000'",
        "'event_type':'käufe'",
        "'x':[[{'y':[-1.5,true,null]}]]",
        "'x':'漢字'",
        "'漢字':1",
        "  'x' \t:\r\n 1 "
      })
  void shouldBePlainWhenAMemberIs(String member) {
    assertThat(
            isPlain(
                BY_DEFAULT,
                json("{'event_type':'x','timestamp':%d,'anonymous_id':'d',%s}"
                        .formatted(TIME, member))
                    .value()))
        .isTrue();
  }

  /** What is rare is left to the parser: each of these is a click nevertheless. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'x':'\\u0041'",
        "'x':1e3",
        "'price':'5.'",
        "'price':'1234567890123456.5e-1'",
        "'quantity':2.0",
        "'quantity':-1",
        "'quantity':false",
        "'price':'9,50'",
        "'page_url':true",
        "'order_id':['o']"
      })
  void shouldLeaveToTheParserWhatIsRare(String member) {
    // Given
    Origin origin =
        json("{'event_type':'x','timestamp':%d,'anonymous_id':'d',%s}".formatted(TIME, member));
    // When, Then
    assertThat(isPlain(BY_DEFAULT, origin.value())).isFalse();
    assertThat(BY_DEFAULT.parse(origin, NOW, NOW).click()).isNotNull();
  }

  @Test
  void shouldBePlainUpToSixtyFourKilobytes() {
    // Given
    byte[] start = bytes("{\"event_type\":\"x\",\"timestamp\":%d,\"x\":\"".formatted(TIME));
    byte[] end = bytes("\",\"anonymous_id\":\"d\"}");
    byte[] longest =
        replaced(
            replaced(new byte[0xFFFF - start.length - end.length], 0, 0, start),
            0xFFFF - end.length,
            0,
            end);
    for (int i = start.length; i < longest.length - end.length; i++) {
      longest[i] = 'x';
    }
    // When, Then
    assertThat(isPlain(BY_DEFAULT, longest)).isTrue();
    assertThat(isPlain(BY_DEFAULT, replaced(longest, start.length, 0, new byte[] {'x'}))).isFalse();
  }
}
