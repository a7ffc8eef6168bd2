package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.Origin;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The clicks of a visitor that wait for the watermark, and the {@link Walk} that takes them then.
 *
 * <p>Bounded by {@code session.max-waiting}: {@link #bytesOf} says what a click takes.
 */
public final class Waiting {

  /**
   * The order in which clicks are taken: time, {@code event_id} (none first), type, the record's
   * bytes. Clicks that are equal in all of them are alike.
   */
  static final Comparator<Click> ORDER =
      Comparator.comparingLong(Click::timestamp)
          .thenComparing(Click::eventId, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Click::eventType, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(click -> click.origin().value(), Waiting::compareBytes)
          .thenComparing(click -> click.origin().key(), Waiting::compareBytes)
          .thenComparingInt(click -> click.origin().index());

  /** What a click takes besides the bytes of its record. */
  private static final int CLICK_BYTES = 64;

  /** Heap of the queues and the walk. */
  private static final long HEAP_BYTES = 320;

  /** Heap of a click as an object beyond its bytes. */
  private static final long HEAP_BYTES_OF_CLICK = 400;

  private final PriorityQueue<Click> clicks = new PriorityQueue<>(ORDER);

  /** Those that come behind the others of their time. */
  private final PriorityQueue<Click> passive = new PriorityQueue<>(ORDER);

  private long bytes;

  /** What the walk remembers. */
  final Walk walk;

  /** Nothing waits, and the walk has not begun. */
  public Waiting() {
    this(new Walk());
  }

  private Waiting(Walk walk) {
    this.walk = walk;
  }

  private static int compareBytes(byte @Nullable [] left, byte @Nullable [] right) {
    if (left == null || right == null) {
      return Boolean.compare(left != null, right != null);
    }
    return Arrays.compareUnsigned(left, right);
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

  void add(Click click, boolean isPassive) {
    (isPassive ? passive : clicks).add(click);
    bytes += bytesOf(click);
  }

  /** The time of the first one, the largest time if there is none. */
  long first() {
    return Math.min(timeOf(clicks.peek()), timeOf(passive.peek()));
  }

  private static long timeOf(@Nullable Click click) {
    return click == null ? Long.MAX_VALUE : click.timestamp();
  }

  /** Whether the first one is passive. */
  boolean isFirstPassive() {
    return timeOf(passive.peek()) < timeOf(clicks.peek());
  }

  /** Takes the first one, which there is to be. */
  Click take() {
    Click first = (isFirstPassive() ? passive : clicks).remove();
    bytes -= bytesOf(first);
    return first;
  }

  /** How many there are. */
  public int count() {
    return clicks.size() + passive.size();
  }

  /** What they take. */
  public long bytes() {
    return bytes;
  }

  /** Heap that it takes, bytes, as estimated. */
  long heapBytes() {
    return HEAP_BYTES + bytes + count() * HEAP_BYTES_OF_CLICK;
  }

  /** A copy; the clicks are the same. */
  public Waiting copy() {
    Waiting copy = new Waiting(walk.copy());
    copy.clicks.addAll(clicks);
    copy.passive.addAll(passive);
    copy.bytes = bytes;
    return copy;
  }

  /**
   * Writes all of it.
   *
   * @param each writes a click
   */
  public void write(DataOutput out, ClickWriter each) throws IOException {
    walk.write(out);
    write(clicks, out, each);
    write(passive, out, each);
  }

  private static void write(PriorityQueue<Click> clicks, DataOutput out, ClickWriter each)
      throws IOException {
    Wire.writeUnsigned(out, clicks.size());
    List<Click> sorted = new ArrayList<>(clicks);
    sorted.sort(ORDER);
    for (Click click : sorted) {
      each.write(click);
    }
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @param each reads a click
   */
  public static Waiting read(DataInput in, ClickReader each) throws IOException {
    Waiting waiting = new Waiting(Walk.read(in));
    for (int queue = 0; queue < 2; queue++) {
      for (int rest = Wire.readSize(in); rest > 0; rest--) {
        waiting.add(each.read(), queue == 1);
      }
    }
    return waiting;
  }

  /** Writes a click. */
  @FunctionalInterface
  public interface ClickWriter {

    void write(Click click) throws IOException;
  }

  /** Reads a click. */
  @FunctionalInterface
  public interface ClickReader {

    Click read() throws IOException;
  }
}
