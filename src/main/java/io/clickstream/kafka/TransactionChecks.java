package io.clickstream.kafka;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.kafka.PreflightReport.Finding;
import io.clickstream.kafka.PreflightReport.Severity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/**
 * The part of the preflight that looks at transactions: whose they are, whether their job still
 * runs, and what became of those that the restored state still has to commit.
 */
final class TransactionChecks {

  private static final String PREFIX = "sink.transactional-id-prefix";

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
   * Looks at the open transactions, and at the state that the job will be restored from.
   *
   * @param open all open transactions of the brokers
   * @param timeout of a request
   */
  static List<Finding> run(
      ClickstreamSettings settings,
      ReadableConfig flink,
      Admin admin,
      Collection<TransactionListing> open,
      Duration timeout) {
    TransactionChecks checks = new TransactionChecks(settings, flink, admin, timeout);
    checks.run(open.stream().map(TransactionListing::transactionalId).toList());
    return checks.findings;
  }

  private void run(List<String> open) {
    String own = settings.sink().transactionalIdPrefix();
    checkNames(own, open);
    List<SinkState> restored = restored();
    Set<String> prefixes = new TreeSet<>();
    prefixes.add(own);
    restored.forEach(state -> prefixes.add(state.writer().getTransactionalIdPrefix()));
    if (settings.sink().restoredTransactions() == RestoredTransactions.LEAVE) {
      prefixes.retainAll(Set.of(own));
    }
    for (String prefix : live(prefixes, open)) {
      findings.add(otherJob(prefix, own));
    }
    checkPending(restored);
  }

  // ---- names

  /** Flink's sink takes every id that begins with the prefix for one of its own. */
  private void checkNames(String own, List<String> open) {
    Pattern ids = ids(own);
    Set<String> foreign =
        open.stream()
            .filter(id -> id.startsWith(own) && !ids.matcher(id).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!foreign.isEmpty()) {
      findings.add(
          new Finding(
              Severity.ERROR,
              PREFIX,
              ("%s is also the beginning of transactions of another job, such as %s, which this one"
                      + " would abort when it starts")
                  .formatted(own, foreign.iterator().next()),
              "take a prefix with which no other job's begins"));
    }
  }

  /** The ids that the sink makes of a prefix. */
  static Pattern ids(String prefix) {
    return Pattern.compile(Pattern.quote(prefix) + "-\\d+-\\d+");
  }

  // ---- jobs that run

  /**
   * The prefixes under which transactions are ended and begun while one looks. Those of a job that
   * has died stay as they are, until they time out.
   */
  private Set<String> live(Set<String> prefixes, List<String> open) {
    Set<String> candidates =
        prefixes.stream()
            .filter(prefix -> open.stream().anyMatch(ids(prefix).asMatchPredicate()))
            .collect(Collectors.toCollection(TreeSet::new));
    try {
      Map<String, Set<String>> before = begun(candidates);
      // Twice: what a dying job still had under way may end in the first.
      for (int look = 0; look < 2 && !candidates.isEmpty(); look++) {
        TimeUnit.MILLISECONDS.sleep(look());
        Map<String, Set<String>> now = begun(candidates);
        Map<String, Set<String>> earlier = before;
        candidates.removeIf(
            prefix ->
                earlier
                    .getOrDefault(prefix, Set.of())
                    .containsAll(now.getOrDefault(prefix, Set.of())));
        before = now;
      }
      return candidates;
    } catch (ExecutionException | TimeoutException e) {
      findings.add(
          new Finding(
              Severity.WARNING,
              PREFIX,
              "whether another job uses it could not be looked at: " + message(e),
              "look at it with kafka-transactions.sh list"));
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    }
  }

  private long look() {
    long interval =
        flink
            .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
            .orElse(Duration.ZERO)
            .toMillis();
    return Math.max(SHORTEST_LOOK.toMillis(), Math.min(interval * 3 / 2, LONGEST_LOOK.toMillis()));
  }

  /** The open transactions of each prefix, with the moment at which each began. */
  private Map<String, Set<String>> begun(Set<String> prefixes)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (prefixes.isEmpty()) {
      return Map.of();
    }
    List<String> open =
        get(admin.listTransactions().all()).stream()
            .filter(listing -> listing.state() == TransactionState.ONGOING)
            .map(TransactionListing::transactionalId)
            .filter(id -> prefixes.stream().anyMatch(prefix -> ids(prefix).matcher(id).matches()))
            .toList();
    Map<String, TransactionDescription> descriptions =
        open.isEmpty() ? Map.of() : get(admin.describeTransactions(open).all());
    Map<String, Set<String>> begun = new HashMap<>();
    descriptions.forEach(
        (id, description) -> {
          if (description.transactionStartTimeMs().isPresent()) {
            for (String prefix : prefixes) {
              if (ids(prefix).matcher(id).matches()) {
                begun
                    .computeIfAbsent(prefix, each -> new HashSet<>())
                    .add(id + "@" + description.transactionStartTimeMs().getAsLong());
              }
            }
          }
        });
    return begun;
  }

  private <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Finding otherJob(String prefix, String own) {
    return prefix.equals(own)
        ? new Finding(
            Severity.ERROR,
            PREFIX,
            prefix
                + " is in use: a running job begins and ends transactions with it, which this"
                + " one would abort",
            "stop that job, or give this one a prefix of its own")
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
    } catch (IOException e) {
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
    Pattern own = ids(sink.transactionalIdPrefix());
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
    List<PendingTransaction> lost =
        pending.stream()
            .filter(
                transaction -> fates.getOrDefault(transaction, TransactionFate.UNKNOWN).isLoss())
            .toList();
    if (lost.isEmpty()) {
      findings.add(
          new Finding(
              Severity.OK,
              StateRecoveryOptions.SAVEPOINT_PATH.key(),
              "each of its %d transactions is committed, or open and will be"
                  .formatted(pending.size()),
              null));
      return;
    }
    boolean goesOn = sink.onLostTransaction() == OnLostTransaction.CONTINUE;
    findings.add(
        new Finding(
            goesOn ? Severity.WARNING : Severity.ERROR,
            StateRecoveryOptions.SAVEPOINT_PATH.key(),
            "%d of its %d transactions are lost: of %s, %s. The sessions, late and rejected clicks in them were not published"
                .formatted(
                    lost.size(),
                    pending.size(),
                    lost.get(0),
                    fates.getOrDefault(lost.get(0), TransactionFate.UNKNOWN).text()),
            "start from the checkpoint before this one, which brings everything back"
                + (goesOn ? "" : "; or set sink.on-lost-transaction: continue to go on without")));
  }

  private String message(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return settings.kafka().withoutSecrets(String.valueOf(root.getMessage()));
  }
}
