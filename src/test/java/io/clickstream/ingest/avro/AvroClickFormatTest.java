package io.clickstream.ingest.avro;

import static io.clickstream.ingest.avro.AvroSamples.encoded;
import static io.clickstream.ingest.avro.AvroSamples.schema;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.ClickFormats;
import io.clickstream.config.Framing;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.TimestampUnit;
import io.clickstream.config.UserErrorException;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.registry.RegistryStub;
import io.clickstream.registry.SchemaFile;
import io.clickstream.wire.ClickSerializer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroClickFormatTest {

  private static final long TIME = 1_767_268_800_000L;

  private static final IngestSettings SETTINGS =
      IngestSettings.defaults().with(IngestSettings.FORMAT, ClickFormats.AVRO);

  private static final Schema CLICK =
      schema(
          """
          {'type':'record','name':'Click','fields':[
            {'name':'event_id','type':'string'},
            {'name':'event_type','type':{'type':'enum','name':'T','symbols':['page_view','purchase']}},
            {'name':'timestamp','type':{'type':'long','logicalType':'timestamp-micros'}},
            {'name':'user_id','type':['null','long']},
            {'name':'anonymous_id','type':['null','string']},
            {'name':'page_url','type':['null','string']},
            {'name':'product_id','type':['null','string']},
            {'name':'quantity','type':['null','int']},
            {'name':'price','type':['null',{'type':'bytes','logicalType':'decimal','precision':9,'scale':2}]},
            {'name':'secret','type':'bytes'}]}
          """);

  private RegistryStub registry;

  @BeforeEach
  void start() throws Exception {
    registry = RegistryStub.start();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static GenericData.Record click(@Nullable String device, @Nullable Long user) {
    GenericData.Record click = new GenericData.Record(CLICK);
    click.put("event_id", "e1");
    click.put(
        "event_type",
        new GenericData.EnumSymbol(CLICK.getField("event_type").schema(), "purchase"));
    click.put("timestamp", TIME * 1_000 + 999);
    click.put("user_id", user);
    click.put("anonymous_id", device);
    click.put("page_url", " https://shop.example/straße ");
    click.put("product_id", "p-1");
    click.put("quantity", 2);
    click.put("price", ByteBuffer.wrap(new byte[] {7, -58}));
    click.put("secret", ByteBuffer.wrap("SeCrEt".getBytes(UTF_8)));
    return click;
  }

  private static byte[] withId(int id, byte[] record) {
    return ByteBuffer.allocate(5 + record.length).put((byte) 0).putInt(id).put(record).array();
  }

  private static List<Ingested> read(ClickFormat format, byte @Nullable [] value, long now) {
    List<Ingested> all = new ArrayList<>();
    format.parse(new Origin("t", 1, 2, null, value), now, now, all::add);
    return all;
  }

  private static Click clickOf(ClickFormat format, byte[] value) {
    Ingested ingested = read(format, value, TIME).get(0);
    assertThat(ingested.rejection()).isNull();
    return Objects.requireNonNull(ingested.click());
  }

  private static Rejection rejectionOf(ClickFormat format, byte @Nullable [] value) {
    return Objects.requireNonNull(read(format, value, TIME).get(0).rejection());
  }

  private static ClickFormat ofFile(IngestSettings settings) {
    return AvroClickFormat.ofSchema(settings, Columns.BUILT_IN, CLICK.toString());
  }

  private ClickFormat ofRegistry() {
    return FormatOfSettings.of(
        SETTINGS.with(IngestSettings.SCHEMA_REGISTRY_URL, registry.url()),
        Columns.BUILT_IN,
        SchemaFile::read);
  }

  // ------------------------------------------------------------------------- clicks

  @Test
  void shouldReadAClickAsJsonWouldBe() {
    byte[] json =
        """
        {"event_id":"e1","event_type":"purchase","timestamp":%d,"user_id":42,"anonymous_id":"d",
         "page_url":" https://shop.example/straße ","product_id":"p-1","quantity":2,"price":19.90}
        """
            .formatted(TIME)
            .getBytes(UTF_8);
    byte[] avro = encoded(CLICK, click("d", 42L));

    Click found = clickOf(ofFile(SETTINGS), avro);

    Click expected = clickOf(new JsonClickFormat(IngestSettings.defaults()), json);
    assertThat(found).isEqualTo(expected.withOrigin(found.origin()));
    assertThat(found.origin().value()).isSameAs(avro);
    assertThat(found.texts().areInValue()).isTrue();
  }

  @Test
  void shouldTravelAsItIs() throws Exception {
    Click click = clickOf(ofFile(SETTINGS), encoded(CLICK, click(null, 42L)));

    DataOutputSerializer out = new DataOutputSerializer(64);
    ClickSerializer.INSTANCE.serialize(click, out);
    Click read =
        ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

    assertThat(read.visitor()).isEqualTo(click.visitor());
    assertThat(read.visitor().id()).isEqualTo("42");
    assertThat(read.texts()).isEqualTo(click.texts());
    assertThat(read.kind()).isEqualTo(click.kind());
  }

  @Test
  void shouldReadALongRecordAsAShortOne() {
    GenericData.Record click = click("d", 42L);
    Click expected = clickOf(ofFile(SETTINGS), encoded(CLICK, click));
    click.put("secret", ByteBuffer.wrap(new byte[100_000]));

    Click found = clickOf(ofFile(SETTINGS), encoded(CLICK, click));

    assertThat(found).isEqualTo(expected.withOrigin(found.origin()));
    assertThat(found.texts().areInValue()).isFalse();
  }

  @Test
  void shouldMendATextThatIsNoUtf8AndCountIt() {
    byte[] avro = encoded(CLICK, click("d", 42L));
    avro[indexOf(avro, "straße") + 4] = (byte) 0xFF;

    Ingested found = read(ofFile(SETTINGS), avro, TIME).get(0);

    assertThat(Objects.requireNonNull(found.click()).pageUrl()).startsWith("https://shop.example/");
    assertThat(found.problems()).containsExactly(ClickField.PAGE_URL.index());
  }

  @Test
  void shouldReadDefinitionsAsOfJson() throws Exception {
    // Given values of every type, and the same in JSON
    Schema schema =
        schema(
            """
            {'type':'record','name':'C','fields':[
              {'name':'event_type','type':'string'},
              {'name':'timestamp','type':'long'},
              {'name':'anonymous_id','type':'string'},
              {'name':'price','type':'double'},
              {'name':'p','type':{'type':'map','values':['null','boolean','int','long','double','string']}},
              {'name':'list','type':{'type':'array','items':{'type':'record','name':'E','fields':[
                {'name':'k','type':'string'},{'name':'v','type':'float'}]}}}]}
            """);
    Columns table =
        new DefinitionSamples()
            .last("yes", Type.BOOLEAN, "p.yes")
            .last("no", Type.BOOLEAN, "p.no")
            .last("word", Type.BOOLEAN, "p.word")
            .last("text", Type.TEXT, "p.text")
            .last("none", Type.TEXT, List.of("p.none", "p.missing"))
            .field("paid", How.SUM, Type.NUMBER, "price", null)
            .field("large", How.MAX, Type.NUMBER, "p.large", null)
            .field("small", How.MAX, Type.NUMBER, "p.small", null)
            .field("digits", How.MAX, Type.NUMBER, "p.digits", null)
            .field("entry", How.MAX, Type.NUMBER, "list[k=b].v", null)
            .last("wrong", Type.NUMBER, "p.yes")
            .milliseconds("p.ms")
            .goal(
                "shopped", Map.of("event_type", "purchase", "p.yes", "true"), "p.small", null, null)
            .table();
    GenericData.Record click = new GenericData.Record(schema);
    click.put("event_type", "purchase");
    click.put("timestamp", TIME);
    click.put("anonymous_id", "d");
    click.put("price", 19.90);
    Map<String, Object> map = new HashMap<>();
    map.put("yes", true);
    map.put("no", false);
    map.put("word", " true ");
    map.put("text", "\tpro ");
    map.put("none", null);
    map.put("large", Long.MIN_VALUE);
    map.put("small", 1e-7);
    map.put("digits", "1.5e3");
    map.put("ms", 40);
    click.put("p", map);
    click.put("list", List.of(entry(schema, "a", 1f), entry(schema, "b", 0.5f)));
    String json =
        """
        {'event_type':'purchase','timestamp':%d,'anonymous_id':'d','price':19.9,'p':{'yes':true,
        'no':false,'word':' true ','text':'\\tpro ','none':null,'large':%d,'small':1e-7,
        'digits':'1.5e3','ms':40},'list':[{'k':'a','v':1},{'k':'b','v':0.5}]}
        """
            .formatted(TIME, Long.MIN_VALUE)
            .replace('\'', '"');
    ClickFormat avro = AvroClickFormat.ofSchema(SETTINGS, table, schema.toString());
    JsonClickFormat ofJson = new JsonClickFormat(IngestSettings.defaults(), table);

    // When
    Ingested found = read(avro, encoded(schema, click), TIME).get(0);
    map.put("yes", "x");
    Ingested other = read(avro, encoded(schema, click), TIME).get(0);

    // Then, both at first sight and where something cannot be read
    for (Ingested each : List.of(found, other)) {
      String record = each == found ? json : json.replace("\"yes\":true", "\"yes\":\"x\"");
      Ingested expected = read(ofJson, record.getBytes(UTF_8), TIME).get(0);
      Click read = Objects.requireNonNull(each.click());
      assertThat(read)
          .isEqualTo(Objects.requireNonNull(expected.click()).withOrigin(read.origin()));
      assertThat(each.problems()).isEqualTo(expected.problems());
    }
    Click read = Objects.requireNonNull(found.click());
    assertThat(read.texts().get(DefinitionSamples.text(table, "fields.yes"))).isEqualTo("true");
    assertThat(read.texts().get(DefinitionSamples.text(table, "fields.small")))
        .isEqualTo("0.0000001");
    assertThat(read.texts().get(DefinitionSamples.text(table, "fields.text"))).isEqualTo("pro");
    assertThat(read.marks().has(0)).isTrue();
  }

  @Test
  void shouldReadDefinitionsAtFirstSight() throws Exception {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("page", Type.TEXT, "page_url")
            .field("paid", How.SUM, Type.NUMBER, "price", Map.of("event_type", "purchase"))
            .field("pieces", How.SUM, Type.NUMBER, "quantity", null)
            .count("shopped", Map.of("event_type", "purchase", "price", Map.of("above", "19.8")))
            .table();
    ClickFormat format = AvroClickFormat.ofSchema(SETTINGS, table, CLICK.toString());
    // When
    Click click = clickOf(format, encoded(CLICK, click("d", 42L)));
    // Then
    assertThat(click.texts().areInValue()).isTrue();
    assertThat(click.texts().get(DefinitionSamples.text(table, "fields.paid"))).isEqualTo("19.9");
    assertThat(click.texts().get(DefinitionSamples.text(table, "fields.pieces"))).isEqualTo("2");
    assertThat(click.marks().has(0)).isTrue();
    DataOutputSerializer out = new DataOutputSerializer(64);
    ClickSerializer.INSTANCE.serialize(click, out);
    Click read =
        ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(read.texts()).isEqualTo(click.texts());
    assertThat(read.marks()).isEqualTo(click.marks());
  }

  private static GenericData.Record entry(Schema schema, String key, float value) {
    GenericData.Record entry =
        new GenericData.Record(schema.getField("list").schema().getElementType());
    entry.put("k", key);
    entry.put("v", value);
    return entry;
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, ISO_8859_1).indexOf(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  @Test
  void shouldLeaveOutAFieldThatIsBytes() {
    IngestSettings settings =
        SETTINGS.with(
            IngestSettings.FIELDS, Map.of("page_url", FieldSource.of(FieldPath.parse("secret"))));

    ClickFormat format = ofFile(settings);
    Ingested found = read(format, encoded(CLICK, click("d", 42L)), TIME).get(0);

    assertThat(Objects.requireNonNull(found.click()).pageUrl()).isNull();
    assertThat(format.problems().get(0))
        .hasToString("page_url (secret): expected text or a number, found bytes");
  }

  @Test
  void shouldRejectARecordWithoutIdentityAsItWas() {
    byte[] avro = encoded(CLICK, click(null, null));

    Rejection rejection = rejectionOf(ofFile(SETTINGS), avro);

    assertThat(rejection.reason()).isEqualTo(RejectionReason.IDENTITY_MISSING);
    assertThat(rejection.origin().value()).isSameAs(avro);
  }

  @Test
  void shouldRejectWhatIsNoRecord() {
    byte[] avro = encoded(CLICK, click("d", 42L));
    ClickFormat format = ofFile(SETTINGS.with(IngestSettings.MAX_RECORD_SIZE, 1_000L));

    assertThat(rejectionOf(format, null).reason()).isEqualTo(RejectionReason.NOT_AN_OBJECT);
    assertThat(rejectionOf(format, new byte[1_001]).reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(rejectionOf(format, Arrays.copyOf(avro, avro.length - 1)).reason())
        .isEqualTo(RejectionReason.MALFORMED_AVRO);
    assertThat(rejectionOf(format, Arrays.copyOf(avro, avro.length + 1)).detail())
        .isEqualTo("the record goes on at byte " + avro.length);
    assertThat(rejectionOf(format, "{\"event_type\":\"x\"}".getBytes(UTF_8)).reason())
        .isEqualTo(RejectionReason.MALFORMED_AVRO);
  }

  @ParameterizedTest
  @EnumSource(TimestampUnit.class)
  void shouldReadATimeWhoseUnitTheSchemaTellsWhateverTheUnitOfNumbers(TimestampUnit unit) {
    IngestSettings settings = SETTINGS.with(IngestSettings.TIMESTAMP_UNIT, unit);

    assertThat(clickOf(ofFile(settings), encoded(CLICK, click("d", 42L))).timestamp())
        .isEqualTo(TIME);
  }

  // ------------------------------------------------------------------------- batches, products

  private static final Schema BATCH =
      schema(
          """
          {'type':'record','name':'Batch','fields':[
            {'name':'device','type':'string'},
            {'name':'batch','type':{'type':'array','items':['null',{'type':'record','name':'E','fields':[
              {'name':'event_type','type':'string'},
              {'name':'timestamp','type':{'type':'long','logicalType':'timestamp-millis'}},
              {'name':'params','type':{'type':'array','items':{'type':'record','name':'P','fields':[
                {'name':'key','type':'string'},{'name':'value','type':'string'}]}}},
              {'name':'items','type':{'type':'array','items':{'type':'record','name':'I','fields':[
                {'name':'product_id','type':'int'},{'name':'price','type':'double'}]}}}]}]}},
            {'name':'app','type':'string'}]}
          """);

  private static final IngestSettings BATCHES =
      SETTINGS
          .with(
              IngestSettings.CLICKS_AT, new FieldPath(false, List.of(new FieldPath.Name("batch"))))
          .with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.parse("items")))
          .with(
              IngestSettings.FIELDS,
              Map.of(
                  "anonymous_id", FieldSource.of(FieldPath.parse("/device")),
                  "app_id", FieldSource.of(FieldPath.parse("/app")),
                  "page_url", FieldSource.of(FieldPath.parse("params[key=url].value"))));

  private static GenericData.Record event(String url, int... products) {
    Schema type = BATCH.getField("batch").schema().getElementType().getTypes().get(1);
    GenericData.Record event = new GenericData.Record(type);
    event.put("event_type", "purchase");
    event.put("timestamp", TIME);
    Schema param = type.getField("params").schema().getElementType();
    List<GenericData.Record> params = new ArrayList<>();
    for (String key : List.of("other", "url")) {
      GenericData.Record one = new GenericData.Record(param);
      one.put("key", key);
      one.put("value", key.equals("url") ? url : "x");
      params.add(one);
    }
    event.put("params", params);
    List<GenericData.Record> items = new ArrayList<>();
    for (int product : products) {
      GenericData.Record item =
          new GenericData.Record(type.getField("items").schema().getElementType());
      item.put("product_id", product);
      item.put("price", product / 4.0);
      items.add(item);
    }
    event.put("items", items);
    return event;
  }

  private static byte[] batch(Object... events) {
    GenericData.Record batch = new GenericData.Record(BATCH);
    batch.put("device", "d");
    batch.put("batch", Arrays.asList(events));
    batch.put("app", "shop");
    return encoded(BATCH, batch);
  }

  @Test
  void shouldReadEveryClickOfABatchInARecordOfItsOwn() {
    ClickFormat format = AvroClickFormat.ofSchema(BATCHES, Columns.BUILT_IN, BATCH.toString());

    List<Ingested> all =
        read(format, batch(event("https://a", 1, 2), null, event("https://b")), TIME);

    assertThat(all).extracting(Ingested::isFirst).containsExactly(true, false, false);
    Click first = Objects.requireNonNull(all.get(0).click());
    assertThat(first.pageUrl()).isEqualTo("https://a");
    assertThat(first.visitor().appId()).isEqualTo("shop");
    assertThat(first.products())
        .containsExactly(
            new ClickProduct("1", 1, new BigDecimal("0.25")),
            new ClickProduct("2", 1, new BigDecimal("0.5")));
    Rejection second = Objects.requireNonNull(all.get(1).rejection());
    assertThat(second.reason()).isEqualTo(RejectionReason.FIELD_MISSING);
    assertThat(second.origin().index()).isEqualTo(1);
    Click third = Objects.requireNonNull(all.get(2).click());
    assertThat(third.origin().index()).isEqualTo(2);
    assertThat(third.origin().value()).isEqualTo(batch(event("https://b")));
    assertThat(clickOf(format, Objects.requireNonNull(third.origin().value())).pageUrl())
        .isEqualTo("https://b");
  }

  @Test
  void shouldSayThatABatchHasNoClicks() {
    ClickFormat format = AvroClickFormat.ofSchema(BATCHES, Columns.BUILT_IN, BATCH.toString());

    assertThat(read(format, batch(), TIME)).containsExactly(Ingested.nothing());
  }

  @Test
  void shouldRejectABatchWhoseEnvelopeWouldBeCopiedTooOften() {
    ClickFormat format =
        AvroClickFormat.ofSchema(
            BATCHES.with(IngestSettings.MAX_RECORD_SIZE, 10L << 20),
            Columns.BUILT_IN,
            BATCH.toString());
    GenericData.Record batch = new GenericData.Record(BATCH);
    batch.put("device", "d".repeat(10_000));
    batch.put("batch", Arrays.asList(new Object[1_000]));
    batch.put("app", "shop");

    List<Ingested> all = read(format, encoded(BATCH, batch), TIME);

    assertThat(all).hasSize(1);
    Rejection rejection = Objects.requireNonNull(all.get(0).rejection());
    assertThat(rejection.reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(rejection.detail()).startsWith("1000 clicks in an array");
  }

  // ------------------------------------------------------------------------- the registry

  @Test
  void shouldReadRecordsOfSeveralSchemas() {
    registry.register(1, CLICK.toString());
    Schema other =
        schema(
            """
            {'type':'record','name':'Click','fields':[
              {'name':'timestamp','type':'string'},
              {'name':'event_type','type':'string'},
              {'name':'anonymous_id','type':'string'}]}
            """);
    registry.register(2, other.toString());
    GenericData.Record second = new GenericData.Record(other);
    second.put("timestamp", "2026-01-01T12:00:00Z");
    second.put("event_type", "page_view");
    second.put("anonymous_id", "x");
    ClickFormat format = ofRegistry();

    for (int i = 0; i < 3; i++) {
      assertThat(clickOf(format, withId(1, encoded(CLICK, click("d", 1L)))).anonymousId())
          .isEqualTo("d");
      assertThat(clickOf(format, withId(2, encoded(other, second))).anonymousId()).isEqualTo("x");
    }
    assertThat(registry.asked()).containsExactly("/schemas/ids/1", "/schemas/ids/2");
  }

  @Test
  void shouldRejectAnUnknownIdAndAskAgainAfterHalfAMinute() {
    ClickFormat format = ofRegistry();
    byte[] record = withId(1, encoded(CLICK, click("d", 1L)));

    Rejection rejection = rejectionOf(format, record);
    assertThat(rejection.reason()).isEqualTo(RejectionReason.SCHEMA_UNKNOWN);
    assertThat(rejection.detail()).isEqualTo("schema id 1: the schema registry does not know it");
    registry.register(1, CLICK.toString());
    assertThat(read(format, record, TIME + 29_999).get(0).rejection()).isNotNull();
    assertThat(registry.asked()).hasSize(1);

    assertThat(read(format, record, TIME + 30_000).get(0).click()).isNotNull();
    assertThat(registry.asked()).hasSize(2);
  }

  @Test
  void shouldRejectWhatHasNoSchemaOfARecord() {
    registry.register(1, "\"string\"");
    registry.register(2, "{\"type\":\"record\"}");
    registry.register(3, "not a schema");
    registry.register(
        4, "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"X\"}]}");
    ClickFormat format = ofRegistry();

    for (int id = 1; id <= 4; id++) {
      assertThat(rejectionOf(format, withId(id, new byte[] {1})).reason())
          .isEqualTo(RejectionReason.SCHEMA_UNKNOWN);
    }
    assertThat(rejectionOf(format, withId(-1, new byte[] {1})).detail())
        .isEqualTo("expected a schema id of 0 or more, found less");
    assertThat(registry.asked()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0\0\0", "{\"event_type\":\"x\"}"})
  void shouldRejectARecordWithoutAnId(String record) {
    assertThat(rejectionOf(ofRegistry(), record.getBytes(UTF_8)).detail())
        .isEqualTo(
            "expected a zero and a schema id in front (ingest.schema-registry.url), found none");
    assertThat(registry.asked()).isEmpty();
  }

  @Test
  void shouldAskForNoMoreThanOneRecordAtATimeNeeds() {
    ClickFormat format = ofRegistry();
    for (int id = 0; id < 1_050; id++) {
      assertThat(rejectionOf(format, withId(id, new byte[] {1})).reason())
          .isEqualTo(RejectionReason.SCHEMA_UNKNOWN);
    }
    assertThat(registry.asked()).hasSize(1_050);
    rejectionOf(format, withId(1_049, new byte[] {1}));
    assertThat(registry.asked()).hasSize(1_050);
  }

  // ------------------------------------------------------------------------- the file, framing

  @Test
  void shouldReadTheSchemaOfAFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("click.avsc"), CLICK.toString());
    IngestSettings settings = SETTINGS.with(IngestSettings.SCHEMA_FILE, file.toString());
    byte[] record = encoded(CLICK, click("d", 1L));

    assertThat(
            clickOf(FormatOfSettings.of(settings, Columns.BUILT_IN, SchemaFile::read), record)
                .anonymousId())
        .isEqualTo("d");
    ClickFormat framed =
        FormatOfSettings.of(
            settings.with(IngestSettings.FRAMING, List.of(Framing.CONFLUENT)),
            Columns.BUILT_IN,
            SchemaFile::read);
    Click click = clickOf(framed, withId(7, record));
    assertThat(click.origin().framedValue()).isEqualTo(withId(7, record));
  }

  @Test
  void shouldSayWhatIsWrongWithAFile(@TempDir Path directory) throws Exception {
    Path none = directory.resolve("none.avsc");
    Path other = Files.writeString(directory.resolve("other.avsc"), "\"string\"");
    Path broken = Files.writeString(directory.resolve("broken.avsc"), "{");

    for (Path file : List.of(none, other, broken)) {
      assertThatExceptionOfType(UserErrorException.class)
          .isThrownBy(
              () ->
                  FormatOfSettings.of(
                      SETTINGS.with(IngestSettings.SCHEMA_FILE, file.toString()),
                      Columns.BUILT_IN,
                      SchemaFile::read))
          .withMessageStartingWith("ingest.schema-file=" + file + ": ");
    }
  }

  @Test
  void shouldNeverThrowWhateverTheBytes() {
    Random random = new Random(5);
    byte[][] valid = {
      encoded(CLICK, click("d", 42L)), batch(event("https://a", 1, 2), null, event("https://b"))
    };
    ClickFormat[] formats = {
      ofFile(SETTINGS), AvroClickFormat.ofSchema(BATCHES, Columns.BUILT_IN, BATCH.toString())
    };
    int clicks = 0;
    for (int i = 0; i < 100_000; i++) {
      int which = i & 1;
      byte[] record = valid[which].clone();
      if (random.nextInt(3) == 0) {
        record = Arrays.copyOf(record, random.nextInt(record.length + 5));
      }
      for (int j = random.nextInt(4); j > 0 && record.length > 0; j--) {
        record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
      }
      for (Ingested ingested : read(formats[which], record, TIME)) {
        clicks += ingested.click() == null ? 0 : 1;
        if (ingested.rejection() != null) {
          assertThat(ingested.rejection().detail()).doesNotContain("SeCrEt");
        }
      }
    }
    assertThat(clicks).isGreaterThan(20_000);
  }
}
