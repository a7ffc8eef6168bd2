package io.clickstream.ingest.avro;

import static io.clickstream.ingest.avro.AvroSamples.encoded;
import static io.clickstream.ingest.avro.AvroSamples.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clickstream.columns.FieldPath;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReadingPlanTest {

  private static ReadingPlan plan(
      Schema schema, List<FieldPath> paths, @Nullable FieldPath clicksAt) {
    return ReadingPlan.of(
        schema,
        new ReadingPlan.Wanted(
            PathTree.of(paths, clicksAt),
            paths.size(),
            new int[0],
            3,
            text -> text.isBlank() || text.equals("null")));
  }

  private static Schema record(String fields) {
    return schema("{'type':'record','name':'R','fields':[" + fields + "]}");
  }

  /** A record of one field {@code v} of this type. */
  private static Schema of(String type) {
    return record("{'name':'v','type':" + type + "},{'name':'last','type':'int'}");
  }

  private static byte[] withValue(Schema schema, Object value) {
    GenericData.Record record = new GenericData.Record(schema);
    record.put("v", value);
    record.put("last", 7);
    return encoded(schema, record);
  }

  private static List<String> read(Schema schema, byte[] bytes, String... paths)
      throws MalformedAvroException {
    List<FieldPath> parsed = Arrays.stream(paths).map(FieldPath::parse).toList();
    AvroCursor found = plan(schema, parsed, null).read(bytes, 0);
    return Stream.iterate(0, slot -> slot < paths.length, slot -> slot + 1)
        .map(slot -> written(found, slot))
        .toList();
  }

  /** The form and the text of a slot. */
  static String written(AvroCursor found, int slot) {
    return switch (found.form(slot)) {
      case TEXT, INTEGER, DECIMAL -> {
        boolean inRecord = found.start(slot) < found.bytes().length;
        int offset = inRecord ? 0 : found.bytes().length;
        yield found.form(slot)
            + " "
            + Utf8Range.text(
                inRecord ? found.bytes() : found.extra(),
                found.start(slot) - offset,
                found.end(slot) - offset);
      }
      default -> found.form(slot).toString();
    };
  }

  // ------------------------------------------------------------------------- scalars

  static Stream<Arguments> scalars() {
    String micros = "{'type':'long','logicalType':'timestamp-micros'}";
    String decimal = "{'type':'bytes','logicalType':'decimal','precision':20,'scale':2}";
    return Stream.of(
        Arguments.of("'string'", "käse", "TEXT käse"),
        Arguments.of("'string'", "", "TEXT "),
        Arguments.of("'boolean'", true, "TRUE"),
        Arguments.of("'boolean'", false, "FALSE"),
        Arguments.of("'int'", 0, "INTEGER 0"),
        Arguments.of("'int'", Integer.MIN_VALUE, "INTEGER -2147483648"),
        Arguments.of("'long'", Long.MIN_VALUE, "INTEGER -9223372036854775808"),
        Arguments.of("'long'", Long.MAX_VALUE, "INTEGER 9223372036854775807"),
        Arguments.of("'long'", 1_796_038_989_081L, "INTEGER 1796038989081"),
        Arguments.of("'float'", 19.99f, "DECIMAL 19.99"),
        Arguments.of("'float'", 0.1f, "DECIMAL 0.1"),
        Arguments.of("'float'", 1.0e10f, "INTEGER 10000000000"),
        Arguments.of("'float'", Float.NaN, "TEXT NaN"),
        Arguments.of("'double'", 19.9, "DECIMAL 19.9"),
        Arguments.of("'double'", -0.05, "DECIMAL -0.05"),
        Arguments.of("'double'", -0.0, "INTEGER 0"),
        Arguments.of("'double'", 123.0, "INTEGER 123"),
        Arguments.of("'double'", 0.1 + 0.2, "DECIMAL 0.30000000000000004"),
        Arguments.of("'double'", 1796039282.215, "DECIMAL 1796039282.215"),
        Arguments.of("'double'", 1e22, "INTEGER 10000000000000000000000"),
        Arguments.of("'double'", Double.NEGATIVE_INFINITY, "TEXT -Infinity"),
        Arguments.of("'bytes'", ByteBuffer.wrap(new byte[] {1}), "BYTES"),
        Arguments.of("'null'", null, "ABSENT"),
        Arguments.of("['null','string']", null, "ABSENT"),
        Arguments.of("['null','string']", "x", "TEXT x"),
        Arguments.of("['int','string']", 5, "INTEGER 5"),
        Arguments.of("{'type':'long','logicalType':'timestamp-millis'}", 5L, "INTEGER 5"),
        Arguments.of(micros, 1_796_038_989_081_999L, "INTEGER 1796038989081"),
        Arguments.of(micros, -1L, "INTEGER -1"),
        Arguments.of("{'type':'long','logicalType':'timestamp-nanos'}", 5_000_001L, "INTEGER 5"),
        Arguments.of("{'type':'long','logicalType':'time-micros'}", 5L, "INTEGER 5"),
        Arguments.of("{'type':'int','logicalType':'time-millis'}", 5, "INTEGER 5"),
        Arguments.of("{'type':'int','logicalType':'date'}", 20_787, "TEXT 2026-11-30T00:00:00"),
        Arguments.of(
            "{'type':'long','logicalType':'local-timestamp-millis'}",
            1_796_038_989_081L,
            "TEXT 2026-11-30T11:43:09.081"),
        Arguments.of(
            "{'type':'long','logicalType':'local-timestamp-micros'}",
            1_796_038_989_000_001L,
            "TEXT 2026-11-30T11:43:09"),
        Arguments.of(
            "{'type':'long','logicalType':'local-timestamp-nanos'}",
            1_796_038_989_081_999_999L,
            "TEXT 2026-11-30T11:43:09.081"),
        Arguments.of(
            "{'type':'long','logicalType':'local-timestamp-millis'}",
            Long.MAX_VALUE,
            "INTEGER 9223372036854775807"),
        Arguments.of(decimal, unscaled("1990"), "DECIMAL 19.90"),
        Arguments.of(decimal, unscaled("-1"), "DECIMAL -0.01"),
        Arguments.of(decimal, unscaled("12345678901234567890"), "DECIMAL 123456789012345678.90"),
        Arguments.of(
            decimal, unscaled(Long.toString(Long.MIN_VALUE)), "DECIMAL -92233720368547758.08"),
        Arguments.of(decimal, ByteBuffer.wrap(new byte[0]), "BYTES"),
        Arguments.of(decimal, ByteBuffer.wrap(new byte[100]), "BYTES"),
        Arguments.of(
            "{'type':'fixed','name':'F','size':2,'logicalType':'decimal','precision':4}",
            new byte[] {1, 0},
            "INTEGER 256"),
        Arguments.of("{'type':'string','logicalType':'uuid'}", "u", "TEXT u"),
        Arguments.of(
            "{'type':'fixed','name':'F','size':16,'logicalType':'uuid'}",
            new BigInteger("123e4567e89b12d3a456426614174000", 16).toByteArray(),
            "TEXT 123e4567-e89b-12d3-a456-426614174000"),
        Arguments.of(
            "{'type':'fixed','name':'F','size':12,'logicalType':'duration'}",
            new byte[12],
            "BYTES"),
        Arguments.of("{'type':'enum','name':'E','symbols':['a','b_c']}", "b_c", "TEXT b_c"),
        Arguments.of("{'type':'array','items':'int'}", List.of(), "ABSENT"),
        Arguments.of("{'type':'array','items':'int'}", List.of(1), "ARRAY"),
        Arguments.of("{'type':'map','values':'int'}", Map.of(), "ABSENT"),
        Arguments.of("{'type':'map','values':'int'}", Map.of("a", 1), "OBJECT"));
  }

  private static ByteBuffer unscaled(String number) {
    return ByteBuffer.wrap(new BigDecimal(number).unscaledValue().toByteArray());
  }

  @ParameterizedTest
  @MethodSource("scalars")
  void shouldReadAValue(String type, Object value, String expected) throws Exception {
    Schema schema = of(type);
    Schema v = schema.getField("v").schema();
    Object written =
        value instanceof byte[] bytes
            ? new GenericData.Fixed(v, bytes)
            : v.getType() == Schema.Type.ENUM ? new GenericData.EnumSymbol(v, value) : value;
    byte[] bytes = withValue(schema, written);

    assertThat(read(schema, bytes, "v", "last")).containsExactly(expected, "INTEGER 7");
    assertThat(read(schema, bytes, "last")).containsExactly("INTEGER 7");
    assertThat(read(schema, bytes, "nowhere", "v.x.y", "last"))
        .containsExactly(
            "ABSENT",
            expected.equals("ABSENT") || expected.equals("TEXT ") || expected.equals("OBJECT")
                ? "ABSENT"
                : "UNREACHABLE",
            "INTEGER 7");
  }

  @Test
  void shouldSayThatATextIsNoUtf8() throws Exception {
    Schema schema = of("'string'");
    byte[] bytes = withValue(schema, "abc");
    bytes[2] = (byte) 0xFF;
    AvroCursor found = plan(schema, List.of(FieldPath.parse("v")), null).read(bytes, 0);

    assertThat(found.isBroken()).isTrue();
    assertThat(written(found, 0)).isEqualTo("TEXT a\uD800c");
  }

  // ------------------------------------------------------------------------- containers

  private static final Schema NESTED =
      record(
          """
          {'name':'ctx','type':['null',{'type':'record','name':'C','fields':[
            {'name':'page','type':{'type':'map','values':['null','string','long']}},
            {'name':'json','type':'string'}]}]},
          {'name':'params','type':{'type':'array','items':{'type':'record','name':'P','fields':[
            {'name':'value','type':['string','int']},
            {'name':'key','type':['null','string']},
            {'name':'more','type':{'type':'array','items':'int'}}]}}}
          """);

  private static GenericData.Record param(String key, Object value, Integer... more) {
    GenericData.Record param =
        new GenericData.Record(NESTED.getField("params").schema().getElementType());
    param.put("key", key);
    param.put("value", value);
    param.put("more", List.of(more));
    return param;
  }

  private static byte[] nested(Map<String, Object> page, GenericData.Record... params) {
    GenericData.Record ctx =
        new GenericData.Record(NESTED.getField("ctx").schema().getTypes().get(1));
    ctx.put("page", page);
    ctx.put("json", "{\"a\":1}");
    GenericData.Record record = new GenericData.Record(NESTED);
    record.put("ctx", ctx);
    record.put("params", List.of(params));
    return encoded(NESTED, record);
  }

  @Test
  void shouldFollowNamesThroughRecordsUnionsAndMaps() throws Exception {
    assertThat(
            read(
                NESTED,
                nested(Map.of("url", "https://a", "n", 5L)),
                "ctx",
                "ctx.page",
                "ctx.page.url",
                "ctx.page.n",
                "ctx.page.other",
                "params"))
        .containsExactly("OBJECT", "OBJECT", "TEXT https://a", "INTEGER 5", "ABSENT", "ABSENT");
    assertThat(read(NESTED, nested(Map.of("url", "x")), "ctx.page.url.x", "ctx[a=b].c"))
        .containsExactly("UNREACHABLE", "ABSENT");
    assertThat(read(NESTED, nested(Map.of("url", "x")), "ctx[a=b].c", "params.x"))
        .containsExactly("UNREACHABLE", "ABSENT");
  }

  @Test
  void shouldFindTheElementOfAKey() throws Exception {
    byte[] bytes =
        nested(
            Map.of(),
            param(null, "none"),
            param("a", "first"),
            param("b", 5, 1, 2),
            param("a", "last"));

    assertThat(
            read(
                NESTED,
                bytes,
                "params",
                "params[key=a].value",
                "params[key=b].value",
                "params[key=b].more",
                "params[key=c].value",
                "params[value=5].key",
                "params[more=5].key"))
        .containsExactly("ARRAY", "TEXT last", "INTEGER 5", "ARRAY", "ABSENT", "TEXT b", "ABSENT");
  }

  @Test
  void shouldReachNothingByANameInAnArray() throws Exception {
    assertThat(read(NESTED, nested(Map.of(), param("a", "x")), "params.key"))
        .containsExactly("UNREACHABLE");
  }

  @Test
  void shouldForgetAnEarlierElementOfTheSameKey() throws Exception {
    byte[] bytes = nested(Map.of(), param("a", "x", 1), param("a", "y"));

    assertThat(read(NESTED, bytes, "params[key=a].more")).containsExactly("ABSENT");
  }

  @Test
  void shouldReadTheJsonInAText() throws Exception {
    Schema schema = of("'string'");
    String json =
        """
        {"a": 1.50, "b": {"c": true, "d": "x\\ud800"}, "e": [{"k": "1", "v": 1}, {"k": 2, "v": null},
         {"k": "1", "v": "\\u00fc"}], "f": "[7]", "g": [], "n": null, "a2": 1e3}
        """;
    assertThat(
            read(
                schema,
                withValue(schema, json),
                "v{}.a",
                "v{}.b",
                "v{}.b.c",
                "v{}.b.d",
                "v{}.b.c.x",
                "v{}.e[k=1].v",
                "v{}.e[k=2].v",
                "v{}.f{}",
                "v{}.g",
                "v{}.n.x",
                "v{}.a2",
                "v{}",
                "v",
                "last"))
        .startsWith(
            "DECIMAL 1.50",
            "OBJECT",
            "TRUE",
            "TEXT x\uD800",
            "ABSENT",
            "TEXT ü",
            "ABSENT",
            "ARRAY",
            "ABSENT",
            "ABSENT",
            "DECIMAL 1E+3",
            "OBJECT")
        .endsWith("INTEGER 7");
  }

  @Test
  void shouldNotReachIntoATextThatIsNoJson() throws Exception {
    Schema schema = of("'string'");
    for (String text : List.of("{", "{} {}", "x", "[".repeat(200))) {
      assertThat(read(schema, withValue(schema, text), "v{}.a", "v{}"))
          .containsExactly("UNREACHABLE", "UNREACHABLE");
    }
    assertThat(read(schema, withValue(schema, "null"), "v{}.a", "v{}"))
        .containsExactly("ABSENT", "ABSENT");
    assertThat(read(schema, withValue(schema, "7"), "v{}.a")).containsExactly("UNREACHABLE");
  }

  @Test
  void shouldReadASchemaThatHoldsItself() throws Exception {
    Schema schema = record("{'name':'next','type':['null','R']},{'name':'v','type':'int'}");
    GenericData.Record inner = new GenericData.Record(schema);
    inner.put("v", 2);
    GenericData.Record outer = new GenericData.Record(schema);
    outer.put("v", 1);
    outer.put("next", inner);

    assertThat(read(schema, encoded(schema, outer), "v", "next.v", "next.next.v"))
        .containsExactly("INTEGER 1", "INTEGER 2", "ABSENT");
  }

  @Test
  void shouldReadBlocksOfKnownSize() throws Exception {
    Schema schema = of("{'type':'array','items':'string'}");
    // two blocks, the first one with its size
    byte[] bytes = {3, 8, 2, 'a', 2, 'b', 2, 2, 'c', 0, 14};

    assertThat(read(schema, bytes, "v", "last")).containsExactly("ARRAY", "INTEGER 7");
  }

  // ------------------------------------------------------------------------- hostile bytes

  @ParameterizedTest
  @CsvSource({
    // lengths
    "string, '6 97 98', a length beyond the record at byte 0",
    "string, '1', a length beyond the record at byte 0",
    "bytes, '-2 -1 -1 -1 15 1', a length beyond the record at byte 0",
    "string, '', the record ends too early at byte 0",
    "string, '-128', the record ends too early at byte 1",
    "int, '-2 -1 -1 -1 31 14', a number of more than 32 bits at byte 0",
    "long, '-1 -1 -1 -1 -1 -1 -1 -1 -1 2', a number of more than 64 bits at byte 0",
    "boolean, '2 14', a boolean that is neither 0 nor 1 at byte 0",
    "double, '1 2 3', the record ends too early at byte 3",
    "'\"int\",\"string\"', '4 0', a choice that the schema does not have at byte 0",
    "'\"int\",\"string\"', '1 0', a choice that the schema does not have at byte 0",
    "int, '2 14 0', the record goes on at byte 2",
  })
  void shouldRejectBytesThatAreNoValue(String type, String bytes, String expected) {
    Schema schema = of(type.contains(",") ? "[" + type + "]" : "'" + type + "'");

    assertMalformed(schema, bytes(bytes), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'2 0 0 14', the record goes on at byte 3",
    "'-2 -1 -1 -1 15 0', more values than bytes at byte 5",
    "'-1 -1 -1 -1 -1 -1 -1 -1 -1 1 0 0', a block of too many values at byte 0",
    "'1 2 2 0 14', a block of another length than it says at byte 0",
    "'1 20 0 14', a length beyond the record at byte 1"
  })
  void shouldRejectBlocksThatAreNone(String bytes, String expected) {
    assertMalformed(of("{'type':'array','items':'null'}"), bytes(bytes), expected);
  }

  @Test
  void shouldRejectWhatIsTooDeep() {
    Schema schema = record("{'name':'next','type':['null','R']}");
    byte[] bytes = new byte[10_000];
    Arrays.fill(bytes, (byte) 2);

    assertMalformed(schema, bytes, "deeper than 100 levels at byte 100");
  }

  @Test
  void shouldRejectARecordWithoutBytesThatHoldsItself() {
    assertMalformed(
        record("{'name':'x','type':'R'}"), new byte[0], "deeper than 100 levels at byte 0");
  }

  @Test
  void shouldBoundRecordsWithoutBytesThatHoldManyOthers() {
    Schema parsed = nestedTwice(40);

    assertMalformed(parsed, new byte[0], "more values than bytes at byte 0");
  }

  /** A record that holds the next one twice, and so on. */
  private static Schema nestedTwice(int depth) {
    String type = "'null'";
    for (int i = 0; i < depth; i++) {
      String name = "N" + i;
      String again = i == 0 ? "'null'" : "'N" + (i - 1) + "'";
      type =
          "{'type':'record','name':'%s','fields':[{'name':'a','type':%s},{'name':'b','type':%s}]}"
              .formatted(name, type, again);
    }
    return schema(type);
  }

  private static void assertMalformed(Schema schema, byte[] bytes, String expected) {
    assertThatExceptionOfType(MalformedAvroException.class)
        .isThrownBy(() -> read(schema, bytes, "last"))
        .satisfies(malformed -> assertThat(malformed.detail()).isEqualTo(expected));
    assertThatExceptionOfType(MalformedAvroException.class)
        .isThrownBy(() -> read(schema, bytes, "v", "last", "next", "next.next"))
        .satisfies(malformed -> assertThat(malformed.detail()).isEqualTo(expected));
  }

  private static byte[] bytes(String written) {
    if (written.isEmpty()) {
      return new byte[0];
    }
    String[] parts = written.split(" ");
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Byte.parseByte(parts[i]);
    }
    return bytes;
  }

  // ------------------------------------------------------------------------- batches

  private static final Schema BATCH =
      record(
          """
          {'name':'app','type':'string'},
          {'name':'data','type':['null',{'type':'record','name':'D','fields':[
            {'name':'events','type':{'type':'array','items':['null','string']}}]}]},
          {'name':'sent','type':'long'}
          """);

  private static byte[] batch(byte... arrayAndSent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {2, 'A', 2});
    out.writeBytes(arrayAndSent);
    return out.toByteArray();
  }

  @Test
  void shouldCutARecordIntoOneForEachElement() throws Exception {
    // Given two blocks, one with its size, and behind them a number
    byte[] bytes =
        batch(
            (byte) 3,
            (byte) 8,
            (byte) 2,
            (byte) 2,
            (byte) 'a',
            (byte) 0,
            (byte) 2,
            (byte) 2,
            (byte) 4,
            (byte) 'b',
            (byte) 'c',
            (byte) 0,
            (byte) 10);
    ReadingPlan plan = plan(BATCH, List.of(), FieldPath.parse("data.events"));

    plan.read(bytes, 0);

    Spans spans = plan.spans();
    assertThat(spans.isThere()).isTrue();
    assertThat(spans.count()).isEqualTo(3);
    List<FieldPath> paths =
        List.of(
            FieldPath.parse("app"),
            new FieldPath(
                false,
                Stream.concat(
                        FieldPath.parse("data.events").steps().stream(),
                        Stream.of(new FieldPath.First()))
                    .toList()),
            FieldPath.parse("/sent"));
    ReadingPlan ofElement = plan(BATCH, paths, null);
    for (int i = 0; i < 3; i++) {
      byte[] alone = spans.alone(i, bytes);
      AvroCursor found = ofElement.read(alone, 0);
      assertThat(Stream.of(0, 1, 2).map(slot -> written(found, slot)))
          .containsExactly("TEXT A", List.of("TEXT a", "ABSENT", "TEXT bc").get(i), "INTEGER 5");
      plan.read(alone, 0);
      assertThat(plan.spans().count()).isEqualTo(1);
      plan.read(bytes, 0);
    }
  }

  @Test
  void shouldTellAnEmptyArrayFromNone() throws Exception {
    ReadingPlan plan = plan(BATCH, List.of(), FieldPath.parse("data.events"));

    plan.read(new byte[] {2, 'A', 2, 0, 10}, 0);
    assertThat(plan.spans().isThere()).isTrue();
    assertThat(plan.spans().count()).isZero();
    plan.read(new byte[] {2, 'A', 0, 10}, 0);
    assertThat(plan.spans().isThere()).isFalse();
  }
}
