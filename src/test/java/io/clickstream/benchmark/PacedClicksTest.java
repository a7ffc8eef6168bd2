package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacedClicksTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long GAP_MS = 2_000;

  @Test
  void shouldGiveEachClickTheTimeThatTheScheduleHasForIt() throws IOException {
    // Given
    PacedClicks clicks = new PacedClicks(2_000, 10_000, 4, GAP_MS, 1);
    List<Long> times = new ArrayList<>();
    long before = System.currentTimeMillis();

    // When
    clicks.send(
        (partition, key, value) -> {
          times.add(JSON.readTree(value).get("timestamp").longValue());
          if (times.size() == 1_000) {
            clicks.stop();
          }
        },
        lastClick -> {});

    // Then two a millisecond, however long it took
    assertThat(times).hasSize(1_000);
    long start = times.get(0);
    assertThat(start).isBetween(before, System.currentTimeMillis());
    for (int i = 0; i < times.size(); i++) {
      assertThat(times.get(i) - start).isEqualTo(i / 2);
    }
  }

  @Test
  void shouldTellTheEndOfEverySessionThatIsOver() throws IOException {
    // Given
    PacedClicks clicks = new PacedClicks(4_000, 20_000, 4, GAP_MS, 1);
    Map<String, List<Long>> byVisitor = new HashMap<>();
    List<Long> told = new ArrayList<>();
    int[] count = {0};

    // When
    clicks.send(
        (partition, key, value) -> {
          JsonNode click = JSON.readTree(value);
          byVisitor
              .computeIfAbsent(click.get("anonymous_id").textValue(), id -> new ArrayList<>())
              .add(click.get("timestamp").longValue());
          count[0]++;
          if (count[0] == 6_000) {
            clicks.stop();
          }
        },
        told::add);

    // Then: a visit has ten clicks at most, so every tenth is an end; the others are under way
    List<Long> ends =
        byVisitor.values().stream()
            .filter(times -> times.size() == 10)
            .map(times -> times.get(9))
            .toList();
    assertThat(ends).isNotEmpty();
    assertThat(told).containsAll(ends);
    assertThat(byVisitor.values()).allMatch(times -> times.size() <= 10);
  }

  @Test
  void shouldRefuseSoFewVisitorsThatTheyWouldComeBackAtOnce() {
    assertThatThrownBy(() -> new PacedClicks(20_000, 3_000, 4, GAP_MS, 1))
        .hasMessageContaining("6000 visitors");
  }
}
