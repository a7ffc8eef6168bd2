package io.clickstream.preflight;

import io.clickstream.config.SinkSettings;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;

/** Whether transactions last until a checkpoint commits them, also after a restart. */
final class TransactionTimeoutCheck implements Check {

  /** The setting that all findings about the timeout are about. */
  static final String SETTING = "sink.transaction-timeout";

  /** Within this a cluster usually notices a lost process and has redeployed the job. */
  private static final Duration RESTART = Duration.ofMinutes(2);

  private final SinkSettings sink;
  private final ReadableConfig flink;

  TransactionTimeoutCheck(SinkSettings sink, ReadableConfig flink) {
    this.sink = sink;
    this.flink = flink;
  }

  @Override
  public String name() {
    return SETTING;
  }

  @Override
  public void run(Findings findings) {
    Duration transaction = sink.transactionTimeout();
    Duration interval = CheckpointCheck.interval(flink);
    Duration checkpoint = flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
    // A checkpoint that times out, and the next one that commits both.
    Duration needed = interval.plus(checkpoint.multipliedBy(2)).plus(RESTART);
    if (transaction.compareTo(interval) <= 0) {
      findings.error(
          SETTING,
          "%s is not more than the %s between checkpoints: every transaction is aborted"
              .formatted(Findings.text(transaction), Findings.text(interval)),
          "raise it above "
              + Findings.text(needed)
              + ", or lower the interval between checkpoints");
    } else if (transaction.compareTo(needed) < 0) {
      findings.warning(
          SETTING,
          ("%s is less than the interval between checkpoints (%s), two of the longest checkpoints (%s)"
                  + " and a restart (%s) together: slow checkpoints or a slow restart lose what was"
                  + " written")
              .formatted(
                  Findings.text(transaction),
                  Findings.text(interval),
                  Findings.text(checkpoint),
                  Findings.text(RESTART)),
          "raise it above "
              + Findings.text(needed)
              + ", or lower "
              + CheckpointingOptions.CHECKPOINTING_TIMEOUT.key());
    }
  }
}
