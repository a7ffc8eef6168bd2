package io.clickstream.preflight;

import io.clickstream.kafka.KafkaAnswers.Answer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Whether the sink may begin transactions under its prefix, and find its own again. */
final class TransactionRightsCheck implements KafkaCheck {

  private final String prefix;

  TransactionRightsCheck(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public String name() {
    return PrefixCheck.SETTING;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    String id = prefix + "-0-0";
    KafkaFuture<?> own = brokers.admin().describeTransactions(List.of(id)).description(id);
    KafkaFuture<?> all = brokers.admin().listTransactions().all();
    return findings -> {
      KafkaException failure = brokers.answer(own).failure();
      reportOwn(failure, brokers, findings);
      reportAll(failure, brokers.answer(all), brokers, findings);
    };
  }

  private void reportOwn(@Nullable KafkaException failure, Brokers brokers, Findings findings) {
    if (failure instanceof AuthorizationException) {
      findings.error(
          name(),
          "WRITE is not allowed on transactional ids that begin with " + prefix,
          brokers.grant(
              "--operation WRITE --operation DESCRIBE --transactional-id %s --resource-pattern-type prefixed"
                  .formatted(prefix)));
    } else if (failure instanceof TimeoutException) {
      findings.error(
          "transactions",
          "the brokers have no coordinator for them",
          "check __transaction_state: with fewer than 3 brokers it needs"
              + " transaction.state.log.replication.factor=1 and transaction.state.log.min.isr=1 on"
              + " the brokers");
    } else if (failure == null || failure instanceof TransactionalIdNotFoundException) {
      findings.ok(name(), "ids that begin with " + prefix + " may be written");
    } else if (!(failure instanceof UnsupportedVersionException)) {
      findings.notLookedAt(
          name(), "WRITE", brokers.reason(failure), "DESCRIBE on the transactional ids");
    }
  }

  private static void reportAll(
      @Nullable KafkaException own, Answer<?> all, Brokers brokers, Findings findings) {
    KafkaException failure = all.failure();
    if (failure instanceof UnsupportedVersionException
        || own instanceof UnsupportedVersionException) {
      findings.error(
          "brokers at " + brokers.servers(),
          "they cannot list transactions, which the sink needs to find its own",
          "upgrade them to Kafka 3.0 or later");
    } else if (failure != null && !(own instanceof TimeoutException)) {
      findings.notLookedAt(
          "transactions",
          "whether they can be listed",
          brokers.reason(failure),
          "DESCRIBE on them");
    }
  }
}
