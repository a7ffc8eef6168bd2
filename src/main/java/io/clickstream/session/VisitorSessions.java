package io.clickstream.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one visitor that are not forgotten yet, in order, in one array of bytes. {@link
 * SessionRules} alone change them; others hold, count and copy them, and know no place in the
 * array.
 *
 * <p>A hundred thousand visitors as objects are millions of them, spread over memory, which the
 * garbage collector follows again and again. Here each is one array, which the rules change in
 * place. The sessions lie one after the other, each a {@link Block}; the form in state is that of
 * {@link StateFormat}.
 *
 * <p>Bounded by the sessions that end within {@code 2G + L} of event time, of which there are as
 * many as the visitor's events in that time fill ({@code D}, {@code N}); each is bounded by {@code
 * K} and by its columns.
 */
public final class VisitorSessions {

  /** The value of {@link #timer} while none is set. */
  public static final long NO_TIMER = Long.MAX_VALUE;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bytes that a processor takes from memory at once, or half of them. */
  private static final int LINE = 64;

  /** Longer sessions are few, and would drive the others out of the nearest cache. */
  private static final int MAX_TOUCHED = 4 << 10;

  private static final byte[] NONE = {};

  /**
   * The event time at which the visitor's one timer is set, epoch ms. It is part of the state; the
   * rules do not know it.
   */
  public long timer = NO_TIMER;

  /** Whether state has clicks of this visitor that wait; the rules do not know it. */
  public boolean isWaitingStored;

  /** The clicks that wait and the walk over them; null where no setting needs it. */
  private @Nullable Waiting waiting;

  /** The blocks, and room behind them. */
  byte[] bytes = NONE;

  private final BytePool pool;
  private int size;
  private int count;

  /** Where the last block begins. */
  private int last;

  /** The largest end of the sessions before the last one, so that these need not be looked at. */
  private long endBeforeLast = Long.MIN_VALUE;

  /** No sessions, with arrays of their own. */
  public VisitorSessions() {
    this(BytePool.NONE);
  }

  /** No sessions, with arrays of a pool. */
  public VisitorSessions(BytePool pool) {
    this.pool = pool;
  }

  /** A copy, with arrays of a pool. */
  public VisitorSessions(VisitorSessions from, BytePool pool) {
    this(pool);
    bytes = pool.take(from.size);
    System.arraycopy(from.bytes, 0, bytes, 0, from.size);
    size = from.size;
    count = from.count;
    last = from.last;
    endBeforeLast = from.endBeforeLast;
    timer = from.timer;
    isWaitingStored = from.isWaitingStored;
    waiting = from.waiting == null ? null : from.waiting.copy(pool);
  }

  /** A copy with an array of its own. */
  public VisitorSessions copy() {
    return new VisitorSessions(this, BytePool.NONE);
  }

  /** Whether there is none, and no click waits to be in one. */
  public boolean isEmpty() {
    return count == 0 && waiting == null;
  }

  /** The clicks that wait, or null if nothing does. */
  public @Nullable Waiting waiting() {
    return waiting;
  }

  /** Whether any click waits. */
  public boolean doClicksWait() {
    return waiting != null && waiting.count() > 0;
  }

  /** From now on clicks may wait; until now none did. */
  Waiting beginToWait() {
    Waiting none = new Waiting(pool);
    waiting = none;
    return none;
  }

  /** Sets the clicks that wait, or removes them. */
  public void waiting(@Nullable Waiting clicks) {
    waiting = clicks;
  }

  /** How many sessions there are. */
  public int count() {
    return count;
  }

  /** How many bytes they take. */
  public int size() {
    return size;
  }

  /** How many sessions are open: they differ from their last emitted revision. */
  public int open() {
    int open = 0;
    for (int at = 0; at < size; at += Block.sizeOf(this, at)) {
      open += Block.isChanged(this, at) ? 1 : 0;
    }
    return open;
  }

  /** Whether a mark or a midnight is at either side of any of them. */
  public boolean haveWalls() {
    for (int at = 0; at < size; at += Block.sizeOf(this, at)) {
      if (Block.hasWall(this, at)) {
        return true;
      }
    }
    return false;
  }

