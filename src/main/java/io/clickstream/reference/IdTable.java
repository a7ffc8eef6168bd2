package io.clickstream.reference;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by id: a hash table with open addressing and linear probing.
 *
 * <p>An id of at most {@value #MAX_SHORT} characters of Latin-1 is two numbers, and these lie in
 * the table. So a search among many entries reads memory in one place for the id and in one for the
 * value. A library's map reads the entry, the text and its characters as well, each after the other
 * and each from somewhere else.
 *
 * <p>Not thread-safe.
 */
final class IdTable<V> {

  private static final int MIN_CAPACITY = 4;
  private static final int MAX_SHORT = 15;

  /** In the lowest byte of the second number of a longer id, beyond any length and one. */
  private static final int IS_LONG = 0xFF;

  /** Two numbers a place; where there is no entry, the second one is 0. */
  private long[] keys = new long[2 * MIN_CAPACITY];

  private @Nullable String[] ids = new String[MIN_CAPACITY];
  private @Nullable Object[] values = new Object[MIN_CAPACITY];
  private int shift = Long.SIZE - Integer.numberOfTrailingZeros(MIN_CAPACITY);
  private int size;

  /** The two numbers of the id that was looked for last. */
  private long first;

  private long second;

  /** How many ids have a value. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The value of an id, or null. */
  @Nullable V get(String id) {
    int place = place(id);
    return place < 0 ? null : value(place);
  }

  /** Sets the value of an id; returns the one before, or null. */
  @Nullable V put(String id, V value) {
    int place = place(id);
    if (place >= 0) {
      V before = value(place);
      values[place] = value;
      return before;
    }
    if (4 * (size + 1) > 3 * ids.length) {
      grow();
      place = place(id);
    }
    size++;
    set(~place, first, second, id, value);
    return null;
  }

  /** Removes the value of an id; returns it, or null if there was none. */
  @Nullable V remove(String id) {
    int place = place(id);
    if (place < 0) {
      return null;
    }
    V before = value(place);
    size--;
    // Those behind it move up, so that no gap ends a search early.
    int last = ids.length - 1;
    int gap = place;
    for (int at = gap + 1 & last; keys[2 * at + 1] != 0; at = at + 1 & last) {
      int home = home(keys[2 * at], keys[2 * at + 1]);
      if ((at - home & last) >= (at - gap & last)) {
        set(gap, keys[2 * at], keys[2 * at + 1], ids[at], values[at]);
        gap = at;
      }
    }
    set(gap, 0, 0, null, null);
    return before;
  }

  /** Gives all ids with their values, in no order. */
  void forEach(BiConsumer<String, V> action) {
    for (int at = 0; at < ids.length; at++) {
      String id = ids[at];
      if (id != null) {
        action.accept(id, value(at));
      }
    }
  }

  @SuppressWarnings("unchecked") // Nothing else is put in.
  private V value(int place) {
    return (V) values[place];
  }

  private void set(int place, long one, long other, @Nullable String id, @Nullable Object value) {
    keys[2 * place] = one;
    keys[2 * place + 1] = other;
    ids[place] = id;
    values[place] = value;
  }

  /** Where an id is, or if it is not there, what inverts to where it belongs. */
  private int place(String id) {
    number(id);
    boolean isLong = (second & IS_LONG) == IS_LONG;
    int last = ids.length - 1;
    int at = home(first, second);
    while (keys[2 * at + 1] != 0) {
      if (keys[2 * at] == first && keys[2 * at + 1] == second && (!isLong || id.equals(ids[at]))) {
        return at;
      }
      at = at + 1 & last;
    }
    return ~at;
  }

  /** Makes two numbers of an id: all of it if it is short, and else a hash. */
  private void number(String id) {
    int length = id.length();
    if (length <= MAX_SHORT) {
      int middle = Math.min(length, Long.BYTES);
      long start = 0;
      long end = 0;
      int bits = 0;
      for (int i = 0; i < middle; i++) {
        char next = id.charAt(i);
        bits |= next;
        start = start << Byte.SIZE | next;
      }
      for (int i = middle; i < length; i++) {
        char next = id.charAt(i);
        bits |= next;
        end = end << Byte.SIZE | next;
      }
      if (bits <= 0xFF) {
        first = start;
        second = end << Byte.SIZE | length + 1;
        return;
      }
    }
    first = id.hashCode();
    second = (long) length << Byte.SIZE | IS_LONG;
  }

  private int home(long one, long other) {
    long mixed = (one * 0x9E37_79B9_7F4A_7C15L) ^ other;
    return (int) (((mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L) >>> shift);
  }

  private void grow() {
    long[] keysBefore = keys;
    @Nullable String[] idsBefore = ids;
    @Nullable Object[] valuesBefore = values;
    int capacity = 2 * idsBefore.length;
    keys = new long[2 * capacity];
    ids = new String[capacity];
    values = new Object[capacity];
    shift--;
    for (int i = 0; i < idsBefore.length; i++) {
      if (idsBefore[i] != null) {
        int at = home(keysBefore[2 * i], keysBefore[2 * i + 1]);
        while (keys[2 * at + 1] != 0) {
          at = at + 1 & capacity - 1;
        }
        set(at, keysBefore[2 * i], keysBefore[2 * i + 1], idsBefore[i], valuesBefore[i]);
      }
    }
  }
}
