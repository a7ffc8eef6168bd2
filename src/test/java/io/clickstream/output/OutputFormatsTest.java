package io.clickstream.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Frame;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputFormatsTest {

  private static final byte[] KEY = {(byte) 0xff};
  private static final byte[] VALUE = {'{', (byte) 0xfe};
  private static final Origin ORIGIN = new Origin("raw-clicks", 23, 5_000_000_000L, KEY, VALUE);
  private static final Visitor VISITOR = new Visitor(null, VisitorKind.DEVICE, "d-1");

  @Test
  void shouldKeepBytesOfLateClickAndSayHowLateItWas() {
    // Given
    LateClick late = new LateClick(click(ORIGIN), 1_920_001, 1_704_067_200_000L);

    // When
    OutputRecord record = new FormatLateClicks().map(late);

    // Then
    assertThat(record)
        .usingRecursiveComparison()
        .isEqualTo(
            new OutputRecord(
                OutputTopic.LATE,
                KEY,
                VALUE,
                List.of(
                    new Header("lateness_ms", "1920001"),
                    new Header("watermark", "1704067200000"),
                    new Header("source_topic", "raw-clicks"),
                    new Header("source_partition", "23"),
                    new Header("source_offset", "5000000000")),
                VisitorHash.of(VISITOR)));
  }

  @Test
  void shouldKeepBytesOfDuplicateAndSayWhereItCameFrom() {
    // When
    OutputRecord record = new FormatDuplicates().map(click(ORIGIN));

    // Then
    assertThat(record)
        .usingRecursiveComparison()
        .isEqualTo(
            new OutputRecord(
                OutputTopic.DUPLICATES,
                KEY,
                VALUE,
                List.of(
                    new Header("source_topic", "raw-clicks"),
                    new Header("source_partition", "23"),
                    new Header("source_offset", "5000000000")),
                VisitorHash.of(VISITOR)));
  }

  @Test
  void shouldKeepBytesOfRejectAndSayWhatIsWrong() {
    // Given
    Rejection rejection =
        new Rejection(RejectionReason.FIELD_INVALID, "price: not a number", ORIGIN);

    // When
    OutputRecord record = new FormatRejections().map(rejection);

    // Then
    assertThat(record)
        .usingRecursiveComparison()
        .ignoringFields("hash")
        .isEqualTo(
            new OutputRecord(
                OutputTopic.REJECTED,
                KEY,
                VALUE,
                List.of(
                    new Header("reason", "FIELD_INVALID"),
                    new Header("detail", "price: not a number"),
                    new Header("source_topic", "raw-clicks"),
                    new Header("source_partition", "23"),
                    new Header("source_offset", "5000000000")),
                0));
  }

  @Test
  void shouldFrameAgainWhatWasFramed() {
    // Given an element of a record with a schema id in front
    byte[] payload = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] framed = {0, 0, 0, 0, 7, '{', '}'};
    Origin origin = ORIGIN.within(Frame.schemaId(null, framed), payload).at(3);

    // When
    List<OutputRecord> records =
        List.of(
            LateFormat.format(new LateClick(click(origin), 1, 2)),
            DuplicateFormat.format(click(origin)),
            RejectionFormat.format(
                new Rejection(RejectionReason.FIELD_MISSING, "event_type: missing", origin)));

    // Then
    assertThat(records)
        .allSatisfy(
            record -> {
              assertThat(record.value()).isEqualTo(framed);
              assertThat(record.headers()).contains(new Header("source_index", "3"));
            });
  }

  @Test
  void shouldSayWhenRecordWasReceivedWhereThatMatters() {
    // Given
    Origin origin = new Origin("raw-clicks", 23, 5, KEY, VALUE, 1_704_065_280_000L);
    Header received = new Header("received_at", "1704065280000");

    // When
    OutputRecord late = LateFormat.format(new LateClick(click(origin), 1, 2));
    OutputRecord rejected =
        RejectionFormat.format(new Rejection(RejectionReason.FIELD_INVALID, "", origin));

    // Then
    assertThat(late.headers()).last().isEqualTo(received);
    assertThat(rejected.headers()).last().isEqualTo(received);
    assertThat(late.headers()).hasSize(6);
    assertThat(rejected.headers()).hasSize(6);
  }

  @Test
  void shouldKeepMissingKeyAndValueMissing() {
    // Given
    Rejection rejection =
        new Rejection(RejectionReason.NOT_AN_OBJECT, "value", new Origin("t", 0, 0, null, null));

    // When
    OutputRecord record = RejectionFormat.format(rejection);

    // Then
    assertThat(record.key()).isNull();
    assertThat(record.value()).isNull();
  }

  @Test
  void shouldSpreadRejectsOfOnePartitionOverSubtasks() {
    // Given
    List<Origin> origins =
        List.of(new Origin("t", 0, 1, null, null), new Origin("t", 0, 2, null, null));

    // When, Then
    assertThat(
            origins.stream()
                .map(origin -> new Rejection(RejectionReason.MALFORMED_JSON, "", origin))
                .map(rejection -> RejectionFormat.format(rejection).hash()))
        .doesNotHaveDuplicates();
  }

  private static Click click(Origin origin) {
    return ClickBuilder.click(VISITOR, 1_704_065_279_999L)
        .kind(EventKind.PAGE_VIEW)
        .with(ClickText.ANONYMOUS_ID, "d-1")
        .origin(origin)
        .build();
  }
}
