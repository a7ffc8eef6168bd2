package io.clickstream.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import org.junit.jupiter.api.Test;

/** What a single broker cannot show. */
class PreflightTest {

  @Test
  void shouldSayNothingWhenOneBrokerMayBeDown() {
    assertThat(TopicConfigCheck.replication("b:9092", "late", 3, 2)).isNull();
    assertThat(TopicConfigCheck.replication("b:9092", "late", 3, 1)).isNull();
  }

  @Test
  void shouldWarnWhenNoBrokerMayBeDown() {
    assertThat(TopicConfigCheck.replication("b:9092", "late", 3, 3))
        .isEqualTo(
            new Finding(
                Severity.WARNING,
                "topic late",
                "min.insync.replicas is 3 of 3 replicas: while one broker is down nothing is"
                    + " written",
                "kafka-configs.sh --bootstrap-server b:9092 --alter --entity-type topics"
                    + " --entity-name late --add-config min.insync.replicas=2"));
  }

  @Test
  void shouldRefuseWhenThereCanNeverBeEnoughReplicas() {
    assertThat(TopicConfigCheck.replication("b:9092", "late", 3, 4))
        .isEqualTo(
            new Finding(
                Severity.ERROR,
                "topic late",
                "min.insync.replicas is 4, but there are 3 replicas: every write fails",
                "kafka-configs.sh --bootstrap-server b:9092 --alter --entity-type topics"
                    + " --entity-name late --add-config min.insync.replicas=2, or add replicas with"
                    + " kafka-reassign-partitions.sh"));
  }

  @Test
  void shouldMentionSingleReplica() {
    assertThat(TopicConfigCheck.replication("b:9092", "late", 1, 1))
        .isEqualTo(
            new Finding(
                Severity.INFO,
                "topic late",
                "there is one replica: what is on its broker is lost with it",
                null));
  }
}
