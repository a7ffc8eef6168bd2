package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.settings;
import static io.clickstream.ingest.IngestSamples.sources;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.Click;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is found in a click of a batch is what is found in the record that has it alone, wherever in
 * the batch it is, and whatever is around.
 */
class PlainBatchTest {

  private static final String CLICK =
      "{'event_type':'x','timestamp':%d,'anonymous_id':'d%%d'}".formatted(NOW - 1);

  private static final IngestSettings SETTINGS =
      settings()
          .with(IngestSettings.CLICKS_AT, FieldPath.parse("o.batch"))
          .with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.parse("items")))
          .with(
              IngestSettings.FIELDS,
              sources(
                  Map.of(
                      "app_id", List.of("/app", "app"),
                      "country", "/behind.cc",
                      "page_url", "p[k=url].v",
                      "user_id", "who.id")));

  private static final RecordShape SHAPE =
      Objects.requireNonNull(RecordShape.ofElements(SETTINGS, Columns.BUILT_IN));

  private final Elements elements = new Elements();
  private final PlainBatch batch = new PlainBatch(SHAPE, elements, 0);

  /** All that a reader found of fields, at each of their places: form and text. */
  private static List<String> findings(PlainRecord record) {
    IntStream places =
        IntStream.concat(
            IntStream.range(0, SHAPE.fields().count()),
            SHAPE.mapping().alternatives().stream()
                .flatMapToInt(several -> IntStream.of(several.slots())));
    return places
        .mapToLong(record::found)
        .mapToObj(
            found ->
                PlainRecord.form(found)
                    + " "
                    + ClickTexts.text(record.bytes(), PlainRecord.slice(found)))
        .toList();
  }

  private static byte[] value(String json) {
    return bytes(json.replace('\'', '"'));
  }

  private static List<String> foundAlone(byte[] alone) {
    PlainJson json = new PlainJson(SHAPE, new Elements(), 0);
    assertThat(json.read(alone)).isTrue();
    return findings(json);
  }

  /** Reads a batch, and compares every click; returns which of them are known. */
  private List<Boolean> known(String json) {
    byte[] value = value(json);
    assertThat(batch.readClicks(value)).isTrue();
    List<Boolean> known = new ArrayList<>();
    for (int i = 0; i < elements.count(); i++) {
      byte[] alone = Objects.requireNonNull(elements.alone(origin(value), i).value());
      boolean isKnown = batch.restore(i, alone);
      if (isKnown) {
        assertThat(findings(batch)).isEqualTo(foundAlone(alone));
        assertThat(batch.bytes()).isSameAs(alone);
      }
      known.add(isKnown);
    }
    return known;
  }

  @Test
  void shouldFindInEachClickWhatItHasAlone() {
    assertThat(
            known(
                "{'app':'web','o':{'batch':[ {'event_type':'a','who':{'id':7}} ,"
                    + "{'app':false,'p':[{'k':'no','v':1},{'k':'url','v':'/u'}],'event_type':'b'},"
                    + "{},[1],'text',{'who':[],'event_type':'c','price':1.50}],'x':[2]},"
                    + "'behind':{'cc':'DE'}}"))
        .containsExactly(true, true, true, true, true, true);
  }

  @Test
  void shouldForgetTheLastRecord() {
    known(
        "{'app':'web','o':{'batch':[{'who':{'id':7}},{'items':[{'product_id':1}]}]},'behind':{'cc':'D'}}");
    assertThat(known("{'o':{'batch':[{'event_type':'x'},{}]}}")).containsExactly(true, true);
  }

  @Test
  void shouldLeaveClicksWithProducts() {
    assertThat(
            known("{'o':{'batch':[{'event_type':'x'},{'items':[{'product_id':1}]},{'items':[]}]}}"))
        .containsExactly(true, false, true);
  }

  @Test
  void shouldLeaveClicksThatAreTooLongToNamePlaces() {
    String around = "{'o':{'batch':[]}}";
    for (int more : new int[] {0, 1}) {
      String click = "{'app':'%s'}".formatted("x".repeat(0xFFFF - around.length() - 10 + more));
      assertThat(known("{'o':{'batch':[%s,{'app':'y'}]}}".formatted(click)))
          .containsExactly(more == 0, true);
    }
  }

  @Test
  void shouldFindWhatIsFarBehindInALongBatch() {
    // Given more bytes in front of the last click than a place can have
    StringBuilder clicks = new StringBuilder(CLICK.formatted(0));
    for (int i = 1; i < 1_500; i++) {
      clicks.append(',').append(CLICK.formatted(i));
    }
    String json = "{'app':'web','o':{'batch':[" + clicks + "]},'behind':{'cc':'DE'}}";
    assertThat(json.length()).isGreaterThan(0xFFFF);
    // When, Then
    assertThat(known(json)).hasSize(1_500).containsOnly(true);
  }

  @Test
  void shouldKeepABoundedNumberOfClicks() {
    String json = "{'o':{'batch':[" + "{},".repeat(99_999) + "{}]}}";
    assertThat(batch.readClicks(value(json))).isTrue();
    assertThat(elements.count()).isEqualTo(100_000);
    byte[] alone = value("{'o':{'batch':[{}]}}");
    int width = SHAPE.mapping().slots();
    assertThat(batch.restore(0, alone)).isTrue();
    assertThat(batch.restore((1 << 16) / width - 1, alone)).isTrue();
    assertThat(batch.restore((1 << 16), alone)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'o':{'batch':{}}}",
        "{'o':{'batch':[{}]},'o':7}",
        "{'o':{'batch':[{}],'batch':null}}",
        "{'o':{'batch':[{}],'batch':[{}]}}",
        "{'o':{'batch':[{}]},'o':{'batch':[{}]}}",
        "{'o':{'batch':[{}]}}x",
        "{'o':{'batch':[{},]}}",
        "{'o':{'batch':[{}}}",
        "{'o':{'batch':[{'a':01}]}}",
        "{'o':{'batch':[{'a':'\\u0041'}]}}",
        "[{}]",
        ""
      })
  void shouldNotReadOtherRecords(String json) {
    assertThat(batch.readClicks(value("{'o':{'batch':[{}]}}"))).isTrue();
    assertThat(batch.readClicks(value(json))).isFalse();
  }

  @Test
  void shouldGiveTheSameClicksWhenTheRecordBeforeWasABatch() {
    // Given
    String json =
        "{'app':'web','o':{'batch':[%s,7,{'items':[{'product_id':1}],%s,{'event_type':'y'}]}}"
            .formatted(CLICK.formatted(1), CLICK.formatted(2).substring(1));
    JsonClickFormat format = new JsonClickFormat(SETTINGS);
    List<List<String>> read = new ArrayList<>();
    // When
    for (String record : List.of("{}", json, json, "{}", json, json)) {
      List<String> words = new ArrayList<>();
      format.parse(origin(value(record)), NOW, NOW, ingested -> words.add(words(ingested)));
      read.add(words);
    }
    // Then
    assertThat(read.get(1)).hasSize(4).isEqualTo(read.get(2)).isEqualTo(read.get(5));
    assertThat(read.get(0)).hasSize(1).isEqualTo(read.get(3));
  }

  private static String words(Ingested ingested) {
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    Origin origin = click != null ? click.origin() : Objects.requireNonNull(rejection).origin();
    return List.of(
            ingested.isFirst(),
            click == null
                ? Objects.requireNonNull(rejection).detail()
                : List.of(click.visitor(), click.texts(), click.products()),
            origin.index(),
            new String(Objects.requireNonNull(origin.value()), UTF_8))
        .toString();
  }
}
