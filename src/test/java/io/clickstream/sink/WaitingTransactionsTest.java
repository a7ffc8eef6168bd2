package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.junit.jupiter.api.Test;

class WaitingTransactionsTest {

  private final AtomicLong clock = new AtomicLong(-5);
  private final WaitingTransactions waiting =
      new WaitingTransactions(Duration.ofSeconds(100), clock::get);

  @Test
  void shouldEndTheJobBeforeTheBrokersAbortWhatWaits() {
    prepare("a");
    pass(30);
    prepare("b");
    pass(19);
    prepare("c");
    assertThatCode(waiting::requireTime).doesNotThrowAnyException();
    pass(2);
    prepare("d");
    assertThatThrownBy(waiting::requireTime)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("transaction a (")
        .hasMessageContaining("since 51 s")
        .hasMessageContaining("after 100 s (sink.transaction-timeout)");
  }

  @Test
  void shouldForgetWhatIsCommitted() {
    prepare("a");
    pass(60);
    prepare("b");
    waiting.retainAll(Set.of("b"));
    assertThatCode(waiting::requireTime).doesNotThrowAnyException();
    assertThat(waiting.of(Set.of("a", "b")))
        .extracting(PendingTransaction::id)
        .containsExactly("b");
  }

  @Test
  void shouldNotCountTheTimeBetweenTwoCheckpointsAgainstTheLatest() {
    pass(90);
    prepare("a");
    assertThatCode(waiting::requireTime).doesNotThrowAnyException();
  }

  private void prepare(String id) {
    waiting.add(new PendingTransaction(new KafkaCommittable(1, (short) 0, id, null), null));
    waiting.nextAttempt();
  }

  private void pass(long seconds) {
    clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
