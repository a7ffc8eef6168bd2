package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.Origin;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clicks of a visitor that wait for the watermark, and the {@link Walk} that takes them then.
 *
 * <p>They lie one after the other in one array, as they came, each in its {@link ClickForm} behind
 * a few numbers. So a click that waits is no object, and state has the array as it is.
 *
 * <p>Bounded by {@code session.max-waiting}: {@link #bytesOf} says what a click takes.
 */
public final class Waiting {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bytes of a click with the numbers in front of it. */
  private static final int LENGTH = 0;

  /** Its {@link #bytesOf}. */
  private static final int BYTES = 4;

  /** Its time, epoch ms. */
  private static final int TIME = 8;

  /** 1 if it comes behind the others of its time, else 0. */
  private static final int PASSIVE = 16;

  /** Where it begins. */
  private static final int CLICK = 17;

  /** What a click takes besides the bytes of its record. */
  private static final int CLICK_BYTES = 64;

  /** Heap besides the array: itself and the walk. */
  private static final long HEAP_BYTES = 200;

  /** Room for two clicks, mostly. */
  private static final int MIN_LENGTH = 1_024;

  /** Longer arrays grow by a quarter, others are doubled. */
  private static final int MAX_DOUBLED = 8 << 10;

  /** No array is longer. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 1_024;

  private static final byte[] NONE = {};

  private final BytePool pool;
  private byte[] array = NONE;
  private int size;
  private int count;
  private long bytes;
  private long first = Long.MAX_VALUE;

  /** What the walk remembers. */
  final Walk walk;

  /** Nothing waits, and the walk has not begun. */
  public Waiting() {
    this(new Walk(), BytePool.NONE);
  }

  /** Nothing waits, and the walk has not begun; with arrays of a pool. */
  Waiting(BytePool pool) {
    this(new Walk(), pool);
  }

  private Waiting(Walk walk, BytePool pool) {
    this.walk = walk;
    this.pool = pool;
  }

  /** Bytes that a click takes in state, about; never fewer than its record has. */
  static long bytesOf(Click click) {
    Origin origin = click.origin();
    long bytes = CLICK_BYTES + lengthOf(origin.value()) + lengthOf(origin.key());
    if (click.texts().areInValue()) {
      return bytes + lengthOf(click.texts().extra());
    }
    for (ClickText which : ClickText.values()) {
      String text = click.texts().get(which);
      bytes += text == null ? 0 : text.length();
    }
    return bytes;
  }

  private static long lengthOf(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /**
   * Adds a click.
   *
   * @param room bytes that all of them may take
   * @return whether there is room for it; if not, it was not added
   */
  boolean add(Click click, boolean isPassive, long room, ClickForm form) {
    long taken = bytesOf(click);
    if (bytes + taken > room || count == ClicksInOrder.MAX_CLICKS) {
      return false;
    }
    int length = form.write(click);
    if (size > MAX_LENGTH - CLICK - length) {
      return false;
    }
    add(click.timestamp(), isPassive, (int) taken, form.written(), length);
    return true;
  }

  private void add(long time, boolean isPassive, int taken, byte[] form, int length) {
    reserve(size + CLICK + length);
    INTS.set(array, size + LENGTH, CLICK + length);
    INTS.set(array, size + BYTES, taken);
    LONGS.set(array, size + TIME, time);
    array[size + PASSIVE] = (byte) (isPassive ? 1 : 0);
    System.arraycopy(form, 0, array, size + CLICK, length);
    size += CLICK + length;
    count++;
    bytes += taken;
    first = Math.min(first, time);
  }

  private void reserve(int wanted) {
    if (wanted > array.length) {
      int more = size > MAX_DOUBLED ? size >> 2 : size;
      int grown = Math.max(MIN_LENGTH, Math.min(size, MAX_LENGTH - more) + more);
      byte[] larger = pool.take(Math.max(wanted, grown));
      System.arraycopy(array, 0, larger, 0, size);
      pool.give(array);
      array = larger;
    }
  }

  /** The time of the first one, the largest time if there is none. */
  long first() {
    return first;
  }

  /**
   * Takes all up to a time, in their order.
   *
   * @param order is used for it
   */
  void take(long upTo, ClicksInOrder order, ClicksInOrder.Taker taker) {
    order.clear();
    int kept = 0;
    for (int at = 0; at < size; at += lengthAt(at)) {
      if (timeAt(at) <= upTo) {
        order.add(timeAt(at), array[at + PASSIVE] != 0, at);
      } else {
        kept++;
      }
    }
    order.takeAll(this, taker);
    if (kept == 0) {
      clear();
    } else {
      remove(upTo);
    }
  }

  /** The click at a place. */
  Click read(int at, ClickForm form) {
    return form.read(array, at + CLICK, lengthAt(at) - CLICK);
  }

  private int lengthAt(int at) {
    return (int) INTS.get(array, at + LENGTH);
  }

  private long timeAt(int at) {
    return (long) LONGS.get(array, at + TIME);
  }

  private void clear() {
    pool.give(array);
    array = NONE;
    size = 0;
    count = 0;
    bytes = 0;
    first = Long.MAX_VALUE;
  }

  /** Removes all up to a time. */
  private void remove(long upTo) {
    int end = size;
    size = 0;
    count = 0;
    bytes = 0;
    first = Long.MAX_VALUE;
    for (int at = 0, length; at < end; at += length) {
      length = lengthAt(at);
      long time = timeAt(at);
      if (time > upTo) {
        count++;
        bytes += bytesAt(at);
        first = Math.min(first, time);
        System.arraycopy(array, at, array, size, length);
        size += length;
      }
    }
  }

  /** Gives the array back; nothing may be added any more. */
  void free() {
    clear();
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** What they take. */
  public long bytes() {
    return bytes;
  }

  /** Heap that it takes, bytes. */
  long heapBytes() {
    return HEAP_BYTES + array.length;
  }

  /** Reads a little of where the next click will be, so that it is in the processor's cache. */
  long touch() {
    return size == 0 ? 0 : array[size - 1];
  }

  /** A copy with an array of its own. */
  public Waiting copy() {
    return copy(BytePool.NONE);
  }

  /** A copy with arrays of a pool. */
  Waiting copy(BytePool other) {
    Waiting copy = new Waiting(walk.copy(), other);
    if (size > 0) {
      copy.array = other.take(size);
      System.arraycopy(array, 0, copy.array, 0, size);
    }
    copy.size = size;
    copy.count = count;
    copy.bytes = bytes;
    copy.first = first;
    return copy;
  }

  /** The same with other clicks in the place of its own. */
  public Waiting with(UnaryOperator<Click> change, ClickForm form) {
    Waiting changed = new Waiting(walk.copy(), pool);
    for (int at = 0; at < size; at += lengthAt(at)) {
      Click click = change.apply(read(at, form));
      int length = form.write(click);
      changed.add(click.timestamp(), array[at + PASSIVE] != 0, bytesAt(at), form.written(), length);
    }
    return changed;
  }

  private int bytesAt(int at) {
    return (int) INTS.get(array, at + BYTES);
  }

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    walk.write(out);
    Wire.writeUnsigned(out, size);
    out.write(array, 0, size);
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IOException if it was something else
   */
  public static Waiting read(DataInput in) throws IOException {
    Waiting waiting = new Waiting(Walk.read(in), BytePool.NONE);
    int size = Wire.readSize(in);
    byte[] array = new byte[size];
    in.readFully(array);
    waiting.array = array;
    for (int at = 0; at < size; at += waiting.lengthAt(at)) {
      if (size - at <= CLICK || waiting.lengthAt(at) <= CLICK || waiting.lengthAt(at) > size - at) {
        throw new IOException("clicks that wait do not end where they should: the data is corrupt");
      }
      waiting.count++;
      waiting.bytes += waiting.bytesAt(at);
      waiting.first = Math.min(waiting.first, waiting.timeAt(at));
    }
    waiting.size = size;
    return waiting;
  }
}
