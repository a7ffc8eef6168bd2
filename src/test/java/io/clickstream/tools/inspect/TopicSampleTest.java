package io.clickstream.tools.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.TopicPartition;

class TopicSampleTest {

  /** As many as wanted or as there are, and no partition more than one below another's share. */
  @Property
  void shouldShareOutTheSampleAmongThePartitions(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 200) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 1_000) int atMost) {
    Map<TopicPartition, Long> records = new HashMap<>();
    for (int i = 0; i < sizes.size(); i++) {
      records.put(new TopicPartition("a", i), (long) sizes.get(i));
    }
    long all = records.values().stream().mapToLong(Long::longValue).sum();

    Map<TopicPartition, Long> shares = TopicSample.shares(records, atMost);

    assertThat(shares.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(Math.min(all, atMost));
    long largest = shares.values().stream().mapToLong(Long::longValue).max().orElse(0);
    records.forEach(
        (partition, size) ->
            assertThat(shares.getOrDefault(partition, -1L))
                .isBetween(Math.min(size, largest - 1), size));
  }
}