  /** Heap that they take, bytes. */
  public long heapBytes() {
    return 48L + BytePool.ARRAY_HEAD + bytes.length + (waiting == null ? 0 : waiting.heapBytes());
  }

  /**
   * Reads a little of the last session, so that where it lies is known to {@link #touchAll} soon.
   *
   * @return something to be added up, so that reading is not optimized away
   */
  public long touch() {
    return count == 0 ? 0 : bytes[last];
  }

  /**
   * Reads a little of all that the visitor's next event will need, so that it is in the processor's
   * cache by then.
   *
   * @return something to be added up, so that reading is not optimized away
   */
  public long touchAll() {
    long sum = 0;
    int end = Math.min(size, last + MAX_TOUCHED);
    for (int at = last; at < end; at += LINE) {
      sum += bytes[at];
    }
    return sum;
  }

  /** Removes all sessions and gives their memory back. */
  public void free() {
    pool.give(bytes);
    bytes = NONE;
    size = 0;
    count = 0;
    last = 0;
    endBeforeLast = Long.MIN_VALUE;
    if (waiting != null) {
      waiting.free();
      waiting = null;
    }
  }

  // ------------------------------------------------------------------ for the rules

  int intAt(int at) {
    return (int) INTS.get(bytes, at);
  }

  void setInt(int at, int value) {
    INTS.set(bytes, at, value);
  }

  long longAt(int at) {
    return (long) LONGS.get(bytes, at);
  }

  void setLong(int at, long value) {
    LONGS.set(bytes, at, value);
  }

  int last() {
    return last;
  }

  /**
   * Where to begin to look for sessions that an event touches: the last one, if those before it are
   * too far away.
   */
  int firstNear(long time, long gap) {
    return count > 1 && time <= endBeforeLast + gap ? 0 : last;
  }

  /** Makes room for the blocks to take as many bytes; all that is there stays. */
  void reserve(int wanted) {
    if (wanted > bytes.length) {
      byte[] larger = pool.take(wanted + (wanted >> 2));
      System.arraycopy(bytes, 0, larger, 0, size);
      pool.give(bytes);
      bytes = larger;
    }
  }

  /** Makes room for bytes behind a place at which the last block is being written. */
  void reserveBehind(int at, int length) {
    if (at + length > bytes.length) {
      byte[] larger = pool.take(at + length + (length >> 2));
      System.arraycopy(bytes, 0, larger, 0, at);
      pool.give(bytes);
      bytes = larger;
    }
  }

  /** A block was written behind all others. */
  void appended(int length) {
    if (count > 0) {
      endBeforeLast = Math.max(endBeforeLast, Block.endOf(this, last));
    }
    last = size;
    size += length;
    count++;
  }

  /** Moves bytes to another place, which may overlap with their own. */
  void move(int from, int length, int to) {
    if (from != to && length > 0) {
      System.arraycopy(bytes, from, bytes, to, length);
    }
  }

  /** Makes room for a new block before the byte at a place, or behind all. */
  void insert(int at, int length) {
    reserve(size + length);
    move(at, size - at, at + length);
    size += length;
    count++;
    // Until the block has numbers, its size alone is known.
    setInt(at, length);
    findLast();
  }

  /** A block has changed its size, and the bytes behind it have their new place already. */
  void resized(int at, int by) {
    size += by;
    if (at != last) {
      last += by;
    }
  }

  /** The end of a block has changed. */
  void endChanged(int at, long end) {
    if (at != last) {
      endBeforeLast = Math.max(endBeforeLast, end);
    }
  }

  /** Removes a block. */
  void remove(int at) {
    int behind = at + Block.sizeOf(this, at);
    move(behind, size - behind, at);
    size -= behind - at;
    count--;
    findLast();
  }

  /** Takes note of blocks whose numbers are all written now. */
  void findLast() {
    last = 0;
    endBeforeLast = Long.MIN_VALUE;
    for (int at = 0; at < size; at += Block.sizeOf(this, at)) {
      if (at > 0) {
        endBeforeLast = Math.max(endBeforeLast, Block.endOf(this, last));
      }
      last = at;
    }
  }
}
