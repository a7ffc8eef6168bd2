package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer.PartitionOffsetsRetriever;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReferenceOffsetsTest {

  private static final TopicPartition KNOWN = new TopicPartition("t", 0);
  private static final TopicPartition EMPTY = new TopicPartition("t", 1);
  private static final TopicPartition CREATED = new TopicPartition("t", 2);

  private final ReferenceOffsets offsets = new ReferenceOffsets(Map.of(KNOWN, 7L, EMPTY, 0L));

  @Test
  void shouldStartWhereTheOtherReadStops() throws Exception {
    // Given: what a job graph does with them
    OffsetsInitializer start = InstantiationUtil.clone(offsets.asStart());
    OffsetsInitializer stop = InstantiationUtil.clone(offsets.asStop());
    List<TopicPartition> partitions = List.of(KNOWN, EMPTY);

    // When, Then
    assertThat(start.getPartitionOffsets(partitions, new Beginnings(3)))
        .isEqualTo(stop.getPartitionOffsets(partitions, new Beginnings(3)))
        .isEqualTo(Map.of(KNOWN, 7L, EMPTY, 0L));
  }

  @Test
  void shouldLeavePartitionThatWasCreatedSinceToTheUnboundedRead() {
    // When, Then
    assertThat(offsets.asStart().getPartitionOffsets(List.of(CREATED), new Beginnings(3)))
        .isEqualTo(Map.of(CREATED, 3L));
    assertThat(offsets.asStop().getPartitionOffsets(List.of(CREATED), new Beginnings(3)))
        .isEqualTo(Map.of(CREATED, 0L));
  }

  /** Partitions that all begin at one offset, and of which nothing else may be asked. */
  private record Beginnings(long offset) implements PartitionOffsetsRetriever {

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> beginnings = new HashMap<>();
      partitions.forEach(partition -> beginnings.put(partition, offset));
      return beginnings;
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
      throw new AssertionError("ends are read once, before");
    }

    @Override
    public Map<TopicPartition, Long> committedOffsets(Collection<TopicPartition> partitions) {
      throw new AssertionError("there is no consumer group");
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> timestamps) {
      throw new AssertionError("time decides nothing");
    }
  }
}
