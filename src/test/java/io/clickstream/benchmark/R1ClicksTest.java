package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class R1ClicksTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration GAP = Duration.ofMinutes(30);
  private static final int PARTITIONS = 4;
  private static final int RECORDS = 60_000;
  private static final int VISITORS = 2_000;

  private record Produced(int partition, String key, String value) {}

  private record Click(long time, long revenueCents) {}

  @ParameterizedTest
  @EnumSource(
      value = Workload.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"R1_SEGMENT", "R1_BATCH", "R1_AVRO", "R1_CUTS"})
  void shouldExpectWhatSortingTheClicksOfEveryVisitorGives(Workload workload) throws IOException {
    // Given
    List<Produced> produced = new ArrayList<>();

    // When
    Expected expected = generate(workload, produced);

    // Then
    Map<String, List<Click>> byVisitor = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    long rejected = 0;
    long duplicates = 0;
    for (Produced record : produced) {
      JsonNode click = click(record.value());
      if (click == null) {
        rejected++;
      } else if (!ids.add(click.get("event_id").textValue())) {
        duplicates++;
      } else {
        byVisitor
            .computeIfAbsent(click.get("anonymous_id").textValue(), id -> new ArrayList<>())
            .add(new Click(click.get("timestamp").longValue(), revenueCents(click)));
      }
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(byVisitor.remove(R1Clicks.CLOSER + partition)).hasSize(1);
    }
    assertThat(produced).hasSize(RECORDS + PARTITIONS);
    assertThat(expected.records()).isEqualTo(RECORDS + PARTITIONS);
    assertThat(expected.rejected()).isEqualTo(rejected);
    assertThat(expected.duplicates()).isEqualTo(duplicates);
    assertThat(expected.sums())
        .isEqualTo(sums(byVisitor, R1Clicks.uncomparable(workload, VISITORS)));
    assertThat(rejected > 0).isEqualTo(workload == Workload.R1_BAD);
    assertThat(duplicates > 0).isEqualTo(workload == Workload.R1_DUP);
  }

  @Test
  void shouldExpectSessionsToEndAtCampaignsAndMidnightWhenCut() throws IOException {
    // Given
    List<Produced> produced = new ArrayList<>();

    // When
    Expected expected = generate(Workload.R1_CUTS, produced);

    // Then
    Map<String, List<JsonNode>> byVisitor = new TreeMap<>();
    for (Produced record : produced) {
      JsonNode click = JSON.readTree(record.value());
      String visitor = click.get("anonymous_id").textValue();
      if (!visitor.startsWith(R1Clicks.CLOSER)) {
        byVisitor.computeIfAbsent(visitor, id -> new ArrayList<>()).add(click);
      }
    }
    Map<String, Integer> ends = new TreeMap<>();
    byVisitor.values().forEach(clicks -> countEnds(clicks, ends));
    assertThat(ends).containsOnlyKeys("CAMPAIGN", "MIDNIGHT", "TIMEOUT");
    assertThat(ends.get("CAMPAIGN")).isGreaterThan(100);
    assertThat(ends.get("MIDNIGHT")).isGreaterThan(100);
    assertThat(expected.sums().sessions())
        .isEqualTo(ends.values().stream().mapToInt(Integer::intValue).sum());
    assertThat(expected.sums().clicks()).isEqualTo(RECORDS);
  }

  /** Why the sessions of a visitor end, by the settings of the workload. */
  private static void countEnds(List<JsonNode> clicks, Map<String, Integer> ends) {
    ZoneId zone = ZoneId.of(R1Cuts.settings().get("session.cut.midnight"));
    clicks.sort(Comparator.comparingLong(click -> click.get("timestamp").longValue()));
    String campaign = null;
    for (int i = 1; i < clicks.size(); i++) {
      Instant before = Instant.ofEpochMilli(clicks.get(i - 1).get("timestamp").longValue());
      Instant time = Instant.ofEpochMilli(clicks.get(i).get("timestamp").longValue());
      boolean isNear = !time.isAfter(before.plus(GAP));
      String last = clicks.get(i - 1).path("utm_campaign").asText(campaign);
      campaign = isNear ? last : null;
      String now = clicks.get(i).path("utm_campaign").asText(campaign);
      if (!isNear) {
        ends.merge("TIMEOUT", 1, Integer::sum);
      } else if (campaign != null && !campaign.equals(now)) {
        ends.merge("CAMPAIGN", 1, Integer::sum);
      } else if (!LocalDate.ofInstant(before, zone).equals(LocalDate.ofInstant(time, zone))) {
        ends.merge("MIDNIGHT", 1, Integer::sum);
      }
    }
    ends.merge("TIMEOUT", 1, Integer::sum);
  }

  @ParameterizedTest
  @EnumSource(
      value = Workload.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"R1_SEGMENT", "R1_BATCH", "R1_AVRO"})
  void shouldDeliverAtMostSoFarBehindWhenOutOfOrder(Workload workload) throws IOException {
    // Given so many visitors that there are clicks to be overtaken by; or hours, with fewer
    int visitors = workload == Workload.R1_LATE ? VISITORS : workload.visitors();
    List<Produced> produced = new ArrayList<>();

    // When
    Expected unused = generate(workload, visitors, produced);

    // Then
    long[] newest = new long[PARTITIONS];
    long behind = 0;
    long farthest = 0;
    long far = 0;
    for (Produced record : produced) {
      JsonNode click = click(record.value());
      if (click == null) {
        continue;
      }
      long time = click.get("timestamp").longValue();
      long by = newest[record.partition()] - time;
      newest[record.partition()] = Math.max(newest[record.partition()], time);
      farthest = Math.max(farthest, by);
      behind += by > 0 ? 1 : 0;
      far += by > 2_999 ? 1 : 0;
    }
    if (workload == Workload.R1_LATE) {
      assertThat(farthest).isBetween(540_000L, 600_000L);
      assertThat((double) far / RECORDS).isCloseTo(0.01, within(0.003));
    } else {
      assertThat(farthest).isBetween(2_500L, 2_999L);
      assertThat((double) behind / RECORDS).isCloseTo(0.25, within(0.03));
    }
  }

  @Test
  void shouldMakeTheSameWhenTheSeedIsTheSame() throws IOException {
    // Given
    List<Produced> first = new ArrayList<>();
    List<Produced> second = new ArrayList<>();

    // When
    Expected one = generate(Workload.R1, first);
    Expected other = generate(Workload.R1, second);

    // Then
    assertThat(second).isEqualTo(first);
    assertThat(other).isEqualTo(one);
  }

  @Test
  void shouldLookLikeR1() throws IOException {
    // Given a fifth of it: the visitors, and with them the clicks of the same time
    List<Produced> produced = new ArrayList<>();

    // When
    Expected expected =
        new R1Clicks(Workload.R1, 1_000_000, 40_000, PARTITIONS, GAP, 1)
            .generate(
                (partition, key, value) ->
                    produced.add(new Produced(value.length, "", edge(produced, value))));

    // Then
    assertThat(produced.stream().mapToInt(Produced::partition).average().orElse(0))
        .isCloseTo(400, within(8.0));
    assertThat(expected.sums().sessions()).isCloseTo(64_000, within(1_500L));
    assertThat(click(produced.get(0).value())).isNotNull();
  }

  @Test
  void shouldSendOneInTwentyFromOneVisitorWhenHot() throws IOException {
    // Given
    List<Produced> produced = new ArrayList<>();

    // When
    Expected unused = generate(Workload.R1_HOT, produced);

    // Then
    String hot = new String(R1Json.key(VISITORS), UTF_8);
    long clicks = produced.stream().filter(record -> record.key().equals(hot)).count();
    assertThat((double) clicks / RECORDS).isCloseTo(0.05, within(0.005));
  }

  @Test
  void shouldLoadReferenceDataOfTheSizeOfR1() {
    R1Json json = new R1Json();
    long profiles = 0;
    for (int user = 0; user < R1Json.PROFILES; user++) {
      profiles += json.profile(user).length;
    }
    long products = 0;
    for (int product = 0; product < R1Json.PRODUCTS; product++) {
      products += json.product(product).length;
    }
    assertThat(profiles).isCloseTo(4_400_000, within(200_000L));
    assertThat(products).isCloseTo(18_600_000, within(300_000L));
  }

  private static Expected generate(Workload workload, List<Produced> produced) throws IOException {
    return generate(workload, VISITORS, produced);
  }

  private static Expected generate(Workload workload, int visitors, List<Produced> produced)
      throws IOException {
    return new R1Clicks(workload, RECORDS, visitors, PARTITIONS, GAP, 7)
        .generate(
            (partition, key, value) ->
                produced.add(
                    new Produced(partition, new String(key, UTF_8), new String(value, UTF_8))));
  }

  /** A million values would not fit into a small heap. */
  private static String edge(List<Produced> produced, byte[] value) {
    return produced.isEmpty() ? new String(value, UTF_8) : "";
  }

  /** Null if it is none. */
  private static @Nullable JsonNode click(String value) {
    JsonNode click;
    try {
      click = JSON.readTree(value);
    } catch (IOException e) {
      return null;
    }
    boolean isClick =
        click.has("event_type")
            && click.has("anonymous_id")
            && click.get("timestamp").longValue() > 1_000_000_000_000L;
    return isClick ? click : null;
  }

  private static long revenueCents(JsonNode click) {
    return click.get("event_type").textValue().equals("purchase")
        ? new BigDecimal(click.get("price").textValue())
            .multiply(BigDecimal.valueOf(click.get("quantity").longValue()))
            .movePointRight(2)
            .longValueExact()
        : 0;
  }

  private static Sums sums(Map<String, List<Click>> byVisitor, @Nullable String uncomparable) {
    long sessions = 0;
    long clicks = 0;
    long durationMs = 0;
    long revenueCents = 0;
    for (Map.Entry<String, List<Click>> visitor : byVisitor.entrySet()) {
      List<Long> times = visitor.getValue().stream().map(Click::time).sorted().toList();
      clicks += times.size();
      revenueCents += visitor.getValue().stream().mapToLong(Click::revenueCents).sum();
      if (visitor.getKey().equals(uncomparable)) {
        continue;
      }
      sessions++;
      for (int i = 1; i < times.size(); i++) {
        long pause = times.get(i) - times.get(i - 1);
        if (pause > GAP.toMillis()) {
          sessions++;
        } else {
          durationMs += pause;
        }
      }
    }
    return new Sums(sessions, clicks, durationMs, revenueCents);
  }
}
