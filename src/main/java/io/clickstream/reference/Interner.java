package io.clickstream.reference;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives one object for all equal ones, so that what many entries share lies in memory once.
 *
 * <p>Bounded: it remembers so many objects and then begins anew, since columns may hold values that
 * hardly repeat, and values that no entry has any more.
 */
final class Interner<T> {

  private final int capacity;
  private final Map<T, T> known = new HashMap<>();

  Interner(int capacity) {
    this.capacity = capacity;
  }

  /** The object that equals this one, if one is remembered; else this one, from now on. */
  @Nullable T intern(@Nullable T object) {
    if (object == null) {
      return null;
    }
    T same = known.get(object);
    if (same != null) {
      return same;
    }
    if (known.size() == capacity) {
      known.clear();
    }
    known.put(object, object);
    return object;
  }
}
