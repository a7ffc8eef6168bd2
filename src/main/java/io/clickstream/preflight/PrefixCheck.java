package io.clickstream.preflight;

import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.KafkaAnswers;
import io.clickstream.sink.PendingTransaction;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Whether a job that still runs uses the prefix, or one whose state is restored: this one would
 * abort its transactions.
 */
final class PrefixCheck implements KafkaCheck {

  /** The setting that all findings about the prefix are about. */
  static final String SETTING = "sink.transactional-id-prefix";

  /** Not those that the brokers abort because their time is over: nobody is behind them. */
  private static final Set<TransactionState> BEGUN =
      EnumSet.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.COMPLETE_COMMIT);

  /** A transaction that lasts longer than this is nobody's, or of a job with longer intervals. */
  private static final Duration SHORTEST_LOOK = Duration.ofSeconds(2);

  private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

  private final SinkSettings sink;
  private final Set<String> outputs;
  private final ReadableConfig flink;
  private final RestoredState restored;
  private final boolean replacesRunning;

  /**
   * For a job.
   *
   * @param restored the state that it will be restored from
   * @param replacesRunning whether a job that runs with the own prefix will be stopped before
   */
  PrefixCheck(
      SinkSettings sink,
      TopicSettings topics,
      ReadableConfig flink,
      RestoredState restored,
      boolean replacesRunning) {
    this.sink = sink;
    this.outputs = Set.copyOf(topics.outputs());
    this.flink = flink;
    this.restored = restored;
    this.replacesRunning = replacesRunning;
  }

  @Override
  public String name() {
    return SETTING;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    KafkaFuture<Collection<TransactionListing>> asked = brokers.admin().listTransactions().all();
    return findings -> {
      Collection<TransactionListing> known = brokers.answer(asked).value();
      // TransactionRightsCheck says why they cannot be listed.
      report(known == null ? List.of() : known, brokers, findings);
    };
  }

  private void report(Collection<TransactionListing> known, Brokers brokers, Findings findings) {
    String own = sink.transactionalIdPrefix();
    Set<String> touched = new TreeSet<>();
    if (sink.restoredTransactions() == RestoredTransactions.FINISH) {
      restored.states().forEach(state -> touched.add(state.writer().getTransactionalIdPrefix()));
    }
    touched.add(own);
    Look look = new Look(brokers.admin(), KafkaAnswers.within(brokers.timeout()));
    try {
      String foreign = look.foreign(touched, known, outputs);
      if (!foreign.isEmpty()) {
        findings.error(
            SETTING,
            "%s is also the beginning of %s, an open transaction of another job on the same topics, which this one would abort when it starts"
                .formatted(own, foreign),
            "take a prefix with which no other job's begins");
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      notLookedAt(e, brokers, findings);
    }
    try {
      for (String prefix : look.live(touched, known, time())) {
        reportLive(prefix, own, findings);
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      notLookedAt(e, brokers, findings);
    }
  }

  private static void notLookedAt(KafkaException e, Brokers brokers, Findings findings) {
    findings.warning(
        SETTING,
        "whether another job uses it could not be looked at: " + brokers.reason(e),
        "look at it with kafka-transactions.sh list");
  }

  private void reportLive(String prefix, String own, Findings findings) {
    if (!prefix.equals(own)) {
      findings.error(
          SETTING,
          "the state to restore comes from a job that still runs: under its prefix %s transactions are begun and ended, which this one would abort"
              .formatted(prefix),
          "stop that job first; or, if this one is to be a copy beside it, with topics of its"
              + " own, set sink.restored-transactions: leave");
    } else if (replacesRunning) {
      findings.info(
          SETTING,
          prefix + " is in use by a running job, which has to be stopped before this one starts");
    } else {
      findings.error(
          SETTING,
          prefix
              + " is in use: a running job begins and ends transactions with it, which this"
              + " one would abort",
          "stop that job, or give this one a prefix of its own; with --check, --replaces-running says that it is to be replaced");
    }
  }

  private Duration time() {
    Duration interval = CheckpointCheck.interval(flink).multipliedBy(3).dividedBy(2);
    Duration most = interval.compareTo(LONGEST_LOOK) < 0 ? interval : LONGEST_LOOK;
    return most.compareTo(SHORTEST_LOOK) > 0 ? most : SHORTEST_LOOK;
  }

  /** Looks at the transactions of the brokers, more than once. */
  private record Look(Admin admin, KafkaAnswers answers) {

    /**
     * An open transaction whose id only begins like those of a prefix, or an empty text: Flink's
     * sink takes every open transaction on its topics whose id begins with a prefix of its for one
     * of its own.
     */
    String foreign(
        Set<String> prefixes, Collection<TransactionListing> known, Set<String> outputs) {
      List<String> foreign =
          known.stream()
              .filter(listing -> listing.state() == TransactionState.ONGOING)
              .map(TransactionListing::transactionalId)
              .filter(id -> prefixes.stream().anyMatch(id::startsWith))
              .filter(id -> prefixes.stream().noneMatch(prefix -> isOf(prefix, id)))
              .toList();
      if (foreign.isEmpty()) {
        return "";
      }
      return answers.get(admin.describeTransactions(foreign).all()).entrySet().stream()
          .filter(
              each ->
                  each.getValue().topicPartitions().stream()
                      .anyMatch(partition -> outputs.contains(partition.topic())))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse("");
    }

    /**
     * The prefixes under which transactions begin while one looks. Those of a job that has died
     * stay as they are, until they time out and are aborted.
     */
    Set<String> live(Set<String> prefixes, Collection<TransactionListing> known, Duration time) {
      Set<String> candidates =
          prefixes.stream()
              .filter(
                  prefix ->
                      known.stream().anyMatch(listing -> isOf(prefix, listing.transactionalId())))
              .collect(Collectors.toCollection(TreeSet::new));
      Set<Begun> before = begun(candidates);
      // Twice: a dying job may end in the first what it still had under way.
      for (int look = 0; look < 2 && !candidates.isEmpty(); look++) {
        pause(time);
        Set<Begun> now = begun(candidates);
        Set<Begun> added = new HashSet<>(now);
        added.removeAll(before);
        candidates.removeIf(prefix -> added.stream().noneMatch(begun -> isOf(prefix, begun.id())));
        before = now;
      }
      return candidates;
    }

    /** The transactions under these prefixes that are open or committed. */
    private Set<Begun> begun(Set<String> prefixes) {
      if (prefixes.isEmpty()) {
        return Set.of();
      }
      List<String> ids =
          answers.get(admin.listTransactions().all()).stream()
              .filter(listing -> BEGUN.contains(listing.state()))
              .map(TransactionListing::transactionalId)
              .filter(id -> prefixes.stream().anyMatch(prefix -> isOf(prefix, id)))
              .toList();
      Set<Begun> begun = new HashSet<>();
      if (!ids.isEmpty()) {
        answers
            .get(admin.describeTransactions(ids).all())
            .forEach(
                (id, transaction) ->
                    begun.add(
                        new Begun(
                            id,
                            transaction.producerId(),
                            transaction.producerEpoch(),
                            transaction.transactionStartTimeMs().orElse(0))));
      }
      return begun;
    }

    private static boolean isOf(String prefix, String id) {
      return PendingTransaction.ids(prefix).matcher(id).matches();
    }

    private static void pause(Duration time) {
      try {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** A transaction, and the parts that tell it from all others with the same id. */
  private record Begun(String id, long producer, int epoch, long startedAt) {}
}
