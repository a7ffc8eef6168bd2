package io.clickstream.tools.traffic;

import io.clickstream.tools.traffic.Delivery.Kind;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Tells every five seconds how much has been sent, and at the end what it was. */
final class Progress implements AutoCloseable {

  private static final int INTERVAL_SECONDS = 5;

  private final Traffic traffic;
  private final PrintWriter screen;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "traffic-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final long startNanos = System.nanoTime();
  private long sentBefore;

  Progress(Traffic traffic, PrintWriter screen) {
    this.traffic = traffic;
    this.screen = screen;
  }

  void start() {
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(this::tell, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  private void tell() {
    long sent = traffic.sent();
    screen.printf(
        Locale.ROOT,
        "%,d records sent, %,d/s%n",
        sent,
        Math.round((sent - sentBefore) / (double) INTERVAL_SECONDS));
    screen.flush();
    sentBefore = sent;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  void tellAll() {
    double seconds = Math.max(1, System.nanoTime() - startNanos) / 1e9;
    StringBuilder kinds = new StringBuilder();
    for (Kind kind : Kind.values()) {
      if (traffic.sent(kind) > 0) {
        kinds
            .append(kinds.isEmpty() ? "" : ", ")
            .append(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .append(' ')
            .append(String.format(Locale.ROOT, "%,d", traffic.sent(kind)));
      }
    }
    screen.printf(
        Locale.ROOT,
        "%,d records sent in %.1f s, %,d/s: %s%n",
        traffic.sent(),
        seconds,
        Math.round(traffic.sent() / seconds),
        kinds);
    screen.flush();
  }
}
