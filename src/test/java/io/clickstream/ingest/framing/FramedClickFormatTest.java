package io.clickstream.ingest.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.Framing;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.Frame;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.registry.SchemaFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FramedClickFormatTest {

  private static final long TIME = 1_767_268_800_000L;

  private static ClickFormat format(Framing... layers) {
    return FormatOfSettings.of(
        IngestSettings.defaults()
            .with(IngestSettings.FRAMING, List.of(layers))
            .with(IngestSettings.CLICKS_AT, new FieldPath(false, List.of(new FieldPath.Name("b")))),
        Columns.BUILT_IN,
        SchemaFile::read);
  }

  private static List<Ingested> read(ClickFormat format, byte[] value) {
    List<Ingested> all = new ArrayList<>();
    format.parse(new Origin("t", 1, 2, null, value), TIME, TIME, all::add);
    return all;
  }

  private static String click(String id) {
    return "{\"event_type\":\"x\",\"timestamp\":%d,\"anonymous_id\":\"%s\"}".formatted(TIME, id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void shouldBeTheFormatItselfWhenThereIsNoFraming() {
    assertThat(FormatOfSettings.of(IngestSettings.defaults(), Columns.BUILT_IN, SchemaFile::read))
        .isInstanceOf(JsonClickFormat.class);
  }

  @Test
  void shouldReadAClickAndRememberItsFrame() {
    Frame frame = Frame.gzip(Frame.schemaId(null, new byte[] {0, 0, 0, 0, 9}));
    byte[] record = frame.wrap(bytes(click("d")));

    Click click =
        Objects.requireNonNull(
            read(format(Framing.CONFLUENT, Framing.GZIP), record).get(0).click());

    assertThat(click.anonymousId()).isEqualTo("d");
    assertThat(click.origin().index()).isEqualTo(Origin.ALONE);
    assertThat(click.origin().value()).isEqualTo(bytes(click("d")));
    assertThat(click.origin().frame()).isEqualTo(frame);
    assertThat(click.origin().framedValue()).isEqualTo(record);
  }

  @Test
  void shouldCountClicksThroughAllPayloads() {
    // Given lines with one click, an array of two, an array of none, no click, and a click
    String record =
        String.join(
            "\n",
            click("0"),
            "{\"b\":[%s,%s]}".formatted(click("1"), click("2")),
            "{\"b\":[]}",
            "{\"b\":[7",
            click("4"));

    List<Ingested> all = read(format(Framing.LINES), bytes(record));

    assertThat(all).extracting(Ingested::isFirst).containsExactly(true, false, false, false, false);
    assertThat(all.stream().map(FramedClickFormatTest::indexAndValue))
        .containsExactly(
            "0 " + click("0"),
            "1 {\"b\":[" + click("1") + "]}",
            "2 {\"b\":[" + click("2") + "]}",
            "3 {\"b\":[7",
            "4 " + click("4"));
    assertThat(Objects.requireNonNull(all.get(3).rejection()).reason())
        .isEqualTo(RejectionReason.MALFORMED_JSON);
  }

  private static String indexAndValue(Ingested ingested) {
    Click click = ingested.click();
    Origin origin =
        click == null ? Objects.requireNonNull(ingested.rejection()).origin() : click.origin();
    return origin.index() + " " + new String(Objects.requireNonNull(origin.value()), UTF_8);
  }

  @Test
  void shouldSayThatARecordHasNoClicksOnce() {
    List<Ingested> all = read(format(Framing.LINES), bytes("{\"b\":[]}\n{\"b\":[]}"));

    assertThat(all).containsExactly(Ingested.nothing());
  }

  @Test
  void shouldCountARecordOnceWhenItBeginsWithAnEmptyArray() {
    List<Ingested> all = read(format(Framing.LINES), bytes("{\"b\":[]}" + click("a")));

    assertThat(all).extracting(Ingested::isFirst).containsExactly(true, false);
    assertThat(all.get(0)).isEqualTo(Ingested.nothing());
    assertThat(indexAndValue(all.get(1))).startsWith("0 ");
  }

  @Test
  void shouldKeepTheBytesOfARecordThatIsRejectedAsAWhole() {
    byte[] record = Frame.text(Frame.gzip(null)).wrap(bytes("{\"event_type\":\"x\"}"));

    Rejection rejection =
        Objects.requireNonNull(read(format(Framing.GZIP, Framing.TEXT), record).get(0).rejection());

    assertThat(rejection.reason()).isEqualTo(RejectionReason.IDENTITY_MISSING);
    assertThat(rejection.origin().framedValue()).isSameAs(record);
    assertThat(rejection.origin().index()).isEqualTo(Origin.ALONE);
  }

  @Test
  void shouldRejectARecordThatIsNotFramedSo() {
    byte[] record = bytes(click("d"));

    Rejection rejection =
        Objects.requireNonNull(read(format(Framing.CONFLUENT), record).get(0).rejection());

    assertThat(rejection.reason()).isEqualTo(RejectionReason.MALFORMED_JSON);
    assertThat(rejection.detail()).contains("ingest.framing: confluent");
    assertThat(rejection.origin().framedValue()).isSameAs(record);
  }

  @Test
  void shouldFrameAClickOfABatchAsItsRecordWas() {
    byte[] record = Frame.gzip(null).wrap(bytes("{\"b\":[%s,{}]}".formatted(click("1"))));

    List<Ingested> all = read(format(Framing.GZIP), record);

    byte[] alone =
        Objects.requireNonNull(Objects.requireNonNull(all.get(0).click()).origin().framedValue());
    List<Ingested> again = read(format(Framing.GZIP), alone);
    assertThat(again).hasSize(1);
    assertThat(Objects.requireNonNull(again.get(0).click()).anonymousId()).isEqualTo("1");
    assertThat(Objects.requireNonNull(all.get(1).rejection()).origin().index()).isEqualTo(1);
  }

  @Test
  void shouldRejectARecordWithoutAValueAsTheFormatDoes() {
    List<Ingested> all = new ArrayList<>();
    format(Framing.GZIP).parse(new Origin("t", 1, 2, null, null), TIME, TIME, all::add);

    assertThat(Objects.requireNonNull(all.get(0).rejection()).reason())
        .isEqualTo(RejectionReason.NOT_AN_OBJECT);
  }
}
