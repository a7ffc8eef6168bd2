package io.clickstream.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.TopicSettings;
import io.clickstream.tools.topics.TopicPlan.Demand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPlanTest {

  private static final TopicSettings TOPICS =
      TopicSettings.defaults()
          .with(TopicSettings.CLICKS, List.of("clicks"))
          .with(TopicSettings.SESSIONS, "sessions")
          .with(TopicSettings.LATE, "late")
          .with(TopicSettings.REJECTED, "rejected")
          .with(TopicSettings.REJECTED_SESSIONS, "refused")
          .with(TopicSettings.PROFILES, "profiles")
          .with(TopicSettings.PRODUCTS, "products");

  private static List<TopicPlan> plan(int slots, int loaderSlots, long clicks, int replication) {
    return TopicPlan.of(
        TOPICS,
        new Demand(
            slots, loaderSlots, clicks, clicks / 10, 10_000, replication, Duration.ofDays(7)));
  }

  @ParameterizedTest
  @CsvSource({
    // slots, records a second, a partition, partitions
    "12, 20000, 10000, 24",
    "12, 240000, 10000, 24",
    "12, 240001, 10000, 36",
    "1, 1, 10000, 2",
    "3, 70000, 10000, 9",
    "3, 90000, 10000, 9",
    "7, 1000000, 100, 10003",
  })
  void shouldTakeWhatIsMoreAsMultipleOfTheSlots(
      int slots, long perSecond, long perPartition, int partitions) {
    assertThat(TopicPlan.partitions(slots, perSecond, perPartition)).isEqualTo(partitions);
  }

  @Test
  void shouldPlanEveryTopicWithItsReasonAndConfigs() {
    assertThat(plan(12, 6, 20_000, 3))
        .containsExactly(
            new TopicPlan(
                "clicks",
                24,
                "max(2 × 12 slots, 20,000 clicks/s ÷ 10,000 a partition = 2)",
                Map.of(
                    "min.insync.replicas", "2",
                    "cleanup.policy", "delete",
                    "retention.ms", "604800000",
                    "message.timestamp.type", "LogAppendTime")),
            new TopicPlan(
                "profiles",
                3,
                "read as a whole by one task, whatever their number",
                Map.of("min.insync.replicas", "2", "cleanup.policy", "compact")),
            new TopicPlan(
                "products",
                3,
                "read as a whole by one task, whatever their number",
                Map.of("min.insync.replicas", "2", "cleanup.policy", "compact")),
            new TopicPlan(
                "sessions",
                12,
                "max(2 × 6 slots, 2,000 sessions/s ÷ 10,000 a partition = 1)",
                Map.of(
                    "min.insync.replicas", "2",
                    "cleanup.policy", "delete",
                    "retention.ms", "604800000")),
            few("late", 3),
            few("rejected", 3),
            few("refused", 1));
  }

  @Test
  void shouldPlanEachTopicOfClicksAndThatOfDuplicates() {
    List<TopicPlan> plans =
        TopicPlan.of(
            TOPICS
                .with(TopicSettings.CLICKS, List.of("web", "app"))
                .with(TopicSettings.DUPLICATES, "again"),
            new Demand(12, 6, 20_000, 2_000, 10_000, 3, Duration.ofDays(7)));

    assertThat(plans)
        .extracting(TopicPlan::topic)
        .containsExactly(
            "web",
            "app",
            "profiles",
            "products",
            "sessions",
            "late",
            "rejected",
            "again",
            "refused");
    assertThat(plans.get(1).partitions()).isEqualTo(24);
    assertThat(plans.get(1).configs()).isEqualTo(plans.get(0).configs());
    assertThat(plans.get(7)).isEqualTo(few("again", 3));
  }

  private static TopicPlan few(String topic, int partitions) {
    return new TopicPlan(
        topic,
        partitions,
        "few records, kept 2 × as long: somebody has to look at them",
        Map.of(
            "min.insync.replicas", "2",
            "cleanup.policy", "delete",
            "retention.ms", "1209600000"));
  }

  @Test
  void shouldSayWhenTheNumberIsRoundedUp() {
    assertThat(plan(3, 1, 70_000, 3).get(0).reason())
        .isEqualTo(
            "max(2 × 3 slots, 70,000 clicks/s ÷ 10,000 a partition = 7), rounded up to a multiple"
                + " of 3");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "5, 4"})
  void shouldLetOneCopyBeAwayWhenThereAreMore(int replication, String inSync) {
    assertThat(plan(1, 1, 1_000, replication))
        .allSatisfy(
            plan -> assertThat(plan.configs()).containsEntry("min.insync.replicas", inSync));
  }
}
