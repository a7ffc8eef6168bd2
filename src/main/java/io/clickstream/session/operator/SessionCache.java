package io.clickstream.session.operator;

import io.clickstream.model.Click;
import io.clickstream.model.Visitor;
import io.clickstream.session.BytePool;
import io.clickstream.session.VisitorSessions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the visitors seen last, on the heap in front of a {@link Store}. Changed sessions
 * are written back when a checkpoint comes, or earlier to make room: a session that opens, closes
 * and is forgotten between two checkpoints is never written at all.
 *
 * <p>Bounded in bytes, by an estimate of what the entries take on the heap; those used least
 * recently leave first. An eighth more may lie in a {@link BytePool}. The entries that are not
 * written yet are bounded in number as well, so that a checkpoint never has more than those to
 * write at once.
 *
 * <p>Most entries are in no processor's cache when their visitor's next click comes, so a click
 * touches as little as it can: which entry was used last is kept to an eighth of all uses.
 *
 * <p>Each entry has a time at which it wants attention, never later than the first watermark that
 * has something to do for it. An open session moves its end with every click; its place in the
 * queue moves only when it has come up.
 */
final class SessionCache {

  /** Where sessions lie for good. */
  interface Store {

    /** The visitor's sessions, to be changed by the caller; null if there are none. */
    @Nullable VisitorSessions read(Visitor visitor) throws Exception;

    /**
     * Keeps the sessions as they are now, whatever the caller does with them afterwards.
     *
     * @param isCached whether the cache looks after the clicks that wait, until a restore
     */
    void write(Visitor visitor, VisitorSessions sessions, boolean isCached) throws Exception;

    /** Removes the sessions that were written of the visitor. */
    void remove(Visitor visitor, VisitorSessions sessions) throws Exception;

    /** The part of the store with a visitor's sessions; parts are written one after the other. */
    int part(Visitor visitor);
  }

  /** The sessions of one visitor on the heap. */
  static final class Entry {

    final Visitor visitor;
    final VisitorSessions sessions;

    /** {@link EntryTable#hash} of the visitor. */
    final int hash;

    /** The watermark round in which it was advanced ahead of its turn. */
    long round = -1;

    /** When it comes up, the largest time while it waits for nothing. */
    long attention = DueQueue.NEVER;

    /** Neighbours in the order of use. */
    private @Nullable Entry older;

    private @Nullable Entry newer;

    /** The use that brought it to its place in that order. */
    private long used;

    private final int part;
    private long bytes;
    private boolean stored;
    private boolean dirty;
    private boolean cached = true;

    Entry(Visitor visitor, int hash, VisitorSessions sessions, boolean stored, int part) {
      this.visitor = visitor;
      this.hash = hash;
      this.sessions = sessions;
      this.stored = stored;
      this.part = part;
    }

    /** Whether the cache still has it. */
    boolean isCached() {
      return cached;
    }
  }

  /** Heap of an entry besides its sessions and its visitor's id: table, queue, and itself. */
  private static final long ENTRY_BYTES = 200;

  /** Entries that are looked at ahead of being written. */
  private static final int AT_ONCE = 32;

  /** The share of the bytes that arrays in wait may take beside those in use. */
  private static final int POOLED_PART = 8;

  private final EntryTable entries = new EntryTable();
  private final DueQueue queue = new DueQueue();

  /** In the order in which they became dirty; some are no longer. */
  private final ArrayDeque<Entry> dirty = new ArrayDeque<>();

  private final Store store;
  private final BytePool pool;
  private final long maxBytes;
  private final int maxDirty;
  private @Nullable Entry oldest;
  private @Nullable Entry newest;
  private long uses;

  /** Keeps what is read for its own sake from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private long touched;

  private int[] hashes = {};

  private long bytes;
  private long misses;
  private long evictions;

  /** Whether there may be visitors that are stored and not cached. */
  private boolean storedElsewhere;

  /**
   * An empty cache.
   *
   * @param maxBytes of heap that the entries may take; the one in use stays whatever it takes
   * @param maxDirty entries that may wait for the next checkpoint to be written
   * @param restored whether the store may hold something already
   */
  SessionCache(Store store, long maxBytes, int maxDirty, boolean restored) {
    this.store = store;
    this.maxBytes = maxBytes;
    this.maxDirty = maxDirty;
    this.pool = new BytePool(maxBytes / POOLED_PART);
    this.storedElsewhere = restored;
  }

  /**
   * The entries of some visitors, null for those that are not here. It is no use of them yet, and
   * the first step towards one.
   */
  void peek(@Nullable Click[] clicks, @Nullable Entry[] found, int count) {
    if (hashes.length < count) {
      hashes = new int[count];
    }
    for (int i = 0; i < count; i++) {
      hashes[i] = EntryTable.hash(visitor(clicks[i]));
    }
    entries.touch(hashes, count);
    for (int i = 0; i < count; i++) {
      found[i] = entries.get(visitor(clicks[i]), hashes[i]);
    }
    touch(found, count);
  }

