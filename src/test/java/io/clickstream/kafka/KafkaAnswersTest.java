package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers.Answer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaAnswersTest {

  private static final KafkaAnswers PATIENT = KafkaAnswers.within(Duration.ofSeconds(30));

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private static <T> KafkaFuture<T> failed(Throwable failure) {
    KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
    future.completeExceptionally(failure);
    return future;
  }

  @Test
  void shouldGiveTheValue() {
    KafkaFuture<String> future = KafkaFuture.completedFuture("a");

    assertThat(PATIENT.get(future)).isEqualTo("a");
    assertThat(KafkaAnswers.asLongAsTheClient().get(future)).isEqualTo("a");
    assertThat(PATIENT.answer(future)).isEqualTo(new Answer<>("a", null));
  }

  @Test
  void shouldThrowKafkasOwnExceptionWithoutItsWrapping() {
    TopicAuthorizationException refusal = new TopicAuthorizationException("no");
    IllegalStateException other = new IllegalStateException("broken");

    assertThat(catchThrowable(() -> PATIENT.get(failed(refusal)))).isSameAs(refusal);
    assertThat(PATIENT.answer(failed(refusal))).isEqualTo(new Answer<>(null, refusal));
    assertThat(catchThrowable(() -> PATIENT.get(failed(other))))
        .isExactlyInstanceOf(KafkaException.class)
        .hasCause(other);
  }

  @Test
  void shouldBeATimeoutOfKafkaWhenThereIsNoAnswer() {
    KafkaAnswers hasty = KafkaAnswers.within(Duration.ofMillis(20));

    assertThatThrownBy(() -> hasty.get(new KafkaFutureImpl<>()))
        .isExactlyInstanceOf(TimeoutException.class)
        .hasMessage("no answer within 0.02 s");
    assertThat(hasty.answer(new KafkaFutureImpl<>()).failure())
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldWaitForAllAnswersTogetherAndGiveTheLastOneAMoment() {
    // Given
    KafkaAnswers answers = KafkaAnswers.allWithin(Duration.ofSeconds(1));
    long start = System.nanoTime();

    // When nobody answers three questions
    for (int i = 0; i < 3; i++) {
      assertThat(answers.answer(new KafkaFutureImpl<>()).failure()).isNotNull();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then only the first was waited for to the end
    assertThat(took).isBetween(Duration.ofMillis(1_200), Duration.ofMillis(2_800));
    assertThat(answers.get(KafkaFuture.completedFuture("late"))).isEqualTo("late");
  }

  @Test
  void shouldStayInterruptedWhenInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> PATIENT.answer(new KafkaFutureImpl<>()))
        .isInstanceOf(InterruptException.class);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void shouldGiveTheInnermostReasonWithoutSecrets() {
    KafkaSettings kafka =
        new KafkaSettings("b:1", Map.of("ssl.truststore.password", "hunter2hunter2"));

    assertThat(
            KafkaAnswers.reason(
                new KafkaException(
                    "outside", new IllegalStateException("password hunter2hunter2 is wrong")),
                kafka))
        .isEqualTo("password *** is wrong");
    assertThat(KafkaAnswers.reason(new IllegalStateException(), kafka))
        .isEqualTo("IllegalStateException");
    assertThat(KafkaAnswers.reason(null, kafka)).isEqualTo("no answer");
  }
}
