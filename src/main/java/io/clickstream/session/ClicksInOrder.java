package io.clickstream.session;

import io.clickstream.model.Click;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the clicks of a visitor that have waited into their order: time, passive ones behind the
 * others, {@code event_id} (none first), type, the record's bytes. Clicks that are equal in all of
 * them are alike.
 *
 * <p>Time alone decides nearly always, and it is beside the bytes of each click: only clicks of one
 * time are read before they are in order. It serves one thread.
 */
final class ClicksInOrder {

  /** Takes a click. */
  @FunctionalInterface
  interface Taker {
    void take(Click click, boolean isPassive);
  }

  /** Of clicks of one time, none of them or all of them passive. */
  static final Comparator<Click> ORDER =
      Comparator.comparingLong(Click::timestamp)
          .thenComparing(Click::eventId, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Click::eventType, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(click -> click.origin().value(), ClicksInOrder::compareBytes)
          .thenComparing(click -> click.origin().key(), ClicksInOrder::compareBytes)
          .thenComparingInt(click -> click.origin().index());

  /** As many bits of a key say which click it is. */
  private static final int NUMBER_BITS = 20;

  /** More clicks of a visitor have no numbers. */
  static final int MAX_CLICKS = 1 << NUMBER_BITS;

  /** Above them is whether it is passive, and then its time: no click's has more than 42 bits. */
  private static final int PASSIVE_BITS = 1;

  private static final int MIN_CAPACITY = 64;

  /** Longer arrays are not kept. */
  private static final int MAX_KEPT = 1 << 14;

  private final ClickForm form;

  /** What sorts the clicks, and which it is. */
  private long[] keys = new long[MIN_CAPACITY];

  /** By number, where its bytes are. */
  private int[] places = new int[MIN_CAPACITY];

  private int count;
  private final List<Click> alike = new ArrayList<>();

  ClicksInOrder(ClickForm form) {
    this.form = form;
  }

  ClickForm form() {
    return form;
  }

  private static int compareBytes(byte @Nullable [] left, byte @Nullable [] right) {
    if (left == null || right == null) {
      return Boolean.compare(left != null, right != null);
    }
    return Arrays.compareUnsigned(left, right);
  }

  /** There are none any more. */
  void clear() {
    count = 0;
    if (keys.length > MAX_KEPT) {
      keys = new long[MIN_CAPACITY];
      places = new int[MIN_CAPACITY];
    }
  }

  /** Adds a click that is at a place. */
  void add(long time, boolean isPassive, int place) {
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    keys[count] = (time << PASSIVE_BITS | (isPassive ? 1 : 0)) << NUMBER_BITS | count;
    places[count] = place;
    count++;
  }

  /** Lets all of them be taken, from the clicks that they were added of. */
  void takeAll(Waiting from, Taker taker) {
    Arrays.sort(keys, 0, count);
    for (int i = 0; i < count; ) {
      long moment = keys[i] >> NUMBER_BITS;
      boolean isPassive = (moment & 1) != 0;
      int next = i + 1;
      if (next == count || keys[next] >> NUMBER_BITS != moment) {
        taker.take(read(from, i), isPassive);
      } else {
        while (next < count && keys[next] >> NUMBER_BITS == moment) {
          next++;
        }
        for (int at = i; at < next; at++) {
          alike.add(read(from, at));
        }
        alike.sort(ORDER);
        for (Click click : alike) {
          taker.take(click, isPassive);
        }
        alike.clear();
      }
      i = next;
    }
  }

  private Click read(Waiting from, int index) {
    return from.read(places[(int) keys[index] & (MAX_CLICKS - 1)], form);
  }
}
