package io.clickstream.local;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The user's screen: a line for each step, with the seconds since the start. */
final class Screen {

  private static final long PROGRESS_INTERVAL_NANOS = 2_000_000_000L;

  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private long lastProgressNanos = startNanos;

  Screen(PrintStream out) {
    this.out = out;
  }

  /** Shows a line. */
  synchronized void say(String format, Object... arguments) {
    out.printf(
        Locale.ROOT,
        "%6.1f s  %s%n",
        (System.nanoTime() - startNanos) / 1e9,
        String.format(Locale.ROOT, format, arguments));
    out.flush();
  }

  /** Shows a line that belongs to the one before. */
  synchronized void note(String text) {
    out.println(" ".repeat(10) + text);
    out.flush();
  }

  /** Shows what begins now, and every three seconds that it still goes on, until it is done. */
  <T> T step(String what, Callable<T> action) throws Exception {
    say("%s", what);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "local-mode-screen");
              thread.setDaemon(true);
              return thread;
            });
    try {
      timer.scheduleAtFixedRate(() -> say("still %s", what), 3, 3, TimeUnit.SECONDS);
      return action.call();
    } finally {
      timer.shutdownNow();
    }
  }

  /** Shows a line unless one of these was shown within the last two seconds. */
  synchronized void progress(String format, Object... arguments) {
    if (System.nanoTime() - lastProgressNanos >= PROGRESS_INTERVAL_NANOS) {
      lastProgressNanos = System.nanoTime();
      say(format, arguments);
    }
  }
}
