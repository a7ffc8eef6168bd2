package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import org.junit.jupiter.api.Test;

class FirstClicksTest {

  private final IngestSettings settings = IngestSettings.defaults();
  private final JsonClickFormat format = new JsonClickFormat(settings);
  private final FirstClicks first =
      new FirstClicks(settings, SessionSettings.defaults(), Columns.BUILT_IN);
  private long offset;

  @Test
  void shouldSayNothingWhenNothingLooksWrong() {
    for (int i = 1; i < FirstClicks.LOOKED_INTO; i++) {
      assertThat(first.isLast(click("page_view", NOW + i))).isFalse();
    }

    assertThat(first.isLast(click("page_view", NOW))).isTrue();
    assertThat(first.taken()).isEqualTo(FirstClicks.LOOKED_INTO);
    assertThat(first.findings()).isEmpty();
  }

  @Test
  void shouldNameRejectionsTypesAndTheClickThatMadeOthersLate() {
    long hour = 3_600_000;
    first.isLast(click("page_view", NOW - 3 * hour));
    first.isLast(click("Product View", NOW - hour));
    first.isLast(click("page_view", NOW - 3 * hour + 1));
    first.isLast(click("page_view", NOW - 3 * hour + 2));
    first.isLast(read("{"));

    assertThat(first.findings())
        .containsExactly(
            "Rejected: 1",
            "  MALFORMED_JSON: ends too early: 1",
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  Product View: 1; do you mean ingest.event-types.product_view: Product View",
            "Clicks that are late by the event time of their own partition: 2",
            "  2 of 4 in raw-clicks-0 because of one click at 2026-01-01T11:00:00Z (offset 1), 2 h"
                + " ahead of all before");
  }

  private Ingested click(String type, long timestamp) {
    return read(
        "{\"event_type\":\"%s\",\"timestamp\":%d,\"anonymous_id\":\"a\"}"
            .formatted(type, timestamp));
  }

  private Ingested read(String json) {
    return format.parse(new Origin("raw-clicks", 0, offset++, null, bytes(json)), NOW, NOW);
  }
}
