package io.clickstream.session.operator;

import io.clickstream.model.Visitor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the cache by visitor: a hash table with open addressing and linear probing. The
 * hashes lie beside the entries, so that a search reads hardly any entry but the wanted one.
 *
 * <p>It can also look for many at once. A library's map asks memory for one thing after the other,
 * as each answer tells where to ask next. Here the first step is taken for all of them, then the
 * second, and memory answers each step's questions in about the time of one.
 */
final class EntryTable {

  private static final int MIN_CAPACITY = 1_024;

  /** Multiplied with it, the upper bits of a hash depend on all of its bits. */
  private static final int SPREAD = 0x9E3779B9;

  private SessionCache.@Nullable Entry[] entries = new SessionCache.Entry[MIN_CAPACITY];

  /** Of the entry at the same place, 0 where there is none. */
  private int[] hashes = new int[MIN_CAPACITY];

  private int shift = Integer.SIZE - Integer.numberOfTrailingZeros(MIN_CAPACITY);
  private int size;

  /** Keeps what is read ahead from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private long touched;

  /** The hash of a visitor in this table, never 0. */
  static int hash(Visitor visitor) {
    int hash = visitor.hashCode() * SPREAD;
    return hash == 0 ? 1 : hash;
  }

  /** The entry of a visitor, or null. */
  SessionCache.@Nullable Entry get(Visitor visitor, int hash) {
    int last = hashes.length - 1;
    for (int at = hash >>> shift; hashes[at] != 0; at = at + 1 & last) {
      if (hashes[at] == hash) {
        SessionCache.Entry entry = at(at);
        if (entry.visitor.equals(visitor)) {
          return entry;
        }
      }
    }
    return null;
  }

  /** Fetches the memory that {@link #get} will read for these hashes. */
  void touch(int[] wanted, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int place = wanted[i] >>> shift;
      sum += hashes[place] + (entries[place] == null ? 0 : 1);
    }
    for (int i = 0; i < count; i++) {
      SessionCache.Entry entry = entries[wanted[i] >>> shift];
      sum += entry == null ? 0 : entry.hash;
    }
    for (int i = 0; i < count; i++) {
      SessionCache.Entry entry = entries[wanted[i] >>> shift];
      sum += entry == null ? 0 : entry.visitor.kind().ordinal();
    }
    for (int i = 0; i < count; i++) {
      SessionCache.Entry entry = entries[wanted[i] >>> shift];
      sum += entry == null ? 0 : entry.visitor.id().length();
    }
    touched += sum;
  }

  /** Adds the entry of a visitor that has none. */
  void add(SessionCache.Entry entry) {
    if (2 * (size + 1) > entries.length) {
      grow();
    }
    size++;
    place(entry);
  }

  private void place(SessionCache.Entry entry) {
    int last = hashes.length - 1;
    int at = entry.hash >>> shift;
    while (hashes[at] != 0) {
      at = at + 1 & last;
    }
    hashes[at] = entry.hash;
    entries[at] = entry;
  }

  private void grow() {
    SessionCache.@Nullable Entry[] before = entries;
    entries = new SessionCache.Entry[2 * before.length];
    hashes = new int[2 * before.length];
    shift--;
    for (SessionCache.Entry entry : before) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  /** Removes an entry that is here; those behind it move up, so that no gap ends a search early. */
  void remove(SessionCache.Entry entry) {
    int last = hashes.length - 1;
    int gap = entry.hash >>> shift;
    while (entries[gap] != entry) {
      gap = gap + 1 & last;
    }
    for (int at = gap + 1 & last; hashes[at] != 0; at = at + 1 & last) {
      int home = hashes[at] >>> shift;
      // It may move unless its home lies behind the gap, on the way to where it is.
      if ((at - home & last) >= (at - gap & last)) {
        hashes[gap] = hashes[at];
        entries[gap] = entries[at];
        gap = at;
      }
    }
    hashes[gap] = 0;
    entries[gap] = null;
    size--;
  }

  private SessionCache.Entry at(int place) {
    return Objects.requireNonNull(entries[place]);
  }

  int size() {
    return size;
  }
}
