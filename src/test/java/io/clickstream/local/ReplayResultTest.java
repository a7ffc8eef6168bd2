package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayResultTest {

  private static final ReplayResult RIGHT = new ReplayResult(10, 4, 3, 2, 1, 5, 6, 7);

  @Test
  void shouldFindNothingWhenEverythingAddsUp() {
    assertThat(RIGHT.discrepancies(10, 2, 1, 4)).isEmpty();
  }

  @Test
  void shouldNameEveryCountThatDoesNotAddUp() {
    assertThat(new ReplayResult(10, 4, 3, 2, 2, 5, 6, 7).discrepancies(11, 3, 1, 5))
        .containsExactly(
            "read is 10, but the file has 11 lines",
            "read is 10, but in_sessions + duplicates + late + rejected is 4 + 3 + 2 + 2",
            "late is 2, but the late topic has 3 records",
            "rejected is 2, but the rejected topic has 1 records of clicks",
            "in_sessions is 4, but the sessions hold 5 events");
  }

  @Test
  void shouldWriteTheSummary(@TempDir Path directory) throws IOException {
    RIGHT.write(directory.resolve("summary.json"));

    assertThat(directory.resolve("summary.json"))
        .hasContent(
            """
            {
              "read" : 10,
              "in_sessions" : 4,
              "duplicates" : 3,
              "late" : 2,
              "rejected" : 1,
              "sessions" : 5,
              "retractions" : 6,
              "events_per_second" : 7
            }
            """);
  }
}
