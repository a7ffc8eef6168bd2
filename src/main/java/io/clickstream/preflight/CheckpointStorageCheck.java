package io.clickstream.preflight;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;

/** Whether checkpoints outlive the JobManager. */
final class CheckpointStorageCheck implements Check {

  private final ReadableConfig flink;

  CheckpointStorageCheck(ReadableConfig flink) {
    this.flink = flink;
  }

  @Override
  public String name() {
    return CheckpointingOptions.CHECKPOINTS_DIRECTORY.key();
  }

  @Override
  public void run(Findings findings) {
    if (flink.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).isEmpty()) {
      findings.warning(
          name(),
          "checkpoints lie in the JobManager's memory: they are lost with it and small",
          "set it to a path that all machines reach, such as s3://bucket/checkpoints");
    }
  }
}
