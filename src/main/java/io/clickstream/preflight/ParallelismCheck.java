package io.clickstream.preflight;

import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/** Whether every subtask of the source has a partition to read. */
final class ParallelismCheck implements KafkaCheck {

  private final List<String> clicks;
  private final ReadableConfig flink;

  /**
   * For a job.
   *
   * @param clicks the topics that it reads
   */
  ParallelismCheck(List<String> clicks, ReadableConfig flink) {
    this.clicks = clicks;
    this.flink = flink;
  }

  @Override
  public String name() {
    return CoreOptions.DEFAULT_PARALLELISM.key();
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    List<DescribedTopic> described = clicks.stream().map(brokers::topic).toList();
    return findings -> report(described.stream().map(DescribedTopic::found).toList(), findings);
  }

  private void report(List<@Nullable TopicDescription> topics, Findings findings) {
    int parallelism = flink.get(CoreOptions.DEFAULT_PARALLELISM);
    int partitions = 0;
    for (TopicDescription topic : topics) {
      if (topic == null) {
        return;
      }
      partitions += topic.partitions().size();
    }
    if (partitions >= parallelism) {
      return;
    }
    findings.warning(
        UsedTopic.topics(clicks),
        "%s for a parallelism of %d: nothing to read for %s of the source"
            .formatted(
                Findings.count(partitions, "partition"),
                parallelism,
                Findings.count(parallelism - partitions, "subtask")),
        "lower the parallelism, or add partitions while no session is open: visitors move to"
            + " others");
  }
}
