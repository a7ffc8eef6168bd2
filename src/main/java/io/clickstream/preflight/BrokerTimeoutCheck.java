package io.clickstream.preflight;

import io.clickstream.config.SinkSettings;
import io.clickstream.kafka.KafkaAnswers.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Whether every broker lets transactions last as long as they should. */
final class BrokerTimeoutCheck implements KafkaCheck {

  private static final String KEY = "transaction.max.timeout.ms";

  private final SinkSettings sink;

  BrokerTimeoutCheck(SinkSettings sink) {
    this.sink = sink;
  }

  @Override
  public String name() {
    return TransactionTimeoutCheck.SETTING;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    Collection<KafkaFuture<Config>> asked =
        brokers.admin().describeConfigs(brokers.resources()).values().values();
    return findings -> report(asked, brokers, findings);
  }

  private void report(Collection<KafkaFuture<Config>> asked, Brokers brokers, Findings findings) {
    long lowest = Long.MAX_VALUE;
    KafkaException failure = null;
    for (KafkaFuture<Config> each : asked) {
      Answer<Config> answer = brokers.answer(each);
      ConfigEntry entry = answer.value() == null ? null : answer.value().get(KEY);
      if (entry != null && entry.value() != null) {
        lowest = Math.min(lowest, Long.parseLong(entry.value()));
      } else {
        failure = answer.failure();
      }
    }
    Duration transaction = sink.transactionTimeout();
    if (lowest < transaction.toMillis()) {
      String most = Findings.text(Duration.ofMillis(lowest));
      findings.error(
          name(),
          "%s is more than the brokers allow (%s is %s): no transaction can begin"
              .formatted(Findings.text(transaction), KEY, most),
          "lower it to %s, or raise %s on every broker".formatted(most, KEY));
    } else if (lowest < Long.MAX_VALUE) {
      findings.ok(
          name(),
          "%s, the brokers allow %s"
              .formatted(Findings.text(transaction), Findings.text(Duration.ofMillis(lowest))));
    }
    if (failure != null) {
      findings.notLookedAt(
          name(), KEY + " of a broker", brokers.reason(failure), "DESCRIBE_CONFIGS on the cluster");
    }
  }
}
