package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ComparedTimeTest {

  private static final TopicPartition PARTITION = new TopicPartition("raw-clicks", 0);

  /** Clicks may be out of order by 3, and ahead of Kafka by 10. */
  private static final Thresholds THRESHOLDS =
      new Thresholds(30, 30, 53, 30, 3, 10, Long.MIN_VALUE);

  @Test
  void shouldTakeAClickForBehindWhenItsPartitionWasAheadByMoreThanTheBound() {
    ComparedTime time = new ComparedTime(partition -> false, THRESHOLDS, Long.MIN_VALUE);

    // A watermark of 100 - 3 - 1 passes 96.
    assertThat(time.mayBeBehind(PARTITION, 96, 100L)).isTrue();
    assertThat(time.mayBeBehind(PARTITION, 97, 100L)).isFalse();
    assertThat(time.mayBeBehind(PARTITION, 97, null)).isFalse();
  }

  @Test
  void shouldNotKnowWhatWasAheadWhenTheRangeBeginsLater() {
    ComparedTime time = new ComparedTime(partition -> true, THRESHOLDS, Long.MIN_VALUE);
    time.read(PARTITION, 1_000);

    assertThat(time.mayBeBehind(PARTITION, 1_000, null)).isTrue();
    assertThat(time.mayBeBehind(PARTITION, 1_009, 1_009L)).isTrue();
    assertThat(time.mayBeBehind(PARTITION, 1_010, 1_010L)).isFalse();
  }

  @Test
  void shouldSayWhereEventTimeWasAtTheEnd() {
    ComparedTime time = new ComparedTime(partition -> false, THRESHOLDS, Long.MIN_VALUE);
    time.ended(List.of(500L, 400L));

    assertThat(time.watermark()).isEqualTo(396);
    assertThat(time.closedBefore()).isEqualTo(366);
  }
}
