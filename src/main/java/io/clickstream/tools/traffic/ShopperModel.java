package io.clickstream.tools.traffic;

import java.util.BitSet;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * An endless stream of what all shoppers do, in the order of time. Equal settings give equal
 * events; no clock is read.
 *
 * <p>Events come at the wanted rate from the first second on: each has its slot of time, which goes
 * to the shopper whose next step is due or, if nobody's is, to a visitor who now enters the shop.
 * (Arrivals at a fixed rate would need as long as a visit takes to fill the shop.)
 */
public final class ShopperModel {

  private static final int ATTEMPTS_TO_FIND_ONE_LONG_AWAY = 4;
  private static final long LONG_AWAY_MS = 3_600_000;

  private final ShopperSettings settings;
  private final Shop shop;
  private final SplittableRandom random;
  private final PriorityQueue<Shopper> inside =
      new PriorityQueue<>(
          Comparator.comparingLong(Shopper::due).thenComparingInt(Shopper::visitor));
  private final int[] outside;
  private final long[] lastSeen;
  private final BitSet loggedIn = new BitSet();
  private int numberOutside;
  private long slot;
  private long lastTime = Long.MIN_VALUE;

  public ShopperModel(ShopperSettings settings) {
    this.settings = settings;
    this.shop = new Shop(settings.products());
    this.random = new SplittableRandom(settings.seed());
    this.numberOutside = settings.visitors();
    this.outside = new int[numberOutside];
    this.lastSeen = new long[numberOutside];
    for (int visitor = 0; visitor < numberOutside; visitor++) {
      outside[visitor] = visitor;
      lastSeen[visitor] = Long.MIN_VALUE;
    }
  }

  /** The next event; its time is never before that of the one before. */
  public ShopperEvent next() {
    long time = nextTime();
    Shopper shopper = inside.peek();
    if (shopper != null && (shopper.due() <= time || numberOutside == 0)) {
      inside.poll();
    } else {
      int visitor = arrival(time);
      shopper = new Shopper(visitor, settings, shop, loggedIn.get(visitor));
    }
    ShopperEvent event = shopper.act(time, random);
    if (shopper.hasLeft()) {
      outside[numberOutside++] = shopper.visitor();
      lastSeen[shopper.visitor()] = time;
      loggedIn.set(shopper.visitor(), shopper.isLoggedIn() && random.nextDouble() < 0.9);
    } else {
      inside.add(shopper);
    }
    return event;
  }

  private long nextTime() {
    double seconds = (slot++ + random.nextDouble()) / settings.eventsPerSecond();
    lastTime = Math.max(lastTime, settings.start() + (long) (seconds * 1000));
    return lastTime;
  }

  /** Prefers those who have been away for long: most people do not return within minutes. */
  private int arrival(long time) {
    int index = random.nextInt(numberOutside);
    for (int attempt = 1; attempt < ATTEMPTS_TO_FIND_ONE_LONG_AWAY; attempt++) {
      if (lastSeen[outside[index]] <= time - LONG_AWAY_MS) {
        break;
      }
      index = random.nextInt(numberOutside);
    }
    int visitor = outside[index];
    outside[index] = outside[--numberOutside];
    return visitor;
  }
}
