package io.clickstream.tools.traffic;

import io.clickstream.tools.traffic.Delivery.Kind;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Sends records where they belong when they are due, and counts them by kind. One thread runs it;
 * any thread may stop it and read the counts.
 */
public final class Traffic {

  /** When a record may go. */
  public enum Pace {
    /** When as much time has passed since the start as in the records' own time. */
    BY_THE_CLOCK,
    /** At once, but never before its time: the future is no record's place. */
    FLAT_OUT,
    /** At once, whatever its time. */
    REGARDLESS
  }

  private final AtomicLongArray counts = new AtomicLongArray(Kind.values().length);
  private volatile boolean stopped;

  /** How many records of a kind have been sent so far. */
  public long sent(Kind kind) {
    return counts.get(kind.ordinal());
  }

  /** How many records of any kind have been sent so far. */
  public long sent() {
    long sum = 0;
    for (int kind = 0; kind < counts.length(); kind++) {
      sum += counts.get(kind);
    }
    return sum;
  }

  /** Lets {@link #run} return soon. */
  public void stop() {
    stopped = true;
  }

  /**
   * Sends what shoppers do to a topic, until they have done enough or it is stopped, and returns
   * when every record has arrived. By the clock, what they did before now goes at once.
   *
   * @param producer how the cluster is reached
   * @param events how many the shoppers make
   * @throws IOException if the topic cannot be reached or refuses a record
   */
  public void send(
      Properties producer,
      String topic,
      ShopperSettings shoppers,
      Defects defects,
      long events,
      Pace pace)
      throws IOException {
    try (RecordOutput output = new KafkaOutput(producer, topic)) {
      run(
          new Deliveries(shoppers, defects, events),
          output,
          pace,
          System.currentTimeMillis(),
          System::currentTimeMillis);
    }
  }

  /**
   * Sends until there are no more records or it is stopped.
   *
   * @param start the time in the records' terms that is now, by the clock, epoch ms
   * @param clock the time, epoch ms
   */
  void run(Deliveries deliveries, RecordOutput output, Pace pace, long start, LongSupplier clock)
      throws IOException {
    Pacer pacer = new Pacer(pace == Pace.BY_THE_CLOCK ? start : clock.getAsLong());
    Delivery delivery = deliveries.next();
    while (delivery != null && !stopped) {
      if (pace == Pace.REGARDLESS || pacer.isDue(delivery.at())) {
        output.write(delivery.key(), delivery.value());
        counts.incrementAndGet(delivery.kind().ordinal());
        delivery = deliveries.next();
      }
    }
  }
}
