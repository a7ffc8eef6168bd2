package io.clickstream.session;

import io.clickstream.model.Visitor;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.apache.flink.runtime.state.heap.AbstractHeapPriorityQueueElement;
import org.apache.flink.runtime.state.heap.HeapPriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the visitors seen last, on the heap in front of where they lie for good. What
 * changed is written back when a checkpoint comes, or earlier when it has to make room: a session
 * that opens, closes and is forgotten between two checkpoints is never written at all.
 *
 * <p>Bounded in bytes, by an estimate of what the entries take on the heap; those used least
 * recently leave first. The entries that are not written yet are bounded in number as well, so that
 * a checkpoint never has more than those to write at once.
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

    /** Keeps the sessions as they are now, whatever the caller does with them afterwards. */
    void write(Visitor visitor, VisitorSessions sessions) throws Exception;

    /** Removes what was written of the visitor. */
    void remove(Visitor visitor, VisitorSessions sessions) throws Exception;
  }

  /** The sessions of one visitor on the heap. */
  static final class Entry extends AbstractHeapPriorityQueueElement {

    final Visitor visitor;
    final VisitorSessions sessions;

    /** The watermark round in which it was advanced ahead of its turn. */
    long round = -1;

    private long attention = Long.MAX_VALUE;
    private long bytes;
    private boolean stored;
    private boolean dirty;
    private boolean cached = true;

    private Entry(Visitor visitor, VisitorSessions sessions, boolean stored) {
      this.visitor = visitor;
      this.sessions = sessions;
      this.stored = stored;
      setInternalIndex(NOT_CONTAINED);
    }
  }

  /** What an entry takes besides its visitor's id and its sessions: map, queue, and itself. */
  private static final long ENTRY_BYTES = 200;

  private final LinkedHashMap<Visitor, Entry> entries = new LinkedHashMap<>(1_024, 0.75f, true);
  private final HeapPriorityQueue<Entry> queue =
      new HeapPriorityQueue<>((a, b) -> Long.compare(a.attention, b.attention), 1_024);

  /** In the order in which they became dirty; some are no longer. */
  private final ArrayDeque<Entry> dirty = new ArrayDeque<>();

  private final Store store;
  private final long maxBytes;
  private final int maxDirty;
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
    this.storedElsewhere = restored;
  }

  /** The visitor's entry, read from the store if it is not here; an empty one if there is none. */
  Entry get(Visitor visitor) throws Exception {
    Entry entry = entries.get(visitor);
    return entry == null ? load(visitor) : entry;
  }

  private Entry load(Visitor visitor) throws Exception {
    misses++;
    VisitorSessions sessions = storedElsewhere ? store.read(visitor) : null;
    Entry entry =
        sessions == null
            ? new Entry(visitor, new VisitorSessions(), false)
            : new Entry(visitor, sessions, true);
    entries.put(visitor, entry);
    return entry;
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
    setAttention(entry, due);
    long now = ENTRY_BYTES + entry.sessions.heapBytes();
    bytes += now - entry.bytes;
    entry.bytes = now;
    while (bytes > maxBytes && entries.size() > 1) {
      evictEldest();
    }
    while (dirty.size() > maxDirty) {
      writeBack(dirty.remove());
    }
  }

  /** Lets an entry come up no later than at this watermark. */
  private void setAttention(Entry entry, long due) {
    if (entry.getInternalIndex() == Entry.NOT_CONTAINED) {
      entry.attention = due;
      queue.add(entry);
    } else if (due < entry.attention) {
      entry.attention = due;
      queue.adjustModifiedElement(entry);
    }
  }

  /** The next entry that wants attention at this watermark, or null; it is out of the queue. */
  @Nullable Entry poll(long watermark) {
    Entry first = queue.peek();
    if (first == null || first.attention > watermark) {
      return null;
    }
    queue.poll();
    first.setInternalIndex(Entry.NOT_CONTAINED);
    return first;
  }

  /** Puts an entry that came up too early back into the queue. */
  void later(Entry entry, long due) {
    setAttention(entry, due);
  }

  /** Removes a visitor that has no sessions any more, here and in the store. */
  void remove(Entry entry) throws Exception {
    entries.remove(entry.visitor);
    forget(entry);
    if (entry.stored) {
      store.remove(entry.visitor, entry.sessions);
    }
  }

  private void evictEldest() throws Exception {
    Iterator<Entry> eldest = entries.values().iterator();
    Entry entry = eldest.next();
    eldest.remove();
    writeBack(entry);
    forget(entry);
    storedElsewhere = true;
    evictions++;
  }

  private void forget(Entry entry) {
    if (entry.getInternalIndex() != Entry.NOT_CONTAINED) {
      queue.remove(entry);
      entry.setInternalIndex(Entry.NOT_CONTAINED);
    }
    entry.cached = false;
    bytes -= entry.bytes;
  }

  private void writeBack(Entry entry) throws Exception {
    if (entry.dirty && entry.cached) {
      store.write(entry.visitor, entry.sessions);
      entry.stored = true;
      entry.dirty = false;
    }
  }

  /** Writes all that has changed: from here on the store alone tells everything. */
  void flush() throws Exception {
    for (Entry entry = dirty.poll(); entry != null; entry = dirty.poll()) {
      writeBack(entry);
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

  /** How often a visitor was not here. */
  long misses() {
    return misses;
  }

  /** How often a visitor had to leave. */
  long evictions() {
    return evictions;
  }
}
