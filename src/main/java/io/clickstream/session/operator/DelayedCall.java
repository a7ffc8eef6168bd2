package io.clickstream.session.operator;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;

/** A call that comes a moment later, after other work of the task. It waits once at a time. */
final class DelayedCall implements ProcessingTimeCallback {

  /** Enough for the clicks before a barrier. */
  private static final long DELAY_MS = 1;

  private final ProcessingTimeService clock;
  private final ThrowingRunnable<Exception> action;
  private boolean waits;

  DelayedCall(ProcessingTimeService clock, ThrowingRunnable<Exception> action) {
    this.clock = clock;
    this.action = action;
  }

  /** Asks for the call, unless it waits already. */
  void ask() {
    if (!waits) {
      waits = true;
      ScheduledFuture<?> unused =
          clock.registerTimer(clock.getCurrentProcessingTime() + DELAY_MS, this);
    }
  }

  @Override
  public void onProcessingTime(long time) throws Exception {
    waits = false;
    action.run();
  }
}