  /** Reads what is soon needed of some entries: first where it lies, for all of them, then it. */
  private void touch(@Nullable Entry[] wanted, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      Entry entry = wanted[i];
      sum += entry == null ? 0 : entry.sessions.touch();
    }
    for (int i = 0; i < count; i++) {
      Entry entry = wanted[i];
      sum += entry == null ? 0 : entry.sessions.touchAll();
    }
    touched += sum;
  }

  private static Visitor visitor(@Nullable Click click) {
    return Objects.requireNonNull(click).visitor();
  }

  /** The visitor's entry, read from the store if it is not here; an empty one if there is none. */
  Entry get(Visitor visitor) throws Exception {
    return get(visitor, null);
  }

  /**
   * The visitor's entry.
   *
   * @param peeked the entry that {@link #peek} found some time ago, or null
   */
  Entry get(Visitor visitor, @Nullable Entry peeked) throws Exception {
    uses++;
    Entry entry = peeked;
    if (entry == null || !entry.cached) {
      int hash = EntryTable.hash(visitor);
      entry = entries.get(visitor, hash);
      if (entry == null) {
        return load(visitor, hash);
      }
    }
    if (uses - entry.used > entries.size() >> 3) {
      unlink(entry);
      append(entry);
    }
    return entry;
  }

  private Entry load(Visitor visitor, int hash) throws Exception {
    misses++;
    VisitorSessions sessions = storedElsewhere ? store.read(visitor) : null;
    int part = store.part(visitor);
    Entry entry =
        sessions == null
            ? new Entry(visitor, hash, new VisitorSessions(pool), false, part)
            : new Entry(visitor, hash, new VisitorSessions(sessions, pool), true, part);
    entries.add(entry);
    append(entry);
    return entry;
  }

  private void append(Entry entry) {
    entry.used = uses;
    entry.older = newest;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void unlink(Entry entry) {
    Entry older = entry.older;
    Entry newer = entry.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    entry.older = null;
    entry.newer = null;
  }

  /**
   * Takes note that the sessions of an entry have changed, and makes room if they have grown.
   *
   * @param due the first watermark that has something to do for it
   */
  void changed(Entry entry, long due) throws Exception {
    if (!entry.dirty) {
      entry.dirty = true;
      dirty.add(entry);
    }
    keep(entry, due);
    while (dirty.size() > maxDirty) {
      writeBack(dirty.remove());
    }
  }

  /**
   * Lets an entry come up no later than at this watermark, and makes room if it is new or larger.
   */
  void keep(Entry entry, long due) throws Exception {
    later(entry, due);
    long now = ENTRY_BYTES + entry.sessions.heapBytes();
    if (now != entry.bytes) {
      bytes += now - entry.bytes;
      entry.bytes = now;
      while (bytes > maxBytes && entries.size() > 1) {
        evictEldest();
      }
    }
  }

  /** Lets an entry come up no later than at this watermark. */
  void later(Entry entry, long due) {
    if (due < entry.attention && entry.cached) {
      boolean waits = entry.attention != DueQueue.NEVER;
      entry.attention = due;
      queue.add(entry);
      if (waits) {
        queue.outdate();
      }
    }
  }

  /**
   * The next entries that want attention at this watermark; they are out of the queue.
   *
   * @param due takes them, as many as there is room for
   * @return how many there are; if fewer than there is room for, there are no more
   */
  int poll(long watermark, @Nullable Entry[] due) {
    int count = 0;
    while (count < due.length) {
      Entry entry = queue.poll(watermark);
      if (entry == null) {
        break;
      }
      due[count++] = entry;
    }
    touch(due, count);
    return count;
  }

  /** Removes a visitor that has no sessions any more, here and in the store. */
  void remove(Entry entry) throws Exception {
    entries.remove(entry);
    forget(entry);
    if (entry.stored) {
      store.remove(entry.visitor, entry.sessions);
    }
  }

  private void evictEldest() throws Exception {
    Entry entry = oldest;
    if (entry == null) {
      throw new IllegalStateException("expected an entry to evict");
    }
    entries.remove(entry);
    if (entry.dirty || entry.sessions.doClicksWait()) {
      write(entry, false);
    }
    forget(entry);
    storedElsewhere = true;
    evictions++;
  }

  private void forget(Entry entry) {
    unlink(entry);
    entry.cached = false;
    bytes -= entry.bytes;
    // Its place in the queue holds it for some time yet.
    entry.sessions.free();
    if (entry.attention != DueQueue.NEVER) {
      entry.attention = DueQueue.NEVER;
      queue.outdate();
    }
  }

  private void writeBack(Entry entry) throws Exception {
    if (entry.dirty && entry.cached) {
      write(entry, true);
    }
  }

  private void write(Entry entry, boolean isCached) throws Exception {
    store.write(entry.visitor, entry.sessions, isCached);
    entry.stored = true;
    entry.dirty = false;
  }

  /** Writes all changed sessions: from here on the store alone tells everything. */
  void flush() throws Exception {
    Entry[] changed = dirty.toArray(new Entry[0]);
    dirty.clear();
    long[] order = new long[changed.length];
    for (int i = 0; i < changed.length; i++) {
      order[i] = (long) changed[i].part << Integer.SIZE | i;
    }
    Arrays.sort(order);
    Entry[] next = new Entry[AT_ONCE];
    for (int from = 0; from < order.length; from += AT_ONCE) {
      int count = Math.min(AT_ONCE, order.length - from);
      for (int i = 0; i < count; i++) {
        next[i] = changed[(int) order[from + i]];
      }
      touch(next, count);
      for (int i = 0; i < count; i++) {
        writeBack(next[i]);
      }
    }
  }

  /** Visitors on the heap. */
  int size() {
    return entries.size();
  }

  /** Heap taken, as estimated. */
  long bytes() {
    return bytes;
  }

  /** How often a visitor was here. */
  long hits() {
    return uses - misses;
  }

  /** How often a visitor was not here. */
  long misses() {
    return misses;
  }

  /** How often a visitor had to leave. */
  long evictions() {
    return evictions;
  }
}
