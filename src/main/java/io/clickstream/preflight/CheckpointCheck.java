package io.clickstream.preflight;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;

/** Whether there are checkpoints, without which no job gets anywhere. */
final class CheckpointCheck implements Check {

  private final ReadableConfig flink;
  private final String without;
  private final String remedy;
  private final String with;

  private CheckpointCheck(ReadableConfig flink, String without, String remedy, String with) {
    this.flink = flink;
    this.without = without;
    this.remedy = remedy;
    this.with = with;
  }

  static CheckpointCheck ofJob(ReadableConfig flink) {
    return new CheckpointCheck(
        flink,
        "nothing is ever committed",
        "set it, to 1s for a latency of one to two seconds",
        "sessions become visible every ");
  }

  static CheckpointCheck ofLoader(ReadableConfig flink) {
    return new CheckpointCheck(
        flink,
        "every restart begins where the job once began",
        "set it, to 1s or more",
        "rows are in the table at least every ");
  }

  @Override
  public String name() {
    return CheckpointingOptions.CHECKPOINTING_INTERVAL.key();
  }

  @Override
  public void run(Findings findings) {
    Duration interval = interval(flink);
    if (interval.isZero()) {
      findings.error(name(), "there are no checkpoints, so that " + without, remedy);
    } else {
      findings.ok(name(), with + Findings.text(interval));
    }
  }

  /** The interval between checkpoints; zero if there are none. */
  static Duration interval(ReadableConfig flink) {
    return flink.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL).orElse(Duration.ZERO);
  }
}
