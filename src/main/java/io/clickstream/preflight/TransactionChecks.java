package io.clickstream.preflight;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.sink.PendingTransaction;
import io.clickstream.sink.RestoredSink;
import io.clickstream.sink.SinkState;
import io.clickstream.sink.TransactionFate;
import io.clickstream.sink.TransactionalSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/**
 * The part of the preflight that looks at transactions: whose they are, whether their job still
 * runs, and what became of those that the restored state still has to commit.
 */
public final class TransactionChecks {

  private static final String PREFIX = "sink.transactional-id-prefix";

  /** Not those that the brokers abort because their time is over: nobody is behind them. */
  private static final Set<TransactionState> BEGUN =
      EnumSet.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.COMPLETE_COMMIT);

  /** A transaction that lasts longer than this is nobody's, or of a job with longer intervals. */
  private static final Duration SHORTEST_LOOK = Duration.ofSeconds(2);

  private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

  private final ClickstreamSettings settings;
  private final ReadableConfig flink;
  private final Admin admin;
  private final Duration timeout;
  private final List<Finding> findings = new ArrayList<>();

  private TransactionChecks(
      ClickstreamSettings settings, ReadableConfig flink, Admin admin, Duration timeout) {
    this.settings = settings;
    this.flink = flink;
    this.admin = admin;
    this.timeout = timeout;
  }

  /**
   * Looks at the transactions, and at the state that the job will be restored from.
   *
   * @param known all transactions of the brokers, whatever their state
   * @param replacesRunning whether a job that runs with the own prefix will be stopped before
   * @param timeout of a request
   */
  static List<Finding> run(
      ClickstreamSettings settings,
      ReadableConfig flink,
      Admin admin,
      Collection<TransactionListing> known,
      boolean replacesRunning,
      Duration timeout) {
    TransactionChecks checks = new TransactionChecks(settings, flink, admin, timeout);
    checks.run(known, replacesRunning);
    return checks.findings;
  }

  private void run(Collection<TransactionListing> known, boolean replacesRunning) {
    String own = settings.sink().transactionalIdPrefix();
    List<SinkState> restored = restored();
    Set<String> touched = new TreeSet<>();
    if (settings.sink().restoredTransactions() == RestoredTransactions.FINISH) {
      restored.forEach(state -> touched.add(state.writer().getTransactionalIdPrefix()));
    }
    touched.add(own);
    checkNames(touched, known);
    for (String prefix : live(touched, known)) {
      findings.add(
          replacesRunning && prefix.equals(own) ? replaced(prefix) : otherJob(prefix, own));
    }
    checkPending(restored);
  }

  // ---- names

  /**
   * Flink's sink takes every open transaction on its topics whose id begins with a prefix of its
   * for one of its own.
   */
  private void checkNames(Set<String> prefixes, Collection<TransactionListing> known) {
    List<String> foreign =
        known.stream()
            .filter(listing -> listing.state() == TransactionState.ONGOING)
            .map(TransactionListing::transactionalId)
            .filter(id -> prefixes.stream().anyMatch(id::startsWith))
            .filter(
                id ->
                    prefixes.stream()
                        .noneMatch(prefix -> PendingTransaction.ids(prefix).matcher(id).matches()))
            .toList();
    if (foreign.isEmpty()) {
      return;
    }
    Set<String> outputs =
        Set.of(
            settings.topics().sessions(), settings.topics().late(), settings.topics().rejected());
    try {
      get(admin.describeTransactions(foreign).all()).entrySet().stream()
          .filter(
              each ->
                  each.getValue().topicPartitions().stream()
                      .anyMatch(partition -> outputs.contains(partition.topic())))
          .findFirst()
          .ifPresent(each -> findings.add(sharedBeginning(each.getKey())));
    } catch (ExecutionException | TimeoutException e) {
      notLookedAt(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Finding sharedBeginning(String id) {
    return new Finding(
        Severity.ERROR,
        PREFIX,
        "%s is also the beginning of %s, an open transaction of another job on the same topics, which this one would abort when it starts"
            .formatted(settings.sink().transactionalIdPrefix(), id),
        "take a prefix with which no other job's begins");
  }

  private void notLookedAt(Exception e) {
    findings.add(
        new Finding(
            Severity.WARNING,
            PREFIX,
            "whether another job uses it could not be looked at: " + message(e),
            "look at it with kafka-transactions.sh list"));
  }

  private static PreflightException interrupted() {
    Thread.currentThread().interrupt();
    return new PreflightException("Preflight: interrupted while waiting for Kafka");
  }

  // ---- jobs that run

  /**
   * The prefixes under which transactions begin while one looks. Those of a job that has died stay
   * as they are, until they time out and are aborted.
   */
  private Set<String> live(Set<String> prefixes, Collection<TransactionListing> known) {
    Set<String> candidates =
        prefixes.stream()
            .filter(
                prefix ->
                    known.stream()
                        .map(TransactionListing::transactionalId)
                        .anyMatch(PendingTransaction.ids(prefix).asMatchPredicate()))
            .collect(Collectors.toCollection(TreeSet::new));
    try {
      Set<String> before = begun(candidates);
      // Twice: what a dying job still had under way may end in the first.
      for (int look = 0; look < 2 && !candidates.isEmpty(); look++) {
        TimeUnit.MILLISECONDS.sleep(look());
        Set<String> now = begun(candidates);
        Set<String> added = new HashSet<>(now);
        added.removeAll(before);
        candidates.removeIf(prefix -> added.stream().noneMatch(begun -> isOf(prefix, begun)));
        before = now;
      }
      return candidates;
    } catch (ExecutionException | TimeoutException e) {
      notLookedAt(e);
      return Set.of();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static boolean isOf(String prefix, String begun) {
    return PendingTransaction.ids(prefix)
        .matcher(begun.substring(0, begun.lastIndexOf('@')))
        .matches();
  }

  private long look() {
    long interval =
        flink
            .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
            .orElse(Duration.ZERO)
            .toMillis();
    return Math.max(SHORTEST_LOOK.toMillis(), Math.min(interval * 3 / 2, LONGEST_LOOK.toMillis()));
  }

  /**
   * The transactions under these prefixes that are open or committed: their ids, and behind
   * {@code @} what tells them from all others with the same.
   */
  private Set<String> begun(Set<String> prefixes)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (prefixes.isEmpty()) {
      return Set.of();
    }
    List<String> ids =
        get(admin.listTransactions().all()).stream()
            .filter(listing -> BEGUN.contains(listing.state()))
            .map(TransactionListing::transactionalId)
            .filter(
                id ->
                    prefixes.stream()
                        .anyMatch(prefix -> PendingTransaction.ids(prefix).matcher(id).matches()))
            .toList();
    Set<String> begun = new HashSet<>();
    if (!ids.isEmpty()) {
      get(admin.describeTransactions(ids).all())
          .forEach(
              (id, transaction) ->
                  begun.add(
                      id
                          + "@"
                          + transaction.producerId()
                          + "/"
                          + transaction.producerEpoch()
                          + "/"
                          + transaction.transactionStartTimeMs().orElse(0)));
    }
    return begun;
  }

  private <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Finding replaced(String prefix) {
    return new Finding(
        Severity.INFO,
        PREFIX,
        prefix + " is in use by a running job, which has to be stopped before this one starts",
        null);
  }

  private static Finding otherJob(String prefix, String own) {
    return prefix.equals(own)
        ? new Finding(
            Severity.ERROR,
            PREFIX,
            prefix
                + " is in use: a running job begins and ends transactions with it, which this"
                + " one would abort",
            "stop that job, or give this one a prefix of its own; with --check, --replaces-running says that it is to be replaced")
        : new Finding(
            Severity.ERROR,
            PREFIX,
            "the state to restore comes from a job that still runs: under its prefix %s transactions are begun and ended, which this one would abort"
                .formatted(prefix),
            "stop that job first; or, if this one is to be a copy beside it, with topics of its"
                + " own, set sink.restored-transactions: leave");
  }

  // ---- state

  private List<SinkState> restored() {
    String path = flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).orElse(null);
    if (path == null) {
      return List.of();
    }
    try {
      return RestoredSink.read(
          path,
          new TransactionalSink(settings.kafka(), settings.topics(), settings.sink())
              .getWriterStateSerializer());
    } catch (IOException | IllegalArgumentException e) {
      findings.add(
          new Finding(
              Severity.WARNING,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "what the sink left in %s could not be looked at: %s".formatted(path, message(e)),
              "check that it is a checkpoint or savepoint of this job, and can be read from here"));
      return List.of();
    }
  }

  private void checkPending(List<SinkState> restored) {
    SinkSettings sink = settings.sink();
    Pattern own = PendingTransaction.ids(sink.transactionalIdPrefix());
    List<PendingTransaction> pending =
        restored.stream()
            .flatMap(state -> state.pending().stream())
            .filter(
                transaction ->
                    sink.restoredTransactions() == RestoredTransactions.FINISH
                        || own.matcher(transaction.id()).matches())
            .toList();
    if (pending.isEmpty()) {
      return;
    }
    Map<PendingTransaction, TransactionFate> fates;
    try {
      fates = TransactionFate.of(pending, settings.kafka());
    } catch (KafkaException e) {
      findings.add(
          new Finding(
              Severity.WARNING,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "whether its transactions were committed could not be looked at: " + message(e),
              "look at the log of the sink when the job runs"));
      return;
    }
    List<PendingTransaction> lost = of(TransactionFate.ABORTED, fates);
    List<PendingTransaction> unknown = of(TransactionFate.UNKNOWN, fates);
    if (!lost.isEmpty()) {
      boolean goesOn = sink.onLostTransaction() == OnLostTransaction.CONTINUE;
      findings.add(
          new Finding(
              goesOn ? Severity.WARNING : Severity.ERROR,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "%d of its %d transactions are lost: of %s, %s. The sessions, late and rejected clicks in them were not published"
                  .formatted(
                      lost.size(), pending.size(), lost.get(0), TransactionFate.ABORTED.text()),
              "start from the checkpoint before this one, which brings everything back"
                  + (goesOn
                      ? ""
                      : "; or set sink.on-lost-transaction: continue to go on without")));
    }
    if (!unknown.isEmpty()) {
      findings.add(
          new Finding(
              Severity.WARNING,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "whether %d of its %d transactions were committed can no longer be told: of %s, %s"
                  .formatted(
                      unknown.size(),
                      pending.size(),
                      unknown.get(0),
                      TransactionFate.UNKNOWN.text()),
              "nothing if the job went on after it; else start from the checkpoint before"));
    }
    if (lost.isEmpty() && unknown.isEmpty()) {
      findings.add(
          new Finding(
              Severity.OK,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "each of its %d transactions is committed, or open and will be"
                  .formatted(pending.size()),
              null));
    }
  }

  private static List<PendingTransaction> of(
      TransactionFate fate, Map<PendingTransaction, TransactionFate> fates) {
    return fates.entrySet().stream()
        .filter(each -> each.getValue() == fate)
        .map(Map.Entry::getKey)
        .toList();
  }

  private String message(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return settings.kafka().withoutSecrets(String.valueOf(root.getMessage()));
  }
}
