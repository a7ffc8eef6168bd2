package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.output.VisitorHash;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisitorPartitionerTest {

  private static final Visitor USER = new Visitor("web", VisitorKind.USER, "42");

  @ParameterizedTest
  @CsvSource({
    "-2147483648, 12, 0",
    "-2147483647, 12, 1",
    "-1, 12, 7",
    "0, 12, 0",
    "1, 12, 1",
    "11, 12, 11",
    "12, 12, 0",
    "2147483647, 12, 7",
    "-2147483648, 1, 0",
    "2147483647, 2147483647, 0",
    "2147483646, 2147483647, 2147483646",
  })
  void shouldPickPartitionByRemainder(int hash, int partitions, int expected) {
    assertThat(VisitorPartitioner.partition(hash, partitions)).isEqualTo(expected);
  }

  @Test
  void shouldStayInRangeWhateverTheHash() {
    // Given
    int[] hashes =
        IntStream.concat(
                IntStream.of(Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0, 1, Integer.MAX_VALUE),
                new Random(1).ints(1_000))
            .toArray();

    // When, Then
    for (int partitions = 1; partitions <= 100; partitions++) {
      for (int hash : hashes) {
        assertThat(VisitorPartitioner.partition(hash, partitions)).isBetween(0, partitions - 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "-1"})
  void shouldRefuseTopicWithoutPartitions(int partitions) {
    assertThatThrownBy(() -> VisitorPartitioner.partition(1, partitions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("partitions=" + partitions);
  }

  @Test
  void shouldNeverChangeTheHashOfVisitor() {
    // A change would move visitors between the partitions of a running system.
    assertThat(VisitorHash.of(USER)).isEqualTo(1946368431);
    assertThat(VisitorHash.of(new Visitor(null, VisitorKind.DEVICE, "d-1"))).isEqualTo(-1574742426);
  }

  @Test
  void shouldTellVisitorsApartByKindAndApplication() {
    assertThat(
            Set.of(
                VisitorHash.of(USER),
                VisitorHash.of(new Visitor("web", VisitorKind.DEVICE, "42")),
                VisitorHash.of(new Visitor("app", VisitorKind.USER, "42")),
                VisitorHash.of(new Visitor(null, VisitorKind.USER, "42"))))
        .hasSize(4);
  }

  @Test
  void shouldAgreeWithSinkAndWithKafkaWhenKeyIsTheVisitor() {
    // Given
    try (VisitorPartitioner partitioner = new VisitorPartitioner()) {
      partitioner.configure(Map.of());
      byte[] key = USER.canonicalBytes();

      // When
      int partition = partitioner.partition("t", USER, key, null, null, cluster(24));

      // Then
      assertThat(partition)
          .isEqualTo(VisitorPartitioner.partition(VisitorHash.of(USER), 24))
          .isEqualTo(BuiltInPartitioner.partitionForKey(key, 24));
    }
  }

  @Test
  void shouldTakePartitionsInTurnWhenThereIsNoKey() {
    // Given
    try (VisitorPartitioner partitioner = new VisitorPartitioner()) {
      // When
      List<Integer> partitions =
          IntStream.range(0, 5)
              .mapToObj(i -> partitioner.partition("t", null, null, null, null, cluster(3)))
              .toList();

      // Then
      assertThat(partitions).containsExactly(0, 1, 2, 0, 1);
    }
  }

  private static Cluster cluster(int partitions) {
    Node node = new Node(1, "localhost", 9092);
    return new Cluster(
        "c",
        List.of(node),
        IntStream.range(0, partitions)
            .mapToObj(i -> new PartitionInfo("t", i, node, new Node[] {node}, new Node[] {node}))
            .toList(),
        Set.of(),
        Set.of());
  }
}
