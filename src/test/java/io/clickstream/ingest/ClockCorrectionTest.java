package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockCorrectionTest {

  private static final long UNKNOWN = ClockCorrection.UNKNOWN;
  private static final long MINUTE = 60_000;

  private static final IngestSettings CORRECTING =
      correcting(Map.of("sent_at", "sentAt", "received_at", "receivedAt"));

  private static IngestSettings correcting(Map<String, String> fields) {
    return settings(Identity.DEVICE, fields, Map.of())
        .with(IngestSettings.CLOCK_TOLERANCE, Duration.ofMinutes(2));
  }

  private static Origin at(long offset) {
    return new Origin("raw-clicks", 0, offset, null, null);
  }

  private static long corrected(long timestamp, long sentAt, long receivedAt) {
    ClockCorrection correction = new ClockCorrection(Duration.ofMinutes(2));
    correction.begin(at(0), false, sentAt, receivedAt);
    return correction.corrected(timestamp);
  }

  /** Times are minutes from now on. */
  @ParameterizedTest
  @CsvSource({
    // ahead by an hour
    "50, 60, 0, -10",
    "60, 60, 0, 0",
    // behind by an hour
    "-70, -60, 0, -10",
    "-60, -60, 0, 0",
    // on both sides of the tolerance
    "1, 2, 0, 1",
    "0, 3, 0, -3",
    "-5, -2, 0, -5",
    "-5, -3, 0, -2",
    // never past receipt, however far behind the sending the click is
    "70, 60, 0, 0",
    "10, -60, 0, 0"
  })
  void shouldMoveByTheDifferenceOfTheClocks(long click, long sent, long received, long expected) {
    assertThat(corrected(NOW + click * MINUTE, NOW + sent * MINUTE, NOW + received * MINUTE))
        .isEqualTo(NOW + expected * MINUTE);
  }

  @Test
  void shouldMoveOnlyBeyondTheTolerance() {
    assertThat(corrected(NOW, NOW + 2 * MINUTE, NOW)).isEqualTo(NOW);
    assertThat(corrected(NOW, NOW + 2 * MINUTE + 1, NOW)).isEqualTo(NOW - 2 * MINUTE - 1);
    assertThat(corrected(NOW - 5 * MINUTE, NOW - 2 * MINUTE, NOW)).isEqualTo(NOW - 5 * MINUTE);
    assertThat(corrected(NOW - 5 * MINUTE, NOW - 2 * MINUTE - 1, NOW))
        .isEqualTo(NOW - 3 * MINUTE + 1);
  }

  @Test
  void shouldMoveNothingWhenATimeIsNotKnownOrNone() {
    assertThat(corrected(NOW, UNKNOWN, NOW)).isEqualTo(NOW);
    assertThat(corrected(NOW, NOW - 60 * MINUTE, UNKNOWN)).isEqualTo(NOW);
    assertThat(corrected(NOW, NOW * 1_000, NOW)).isEqualTo(NOW);
    assertThat(corrected(NOW * 1_000, NOW - 60 * MINUTE, NOW)).isEqualTo(NOW * 1_000);
    assertThat(corrected(Long.MAX_VALUE, Long.MAX_VALUE, NOW)).isEqualTo(Long.MAX_VALUE);
    assertThat(corrected(0, -Long.MAX_VALUE, NOW)).isZero();
  }

  @Test
  void shouldMoveAllClicksOfARecordByTheSameAmount() {
    // Given
    ClockCorrection correction = new ClockCorrection(Duration.ofMinutes(2));
    correction.begin(at(7), false, NOW + 60 * MINUTE, NOW);
    // When a later click of it says something else
    correction.begin(at(7), true, NOW + 90 * MINUTE, NOW);
    // Then
    assertThat(correction.corrected(NOW + 60 * MINUTE)).isEqualTo(NOW);
    // When the first click of the next record could not be read
    correction.begin(at(8), true, NOW + 90 * MINUTE, NOW);
    // Then
    assertThat(correction.corrected(NOW + 60 * MINUTE)).isEqualTo(NOW - 30 * MINUTE);
    // When the record of one click has the place of the last one
    correction.begin(at(8), false, NOW, NOW);
    // Then
    assertThat(correction.corrected(NOW + 60 * MINUTE)).isEqualTo(NOW + 60 * MINUTE);
  }

  // ------------------------------------------------------------------------- in records

  private static Ingested parse(IngestSettings settings, String members, long receivedAt) {
    Origin json = json("{'event_type':'open','anonymous_id':'id1'" + members + "}");
    Origin origin =
        new Origin(
            json.topic(), json.partition(), json.offset(), json.key(), json.value(), receivedAt);
    return new JsonClickFormat(settings).parse(origin, NOW, NOW);
  }

  private static String time(long time) {
    return "'" + Instant.ofEpochMilli(time) + "'";
  }

  private static String times(long click, String sent, String received) {
    return ",'timestamp':%d,'sentAt':%s,'receivedAt':%s".formatted(click, sent, received);
  }

  @DisplayName("a clock that is decades ahead")
  @Test
  void shouldMoveClickOfAClockThatIsFarAhead() {
    // Given a click ten seconds before it was sent
    String members =
        ",'timestamp':'2099-12-12T11:55:20Z','sentAt':'2099-12-12T11:55:30Z','receivedAt':"
            + time(NOW);
    // When
    Ingested ingested = parse(CORRECTING, members, NOW);
    // Then
    assertThat(ingested.click().timestamp()).isEqualTo(NOW - 10_000);
    assertThat(ingested.isClockCorrected()).isTrue();
    assertThat(ingested.problems()).isEmpty();
    assertThat(parse(settings(), members, NOW).rejection().reason().name())
        .isEqualTo("TIMESTAMP_IN_FUTURE");
  }

  @DisplayName("a clock that was never set")
  @Test
  void shouldMoveClickBeforeItsRangeIsChecked() {
    Ingested ingested = parse(CORRECTING, times(5_000, "15000", time(NOW)), NOW);

    assertThat(ingested.click().timestamp()).isEqualTo(NOW - 10_000);
    assertThat(ingested.problems()).isEmpty();
  }

  @Test
  void shouldTakeForReceivedTheFieldThenWhatTheRecordSaysThenNothing() {
    long sent = NOW + 60 * MINUTE;
    String hourAhead = times(sent, time(sent), "null");

    assertThat(
            parse(CORRECTING, times(sent, time(sent), time(NOW - MINUTE)), NOW).click().timestamp())
        .isEqualTo(NOW - MINUTE);
    assertThat(parse(CORRECTING, hourAhead, NOW - 2 * MINUTE).click().timestamp())
        .isEqualTo(NOW - 2 * MINUTE);
    assertThat(parse(CORRECTING, hourAhead, Origin.UNKNOWN).rejection().reason().name())
        .isEqualTo("TIMESTAMP_IN_FUTURE");
  }

  @ParameterizedTest
  @CsvSource({
    "'yesterday', received, sent_at",
    "true, received, sent_at",
    // seconds: no clock of a click of today
    "1767268800, received, sent_at",
    "received, 'yesterday', received_at",
    "received, 0, received_at"
  })
  void shouldCountAProblemAndMoveNothingWhenATimeCannotBeRead(
      String sent, String received, String problem) {
    // Given
    String members =
        times(
            NOW - 1,
            sent.replace("received", time(NOW)).replace("yesterday", "'yesterday'"),
            received.replace("received", time(NOW)).replace("yesterday", "'yesterday'"));
    // When
    Ingested ingested = parse(CORRECTING, members, NOW);
    // Then
    assertThat(ingested.click().timestamp()).isEqualTo(NOW - 1);
    assertThat(ingested.isClockCorrected()).isFalse();
    assertThat(ingested.problems())
        .containsExactly(
            (problem.equals("sent_at") ? ClickField.SENT_AT : ClickField.RECEIVED_AT).index());
  }

  @Test
  void shouldCountNoProblemWhenNothingIsThere() {
    for (String nothing : List.of("null", "''", "'-'", "[]", "{}")) {
      Ingested ingested = parse(CORRECTING, times(NOW - 1, nothing, nothing), NOW);

      assertThat(ingested.problems()).as(nothing).isEmpty();
      assertThat(ingested.click().timestamp()).isEqualTo(NOW - 1);
    }
  }

  @Test
  void shouldReadNeitherFieldWhenNothingIsMoved() {
    IngestSettings off = CORRECTING.with(IngestSettings.CLOCK_TOLERANCE, null);

    Ingested ingested = parse(off, times(NOW - 1, "true", "'yesterday'"), NOW);

    assertThat(ingested.problems()).isEmpty();
    assertThat(new JsonClickFormat(off).needsReceivedAt()).isFalse();
    assertThat(new JsonClickFormat(CORRECTING).needsReceivedAt()).isTrue();
  }

  @Test
  void shouldSayThatATimeWasMovedWhenItIsNotPossibleThen() {
    Ingested ingested =
        parse(CORRECTING, times(NOW - 40L * 365 * 86_400_000, time(NOW), "null"), 946_684_800_001L);

    assertThat(ingested.rejection().detail())
        .isEqualTo(
            "timestamp: expected a time from 2000-01-01 to before 2100-01-01 (UTC), found another,"
                + " moved as its sender's clock is wrong");
  }

  // ------------------------------------------------------------------------- Kafka's time

  private static IngestSettings ofKafka() {
    Map<String, String> fields = new HashMap<>();
    fields.put("timestamp", FieldSource.KAFKA);
    fields.put("sent_at", "sentAt");
    return correcting(fields);
  }

  @Test
  void shouldTakeTheTimeOfTheRecordWhenAskedTo() {
    IngestSettings ofKafka = ofKafka();

    assertThat(parse(ofKafka, "", NOW - 7).click().timestamp()).isEqualTo(NOW - 7);
    assertThat(parse(ofKafka, ",'timestamp':[],'@kafka':5", NOW - 7).problems()).isEmpty();
    // no clock of a sender: nothing to correct
    assertThat(parse(ofKafka, ",'sentAt':" + time(NOW + 60 * MINUTE), NOW - 7).click().timestamp())
        .isEqualTo(NOW - 7);
    assertThat(new JsonClickFormat(ofKafka).needsReceivedAt()).isTrue();
  }

  @Test
  void shouldRejectWhenTheRecordHasNoTime() {
    assertThat(parse(ofKafka(), ",'timestamp':" + NOW, Origin.UNKNOWN).rejection().detail())
        .isEqualTo("timestamp (@kafka): expected a timestamp of the Kafka record, found nothing");
    assertThat(parse(ofKafka(), "", 5).rejection().detail())
        .isEqualTo(
            "timestamp (@kafka): expected a time from 2000-01-01 to before 2100-01-01 (UTC), found"
                + " another");
  }
}
