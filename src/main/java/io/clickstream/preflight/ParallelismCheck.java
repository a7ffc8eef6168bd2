package io.clickstream.preflight;

import java.util.function.Consumer;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/** Whether every subtask of the source has a partition to read. */
final class ParallelismCheck implements KafkaCheck {

  private final String clicks;
  private final ReadableConfig flink;

  /**
   * For a job.
   *
   * @param clicks the topic that it reads
   */
  ParallelismCheck(String clicks, ReadableConfig flink) {
    this.clicks = clicks;
    this.flink = flink;
  }

  @Override
  public String name() {
    return CoreOptions.DEFAULT_PARALLELISM.key();
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    DescribedTopic described = brokers.topic(clicks);
    return findings -> report(described.found(), findings);
  }

  private void report(@Nullable TopicDescription topic, Findings findings) {
    int parallelism = flink.get(CoreOptions.DEFAULT_PARALLELISM);
    if (topic == null || topic.partitions().size() >= parallelism) {
      return;
    }
    int partitions = topic.partitions().size();
    findings.warning(
        UsedTopic.topic(clicks),
        "%s for a parallelism of %d: nothing to read for %s of the source"
            .formatted(
                Findings.count(partitions, "partition"),
                parallelism,
                Findings.count(parallelism - partitions, "subtask")),
        "lower the parallelism, or add partitions while no session is open: visitors move to"
            + " others");
  }
}
