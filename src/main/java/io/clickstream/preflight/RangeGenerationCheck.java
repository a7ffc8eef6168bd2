package io.clickstream.preflight;

import io.clickstream.config.SinkSettings;

/** Whether a table can tell what a replay says from what the job said. */
final class RangeGenerationCheck implements Check {

  private final SinkSettings sink;

  RangeGenerationCheck(SinkSettings sink) {
    this.sink = sink;
  }

  @Override
  public String name() {
    return "sink.generation";
  }

  @Override
  public void run(Findings findings) {
    if (sink.generation() == 0) {
      findings.warning(
          name(),
          "it is 0, as that of the job that runs: of two equal revisions a table keeps either",
          "set it to a number that no job or replay before had, unless the table is empty");
    }
  }
}
