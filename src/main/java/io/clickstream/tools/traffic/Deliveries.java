package io.clickstream.tools.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clickstream.tools.traffic.Delivery.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The records of a number of events in the order of their arrival, with the wanted defects among
 * them. Equal settings give equal records; no clock is read.
 *
 * <p>Events that are still held back when the last one has happened follow it at once, in the order
 * in which they would have arrived: no run waits for its stragglers.
 */
public final class Deliveries {

  /** So far ahead that it is the future, too, when a file is read years later. */
  private static final long FAR_AHEAD_MS = Duration.ofDays(40 * 365).toMillis();

  private static final int COPY_WITHIN_MS = 5_000;

  private final ShopperModel model;
  private final Defects defects;
  private final SplittableRandom random;
  private final ClickJson json = new ClickJson();
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(
          Comparator.<Held>comparingLong(h -> h.delivery().at()).thenComparingLong(Held::number));
  private long events;
  private long numbers;
  private long modelTime = Long.MIN_VALUE;

  private record Held(Delivery delivery, long number) {}

  /**
   * @param events how many the shoppers make
   */
  public Deliveries(ShopperSettings settings, Defects defects, long events) {
    this.model = new ShopperModel(settings);
    this.defects = defects;
    this.random = new SplittableRandom(~settings.seed());
    this.events = events;
  }

  /** The next record, or null after the last one. */
  public @Nullable Delivery next() {
    while (events > 0 && (held.isEmpty() || held.peek().delivery().at() > modelTime)) {
      ShopperEvent event = model.next();
      events--;
      modelTime = event.timestamp();
      if (isSimple()) {
        return new Delivery(
            modelTime, event.anonymousId().getBytes(UTF_8), json.click(event), Kind.ON_TIME);
      }
      hold(event);
    }
    Held first = held.poll();
    return first == null ? null : arrived(first.delivery());
  }

  private Delivery arrived(Delivery delivery) {
    return delivery.at() <= modelTime
        ? delivery
        : new Delivery(modelTime, delivery.key(), delivery.value(), delivery.kind());
  }

  /** Without defects no record waits for another, and a generator at full speed saves the queue. */
  private boolean isSimple() {
    return held.isEmpty() && defects.equals(Defects.NONE);
  }

  private void hold(ShopperEvent event) {
    byte[] key = event.anonymousId().getBytes(UTF_8);
    byte[] value = json.click(event);
    long arrival = event.timestamp() + upTo(defects.disorder().toMillis());
    Kind kind = Kind.ON_TIME;
    double fate = random.nextDouble();
    if (fate < defects.late()) {
      kind = Kind.LATE;
      long by = defects.lateBy().toMillis();
      arrival += by + upTo(by);
    } else if (fate < defects.late() + defects.behind()) {
      kind = Kind.BEHIND;
      arrival += upTo(defects.behindBy().toMillis());
    }
    hold(arrival, key, value, kind);
    if (random.nextDouble() < defects.duplicates()) {
      hold(arrival + upTo(COPY_WITHIN_MS), key, value, Kind.DUPLICATE);
    }
    if (random.nextDouble() < defects.malformed()) {
      hold(arrival, key, malformed(event, value), Kind.MALFORMED);
    }
    if (random.nextDouble() < defects.future()) {
      hold(arrival, key, json.click(event, event.timestamp() + FAR_AHEAD_MS), Kind.FUTURE);
    }
  }

  private void hold(long at, byte[] key, byte[] value, Kind kind) {
    held.add(new Held(new Delivery(at, key, value, kind), numbers++));
  }

  /** Faults of trackers, proxies and logs of real shops. */
  private byte[] malformed(ShopperEvent event, byte[] value) {
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(value, 1 + random.nextInt(value.length - 1));
      case 1 -> ("[" + new String(value, UTF_8) + "]").getBytes(UTF_8);
      case 2 -> new byte[0];
      case 3 -> json.clickOfNobody(event);
      case 4 -> json.clickOfNoType(event);
      case 5 -> json.click(event, event.timestamp() / 1000);
      default -> notUtf8(value);
    };
  }

  /** A byte that no UTF-8 text holds, within the first value: {@code "event_id":"} has 13 bytes. */
  private static byte[] notUtf8(byte[] value) {
    byte[] broken = value.clone();
    broken[14] = (byte) 0xFF;
    return broken;
  }

  private long upTo(long bound) {
    return bound > 0 ? random.nextLong(bound + 1) : 0;
  }
}
