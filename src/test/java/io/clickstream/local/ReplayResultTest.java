package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayResultTest {

  private static final ReplayResult RIGHT = new ReplayResult(9, 12, 4, 3, 2, 1, 2, 5, 6, 7);

  @Test
  void shouldFindNothingWhenEverythingAddsUp() {
    assertThat(RIGHT.discrepancies(9, 2, 1, 4)).isEmpty();
  }

  @Test
  void shouldNameEveryCountThatDoesNotAddUp() {
    assertThat(new ReplayResult(10, 12, 4, 3, 2, 2, 2, 5, 6, 7).discrepancies(11, 3, 1, 5))
        .containsExactly(
            "records is 10, but the file has 11 lines",
            "read is 12, but in_sessions + duplicates + late + rejected + skipped is 4 + 3 + 2 + 2"
                + " + 2",
            "late is 2, but the late topic has 3 records",
            "rejected is 2, but the rejected topic has 1 records of clicks",
            "in_sessions is 4, but the sessions hold 5 events");
  }

  @Test
  void shouldWriteTheSummaryWithTheFindingsBehindTheNumbers(@TempDir Path directory)
      throws IOException {
    RIGHT.write(directory.resolve("summary.json"), ReplayFindingsTest.all());

    assertThat(directory.resolve("summary.json"))
        .hasContent(
            """
            {
              "records" : 9,
              "read" : 12,
              "in_sessions" : 4,
              "duplicates" : 3,
              "late" : 2,
              "rejected" : 1,
              "skipped" : 2,
              "sessions" : 5,
              "retractions" : 6,
              "events_per_second" : 7,
              "rejected_by_reason" : {
                "MALFORMED_JSON" : 2,
                "TIMESTAMP_INVALID" : 1
              },
              "rejected_details" : [ {
                "reason" : "MALFORMED_JSON",
                "detail" : "empty",
                "count" : 1
              }, {
                "reason" : "MALFORMED_JSON",
                "detail" : "ends too early",
                "count" : 1
              }, {
                "reason" : "TIMESTAMP_INVALID",
                "detail" : "timestamp (at): no time",
                "count" : 1
              } ],
              "rejected_reference" : 1,
              "rejected_reference_details" : [ {
                "reason" : "FIELD_MISSING",
                "detail" : "user_id: missing",
                "count" : 1
              } ],
              "field_problems" : {
                "price" : 1200
              },
              "unmarked" : 1500,
              "fields_never_found" : {
                "page_url" : "propertes.url"
              },
              "fields_not_there" : [ "event_id", "app_id", "referrer", "utm_source", "utm_medium", "utm_campaign", "product_id", "currency", "order_id", "user_agent", "device_type", "country", "click_id" ],
              "types_never_found" : {
                "product_view" : "product viewed"
              },
              "types_not_mapped" : [ {
                "type" : "Product Viewed",
                "clicks" : 1,
                "nearest" : "product_view"
              } ],
              "late_because_of" : [ {
                "late" : 3,
                "clicks" : 1,
                "line" : 2,
                "timestamp" : 1768435200000
              } ]
            }
            """);
  }

  @Test
  void shouldWriteEmptyFindingsWhenNothingIsWrong(@TempDir Path directory) throws IOException {
    RIGHT.write(directory.resolve("summary.json"), ReplayFindingsTest.none());

    assertThat(directory.resolve("summary.json"))
        .hasContent(
            """
            {
              "records" : 9,
              "read" : 12,
              "in_sessions" : 4,
              "duplicates" : 3,
              "late" : 2,
              "rejected" : 1,
              "skipped" : 2,
              "sessions" : 5,
              "retractions" : 6,
              "events_per_second" : 7,
              "rejected_by_reason" : { },
              "rejected_details" : [ ],
              "rejected_reference" : 0,
              "rejected_reference_details" : [ ],
              "field_problems" : { },
              "unmarked" : 0,
              "fields_never_found" : { },
              "fields_not_there" : [ ],
              "types_never_found" : { },
              "types_not_mapped" : [ ],
              "late_because_of" : [ ]
            }
            """);
  }
}
