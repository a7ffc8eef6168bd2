package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.ingest.LateCauses;
import io.clickstream.ingest.LateSample;
import io.clickstream.ingest.MappingDiagnosis;
import io.clickstream.ingest.RejectionCounts;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayFindingsTest {

  private static final long T0 = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  @Test
  void shouldSayNothingWhenNothingIsWrong() {
    assertThat(none().lines()).isEmpty();
  }

  @Test
  void shouldSayAllThatIsWrong() {
    assertThat(all().lines())
        .containsExactly(
            "Rejected records, in rejected-clicks.jsonl: 3",
            "  MALFORMED_JSON: 2",
            "    1: empty",
            "    1: ends too early",
            "  TIMESTAMP_INVALID: 1: timestamp (at): no time",
            "Rejected profiles and products, in rejected-clicks.jsonl: 1",
            "  FIELD_MISSING: 1: user_id: missing",
            "Fields that could not be read, left out of their clicks or mended:",
            "  price: 1,200",
            "3 of 5 clicks late because of one click at 2026-01-15T00:00:00Z (line 2), 14 d ahead of"
                + " all before it",
            "  What helps: leave out that line; or --ingest.watermark-witnesses 2; or try"
                + " --partitions 4; or --session.allowed-lateness 14d",
            "Fields that a setting maps and of which no click has a value:",
            "  page_url (propertes.url): not in the only click",
            "Event types that a setting maps and that no click is of:",
            "  product_view (product viewed): not in the only click",
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  Product Viewed: 1; do you mean ingest.event-types.product_view: Product Viewed",
            "1,500 clicks could not wait for event time, and no session is cut at them; raise"
                + " session.max-waiting");
  }

  @Test
  void shouldShowTheMostFrequentDetailsAndCountTheOthers() {
    // Given
    RejectionCounts rejected = new RejectionCounts();
    for (int i = 1; i <= 5; i++) {
      for (int j = 0; j < i; j++) {
        rejected.add("MALFORMED_JSON", "not JSON at byte " + i);
      }
    }

    // When
    ReplayFindings findings = findings(1, rejected, late());

    // Then
    assertThat(findings.lines())
        .containsExactly(
            "Rejected records, in rejected-clicks.jsonl: 15",
            "  MALFORMED_JSON: 15",
            "    5: not JSON at byte 5",
            "    4: not JSON at byte 4",
            "    3: not JSON at byte 3",
            "    3: other details");
  }

  @Test
  void shouldNotProposeMorePartitionsThanHelp() {
    // Given: with 2 partitions, and 2 clicks that are ahead
    LateCauses late = late();
    late.addLate(T0, T0 + days(14) + 1_000 - 3_001);
    late.addLate(T0 + 1, T0 + days(14) + 1_000 - 3_001);
    late.addRead(0, 1, visitor(0), T0);
    late.addRead(0, 3, visitor(1), T0 + days(14));
    late.addRead(0, 5, visitor(1), T0 + days(14) + 1_000);

    // When
    String first =
        "2 of 3 clicks late because of 2 clicks, the first at 2026-01-15T00:00:00Z (line 3), 14 d ahead of all before it";

    // Then
    assertThat(findings(2, new RejectionCounts(), late).lines())
        .containsExactly(
            first,
            "  What helps: leave out these lines; or --ingest.watermark-witnesses 2; or try"
                + " --partitions 4; or --session.allowed-lateness 14d");
    assertThat(findings(4, new RejectionCounts(), late).lines())
        .containsExactly(
            first,
            "  What helps: leave out these lines; or --ingest.watermark-witnesses 2; or"
                + " --session.allowed-lateness 14d");
  }

  @Test
  void shouldNotBlameClicksWhenTheFileIsNotInOrder() {
    // Given: every click an hour before the one before
    LateCauses late = late();
    for (int i = 1; i < 10; i++) {
      late.addLate(T0 - i * 3_600_000L, T0 + 3_600_000 * 9 - 3_001);
    }
    for (int i = 0; i < 20; i++) {
      late.addRead(0, i + 1, visitor(i), T0 + (i < 10 ? i : 9 - i) * 3_600_000L);
    }

    // Then
    assertThat(findings(1, new RejectionCounts(), late).lines())
        .containsExactly(
            "9 of 20 clicks late: the file is not in order of time",
            "  What helps: sort the file by time; or --session.allowed-lateness 18h");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT59.9S, 59 s",
    "PT60S, 1 min",
    "PT3661S, 1 h 1 min",
    "PT24H, 1 d",
    "PT335H, 13 d 23 h"
  })
  void shouldShowDurationsInTwoUnits(Duration duration, String shown) {
    assertThat(LateSample.shown(duration)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1min",
    "60000, 1min",
    "60001, 2min",
    "7200000, 120min",
    "7200001, 3h",
    "172800001, 3d"
  })
  void shouldRoundSettingsUp(long ms, String setting) {
    assertThat(ReplayFindings.roundedUp(ms)).isEqualTo(setting);
  }

  /** A replay in which all went well. */
  static ReplayFindings none() {
    return findings(1, new RejectionCounts(), late());
  }

  /** One of each. */
  static ReplayFindings all() {
    RejectionCounts rejected = new RejectionCounts();
    rejected.add("TIMESTAMP_INVALID", "timestamp (at): no time");
    rejected.add("MALFORMED_JSON", "ends too early");
    rejected.add("MALFORMED_JSON", "empty");
    RejectionCounts reference = new RejectionCounts();
    reference.add("FIELD_MISSING", "user_id: missing");
    SortedMap<String, Long> problems = new TreeMap<>(Map.of("price", 1_200L));
    IngestSettings ingest =
        LocalSettings.load(
                Invocation.of(
                    "--ingest.fields.page_url", "propertes.url",
                    "--ingest.event-types.product_view", "product viewed"),
                Map.of(),
                Map.of())
            .settings()
            .ingest();
    MappingDiagnosis mapping = new MappingDiagnosis(ingest);
    problems.forEach(mapping::addUnreadable);
    byte[] click =
        "{\"event_type\":\"Product Viewed\",\"timestamp\":%d,\"anonymous_id\":\"d\",\"user_id\":1}"
            .formatted(T0)
            .getBytes(UTF_8);
    mapping.add(new JsonClickFormat(ingest).parse(new Origin("clicks", 0, 0, null, click), T0, T0));
    LateCauses late = late();
    for (int i = 0; i < 3; i++) {
      late.addLate(T0 + i, T0 + days(14) - 3_001);
    }
    late.addRead(0, 1, visitor(0), T0);
    late.addRead(0, 2, visitor(1), T0 + days(14));
    for (int i = 0; i < 3; i++) {
      late.addRead(0, 3 + i, visitor(2), T0 + i);
    }
    return new ReplayFindings(1, rejected, reference, problems, mapping, 1_500, late);
  }

  private static ReplayFindings findings(
      int partitions, RejectionCounts rejected, LateCauses late) {
    MappingDiagnosis mapping =
        new MappingDiagnosis(
            LocalSettings.load(Invocation.of(), Map.of(), Map.of()).settings().ingest());
    return new ReplayFindings(
        partitions, rejected, new RejectionCounts(), new TreeMap<>(), mapping, 0, late);
  }

  private static Visitor visitor(int index) {
    return new Visitor(null, VisitorKind.DEVICE, "d" + index);
  }

  private static LateCauses late() {
    return new LateCauses(1, Duration.ofSeconds(3), Duration.ofMinutes(30), Duration.ofMinutes(2));
  }

  private static long days(int days) {
    return Duration.ofDays(days).toMillis();
  }
}
