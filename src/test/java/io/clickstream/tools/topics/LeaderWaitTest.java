package io.clickstream.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.tools.topics.LeaderWait.Look;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LeaderWaitTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private long now;
  private int pauses;
  private final LeaderWait wait =
      new LeaderWait(
          () -> now,
          time -> {
            pauses++;
            now += time.toNanos();
          });

  private static SortedSet<TopicPartition> clicks(int... numbers) {
    SortedSet<TopicPartition> partitions = LeaderWait.partitions();
    IntStream.of(numbers).forEach(each -> partitions.add(new TopicPartition("clicks", each)));
    return partitions;
  }

  @Test
  void shouldReturnWithTheFirstAnswerInWhichAllHaveLeaders() throws Exception {
    Deque<SortedSet<TopicPartition>> answers =
        new ArrayDeque<>(List.of(clicks(0, 1, 2), clicks(2), clicks(), clicks(1)));

    assertThat(wait.await(answers::removeFirst, PATIENCE)).isEmpty();

    assertThat(answers).containsExactly(clicks(1));
    assertThat(pauses).isEqualTo(2);
  }

  @Test
  void shouldNotPauseWhenAllHaveLeadersAtOnce() throws Exception {
    assertThat(wait.await(LeaderWaitTest::clicks, PATIENCE)).isEmpty();

    assertThat(pauses).isZero();
  }

  @Test
  void shouldSayWhichHaveNoneWhenPatienceEnds() throws Exception {
    assertThat(wait.await(() -> clicks(1, 3), PATIENCE)).isEqualTo(clicks(1, 3));

    assertThat(Duration.ofNanos(now)).isEqualTo(PATIENCE);
  }

  @Test
  void shouldTakeTheTimeOfTheAnswersIntoAccount() throws Exception {
    Look slow =
        () -> {
          now += PATIENCE.toNanos();
          return clicks(7);
        };

    assertThat(wait.await(slow, PATIENCE)).isEqualTo(clicks(7));

    assertThat(pauses).isZero();
  }

  @Test
  void shouldNameTenAndCountTheOthers() {
    int[] ten = IntStream.range(0, 10).toArray();
    int[] eleven = IntStream.range(0, 11).toArray();

    assertThat(LeaderWait.names(clicks(2, 10, 1))).isEqualTo("clicks-1, clicks-2, clicks-10");
    assertThat(LeaderWait.names(clicks(ten))).endsWith("clicks-8, clicks-9");
    assertThat(LeaderWait.names(clicks(eleven))).endsWith("clicks-8, clicks-9 and 1 more");
  }
}
