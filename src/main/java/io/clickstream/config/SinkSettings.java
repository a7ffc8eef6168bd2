package io.clickstream.config;

import static io.clickstream.config.Kinds.choice;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.matching;

import java.io.Serializable;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How records are written.
 *
 * @param transactionalIdPrefix names this job's transactions on the brokers; no other job's may be
 *     the same
 * @param transactionTimeout after which the broker aborts a transaction that nobody finished
 * @param onLostTransaction what happens when it did so, and the records are gone
 * @param restoredTransactions what happens to those of another prefix in a restored state
 * @param generation the high part of every revision: what a later generation writes of a session
 *     outranks what earlier ones wrote
 */
public record SinkSettings(
    String transactionalIdPrefix,
    Duration transactionTimeout,
    OnLostTransaction onLostTransaction,
    RestoredTransactions restoredTransactions,
    int generation)
    implements Serializable {

  static final Section<SinkSettings> SECTION = new Section<>(SinkSettings.class);

  /**
   * Bytes of the largest record that the job writes, and of what waits to be written, unless {@code
   * kafka.properties} have another {@code max.request.size} or {@code buffer.memory}.
   */
  public static final int MAX_REQUEST_SIZE = 32 << 20;

  public static final int BUFFER_MEMORY = 64 << 20;

  public static final Setting<String> TRANSACTIONAL_ID_PREFIX =
      SECTION
          .setting(
              "sink.transactional-id-prefix",
              "Names this job's transactions on the brokers. No other job may have the same, or"
                  + " each aborts the other's; it stays the same over restarts and upgrades.",
              matching(
                      Pattern.compile("[A-Za-z0-9._-]{1,200}"),
                      "1 to 200 letters, digits, dots, underscores and dashes, such as"
                          + " clickstream-prod",
                      "a b")
                  .suchAs("clickstream-prod", "A.b_c-0"))
          .requiredBy("", Job.SESSIONIZER);

  // The producer's transaction.timeout.ms is an int of milliseconds.
  public static final Setting<Duration> TRANSACTION_TIMEOUT =
      SECTION
          .setting(
              "sink.transaction-timeout",
              "After this long the brokers abort a transaction that nobody finished: a job that is"
                  + " down for longer loses what it had not committed. At most the brokers'"
                  + " transaction.max.timeout.ms.",
              duration(Duration.ofSeconds(1), Duration.ofDays(24)))
          .byDefault(Duration.ofMinutes(15));

  public static final Setting<OnLostTransaction> ON_LOST_TRANSACTION =
      SECTION
          .setting(
              "sink.on-lost-transaction",
              "What happens when the brokers have aborted a transaction that was written and not yet"
                  + " committed, as after a downtime longer than sink.transaction-timeout: fail ends"
                  + " the job, so that it can be started from an earlier checkpoint, which brings"
                  + " everything back; continue counts and logs it, and goes on without what it"
                  + " held.",
              choice(OnLostTransaction.class))
          .byDefault(OnLostTransaction.FAIL);

  public static final Setting<RestoredTransactions> RESTORED_TRANSACTIONS =
      SECTION
          .setting(
              "sink.restored-transactions",
              "What happens to the transactions of another prefix in a restored state: finish"
                  + " commits or aborts them, as after a change of sink.transactional-id-prefix; leave"
                  + " does not touch them, for a copy of a job that goes on running.",
              choice(RestoredTransactions.class))
          .byDefault(RestoredTransactions.FINISH);

  // With a million revisions each they fit into 32 bits, which the table has for them.
  public static final Setting<Integer> GENERATION =
      SECTION
          .setting(
              "sink.generation",
              "Every revision is this many millions larger, so that what a replay writes of a"
                  + " session outranks what a job of a lower generation wrote of it.",
              integer(0, 4_000))
          .byDefault(0);

  /** The settings when nothing is given, the prefix an empty text. */
  public static SinkSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> SinkSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
