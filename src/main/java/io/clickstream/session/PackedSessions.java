package io.clickstream.session;

import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one visitor in one array of bytes: what {@link VisitorSessions} are as objects.
 *
 * <p>A hundred thousand visitors as objects are millions of them, spread over memory, which the
 * garbage collector follows again and again. Here each is one array, and what nearly every click
 * changes is changed in place by {@link PackedSessionRules}.
 *
 * <p>The sessions lie one after the other. Each is a block: a head of numbers at fixed offsets,
 * then sections of varying length: first values, rare parts (ids to retract, revenue, orders),
 * products, page fingerprints in ascending order, event ids in the order of acceptance, and the
 * texts of the last view of a page and of the last event with a user. What grows most stands last.
 * The layout is only that of memory: state has the format of {@link PackedSessionsSerializer}.
 *
 * <p>Bounded as {@link VisitorSessions} are.
 */
public class PackedSessions {

  /** The value of {@link #timer} while none is set. */
  static final long NO_TIMER = Long.MAX_VALUE;

  // The head of a block: where its numbers stand.
  static final int SIZE = 0;
  static final int FLAGS = 4;
  static final int START = 8;
  static final int END = 16;
  static final int NEWEST_FIRST = 24;

  /** The event time of the last view of a page, {@link #NO_EVENT} if there is none. */
  static final int EXIT_TIME = 32;

  static final int USER_TIME = 40;
  static final int EVENTS = 48;
  static final int COUNTS = 56;
  static final int DUPLICATES = COUNTS + Contents.COUNTERS * Long.BYTES;
  static final int LATE_EVENTS = DUPLICATES + 8;
  static final int REVISION = LATE_EVENTS + 8;
  static final int ORDINAL = REVISION + 4;
  static final int MISSING_FIRST = ORDINAL + 4;

  // Bytes of sections, or how many things of one size they hold.
  static final int FIRST_LENGTH = MISSING_FIRST + 4;
  static final int RARE_LENGTH = FIRST_LENGTH + 4;
  static final int PRODUCTS_LENGTH = RARE_LENGTH + 4;
  static final int PRODUCTS = PRODUCTS_LENGTH + 4;
  static final int PAGES = PRODUCTS + 4;
  static final int EVENT_IDS = PAGES + 4;

  /** Bytes of the event id, the page and the field of the last view of a page. */
  static final int EXIT_TEXTS = EVENT_IDS + 4;

  static final int USER_TEXTS = EXIT_TEXTS + 12;
  static final int HEAD = USER_TEXTS + 12;

  // A product: its fingerprint, how often it was seen, put into the cart, bought; then its id.
  static final int VIEWS = 8;
  static final int CART_ADDS = 12;
  static final int PURCHASES = 16;
  static final int ID_LENGTH = 20;
  static final int PRODUCT_HEAD = 24;

  static final int CHANGED = 1;
  static final int PAGES_SATURATED = 1 << 1;
  static final int PRODUCTS_TRUNCATED = 1 << 2;
  static final int REPLACED = 1 << 3;
  static final int CUT_SHIFT = 4;
  private static final int CUT_MASK = 7;

  /** {@link SessionState#idsWithoutTypes}. */
  static final int IDS_WITHOUT_TYPES = 1 << 7;

  static final long NO_EVENT = Long.MIN_VALUE;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NONE = {};
  private static final EndReason[] END_REASONS = EndReason.values();

  /** Neither has arrays nor keeps any. */
  private static final BytePool NO_POOL = new BytePool(0);

  /** The blocks, and room behind them. */
  byte[] bytes = NONE;

  /** Where arrays come from and go to. */
  private final BytePool pool;

  /** How many bytes the blocks take. */
  int size;

  /** How many blocks there are. */
  int count;

  /** Where the last block begins. */
  int last;

  /** The largest end of the sessions before the last one, so that these need not be looked at. */
  long endBeforeLast = Long.MIN_VALUE;

  /** The event time at which the visitor's one timer is set, epoch ms. */
  long timer = NO_TIMER;

  /** None, with arrays of their own. */
  PackedSessions() {
    this(NO_POOL);
  }

  /** None, with arrays of a pool. */
  PackedSessions(BytePool pool) {
    this.pool = pool;
  }

  /** A copy. */
  PackedSessions(PackedSessions from, BytePool pool) {
    this(pool);
    bytes = pool.take(from.size);
    System.arraycopy(from.bytes, 0, bytes, 0, from.size);
    size = from.size;
    count = from.count;
    last = from.last;
    endBeforeLast = from.endBeforeLast;
    timer = from.timer;
  }

  /** A copy with an array of its own. */
  PackedSessions copy() {
    return new PackedSessions(this, NO_POOL);
  }

  static PackedSessions of(VisitorSessions sessions) {
    PackedSessions packed = new PackedSessions();
    packed.pack(sessions);
    return packed;
  }

  boolean isEmpty() {
    return count == 0;
  }

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

  /** Whether the session differs from what was emitted last. */
  boolean isChanged(int block) {
    return (intAt(block + FLAGS) & CHANGED) != 0;
  }

  /** How many sessions differ from what was emitted last. */
  int open() {
    int open = 0;
    for (int block = 0; block < size; block += intAt(block + SIZE)) {
      open += intAt(block + FLAGS) & CHANGED;
    }
    return open;
  }

  /** Where the first section after the head begins, and so on. */
  int firstValues(int block) {
    return block + HEAD;
  }

  int rare(int block) {
    return firstValues(block) + intAt(block + FIRST_LENGTH);
  }

  int products(int block) {
    return rare(block) + intAt(block + RARE_LENGTH);
  }

  int pages(int block) {
    return products(block) + intAt(block + PRODUCTS_LENGTH);
  }

  int eventIds(int block) {
    return pages(block) + Long.BYTES * intAt(block + PAGES);
  }

  int exit(int block) {
    return eventIds(block) + Long.BYTES * intAt(block + EVENT_IDS);
  }

  int user(int block) {
    return exit(block) + textsLength(block + EXIT_TEXTS);
  }

  /** The bytes of three texts, of which each may be absent. */
  int textsLength(int at) {
    return Math.max(0, intAt(at)) + Math.max(0, intAt(at + 4)) + Math.max(0, intAt(at + 8));
  }

  /** Makes room for the blocks to take as many bytes; what stands in them stays. */
  void reserve(int wanted) {
    if (wanted > bytes.length) {
      byte[] larger = pool.take(wanted + (wanted >> 2));
      System.arraycopy(bytes, 0, larger, 0, bytes.length);
      pool.give(bytes);
      bytes = larger;
    }
  }

  /** Moves bytes to another place, which may overlap with their own. */
  void move(int from, int length, int to) {
    if (from != to) {
      System.arraycopy(bytes, from, bytes, to, length);
    }
  }

  /** What this takes on the heap. */
  long heapBytes() {
    return 48L + BytePool.ARRAY_HEAD + bytes.length;
  }

  /** Reads a little of what an event of this visitor will need. */
  long touch() {
    if (count == 0) {
      return 0;
    }
    return longAt(last + END)
        + intAt(last + ORDINAL)
        + intAt(last + EXIT_TEXTS)
        + bytes[size - 1]
        + bytes[(last + size) >>> 1];
  }

  // ---------------------------------------------------------------- as objects

  /** The sessions as objects; what is done to them has to be packed again. */
  VisitorSessions unpack() {
    VisitorSessions sessions = new VisitorSessions();
    for (int block = 0; block < size; block += intAt(block + SIZE)) {
      sessions.sessions.add(unpack(block));
    }
    return sessions;
  }

  /** Replaces all sessions. */
  void pack(VisitorSessions sessions) {
    clear();
    for (SessionState session : sessions.sessions) {
      append(session);
    }
  }

  void clear() {
    size = 0;
    count = 0;
    last = 0;
    endBeforeLast = Long.MIN_VALUE;
  }

  /** Removes all sessions and gives their memory back. */
  void free() {
    clear();
    pool.give(bytes);
    bytes = NONE;
  }

  /** Takes note of a block that was written behind all others. */
  void added(int blockSize) {
    if (count > 0) {
      endBeforeLast = Math.max(endBeforeLast, longAt(last + END));
    }
    last = size;
    size += blockSize;
    count++;
  }

  /** Removes a block. */
  void remove(int block) {
    int behind = block + intAt(block + SIZE);
    System.arraycopy(bytes, behind, bytes, block, size - behind);
    size -= behind - block;
    count--;
    last = 0;
    endBeforeLast = Long.MIN_VALUE;
    for (int at = 0; at < size; at += intAt(at + SIZE)) {
      if (at > 0) {
        endBeforeLast = Math.max(endBeforeLast, longAt(last + END));
      }
      last = at;
    }
  }

  /** Adds a session behind all others. */
  void append(SessionState session) {
    Contents contents = session.contents;
    byte[] rare = rare(session);
    ProductTallies products = contents.products;
    int pages = contents.pages.isSaturated() ? 0 : contents.pages.size();
    int ids = session.eventIds.size();
    int fixed =
        HEAD
            + contents.firstValues.length
            + rare.length
            + Long.BYTES * (pages + ids)
            + (contents.exit == null ? 0 : contents.exit.size())
            + (contents.user == null ? 0 : contents.user.size());
    int productsLength = products.size() * PRODUCT_HEAD + products.textLength();
    int blockSize = fixed + productsLength;
    reserve(size + blockSize);
    int block = size;
    setInt(block + SIZE, blockSize);
    setInt(
        block + FLAGS,
        (session.changed ? CHANGED : 0)
            | (contents.pages.isSaturated() ? PAGES_SATURATED : 0)
            | (products.isTruncated() ? PRODUCTS_TRUNCATED : 0)
            | (session.replaced.isEmpty() ? 0 : REPLACED)
            | (session.idsWithoutTypes ? IDS_WITHOUT_TYPES : 0)
            | (session.cut == null ? 0 : session.cut.ordinal() + 1) << CUT_SHIFT);
    setLong(block + START, session.start);
    setLong(block + END, session.end);
    setLong(block + NEWEST_FIRST, contents.newestFirst);
    setLong(block + EVENTS, session.events);
    for (int i = 0; i < Contents.COUNTERS; i++) {
      setLong(block + COUNTS + i * Long.BYTES, contents.counts[i]);
    }
    setLong(block + DUPLICATES, contents.duplicates);
    setLong(block + LATE_EVENTS, contents.lateEvents);
    setInt(block + REVISION, session.revision);
    setInt(block + ORDINAL, session.ordinal);
    setInt(block + MISSING_FIRST, contents.missingFirst);
    setInt(block + FIRST_LENGTH, contents.firstValues.length);
    setInt(block + RARE_LENGTH, rare.length);
    setInt(block + PRODUCTS_LENGTH, productsLength);
    setInt(block + PRODUCTS, products.size());
    setInt(block + PAGES, pages);
    setInt(block + EVENT_IDS, ids);
    int at = put(contents.firstValues, contents.firstValues.length, block + HEAD);
    at = put(rare, rare.length, at);
    for (int i = 0; i < products.size(); i++) {
      at = putProduct(products, i, at);
    }
    for (int i = 0; i < pages; i++, at += Long.BYTES) {
      setLong(at, contents.pages.get(i));
    }
    for (int i = 0; i < ids; i++, at += Long.BYTES) {
      setLong(at, session.eventIds.get(i));
    }
    at = putLast(contents.exit, block + EXIT_TIME, block + EXIT_TEXTS, at);
    at = putLast(contents.user, block + USER_TIME, block + USER_TEXTS, at);
    assert at == block + blockSize;
    added(blockSize);
  }

  private int put(byte[] from, int length, int at) {
    System.arraycopy(from, 0, bytes, at, length);
    return at + length;
  }

  private int putProduct(ProductTallies products, int index, int at) {
    byte[] id = products.id(index).getBytes(StandardCharsets.UTF_8);
    setLong(at, products.fingerprint(index));
    setInt(at + VIEWS, products.views(index));
    setInt(at + CART_ADDS, products.cartAdds(index));
    setInt(at + PURCHASES, products.purchases(index));
    setInt(at + ID_LENGTH, id.length);
    return put(id, id.length, at + PRODUCT_HEAD);
  }

  private int putLast(@Nullable LastEvent event, int timeAt, int lengthsAt, int at) {
    setLong(timeAt, event == null ? NO_EVENT : event.time());
    setInt(lengthsAt, event == null ? LastEvent.ABSENT : event.idLength());
    setInt(lengthsAt + 4, event == null ? LastEvent.ABSENT : event.pageLength());
    setInt(lengthsAt + 8, event == null ? LastEvent.ABSENT : event.fieldLength());
    return event == null ? at : put(event.bytes(), event.size(), at);
  }

  /** The session of a block as an object. */
  SessionState unpack(int block) {
    SessionState session = new SessionState(longAt(block + START), intAt(block + ORDINAL));
    int flags = intAt(block + FLAGS);
    session.end = longAt(block + END);
    session.events = longAt(block + EVENTS);
    session.revision = intAt(block + REVISION);
    session.changed = (flags & CHANGED) != 0;
    int cut = flags >> CUT_SHIFT & CUT_MASK;
    session.cut = cut == 0 ? null : END_REASONS[cut - 1];
    session.idsWithoutTypes = (flags & IDS_WITHOUT_TYPES) != 0;
    Contents contents = session.contents;
    for (int i = 0; i < Contents.COUNTERS; i++) {
      contents.counts[i] = longAt(block + COUNTS + i * Long.BYTES);
    }
    contents.duplicates = longAt(block + DUPLICATES);
    contents.lateEvents = longAt(block + LATE_EVENTS);
    contents.newestFirst = longAt(block + NEWEST_FIRST);
    contents.missingFirst = intAt(block + MISSING_FIRST);
    contents.firstValues = Arrays.copyOfRange(bytes, firstValues(block), rare(block));
    readRare(rare(block), intAt(block + RARE_LENGTH), session);
    int at = products(block);
    for (int i = intAt(block + PRODUCTS); i > 0; i--) {
      int length = intAt(at + ID_LENGTH);
      String id = new String(bytes, at + PRODUCT_HEAD, length, StandardCharsets.UTF_8);
      contents.products.add(id, intAt(at + VIEWS), intAt(at + CART_ADDS), intAt(at + PURCHASES));
      at += PRODUCT_HEAD + length;
    }
    if ((flags & PRODUCTS_TRUNCATED) != 0) {
      contents.products.truncate();
    }
    if ((flags & PAGES_SATURATED) != 0) {
      contents.pages.saturate();
    }
    for (int i = intAt(block + PAGES); i > 0; i--, at += Long.BYTES) {
      contents.pages.add(longAt(at));
    }
    for (int i = intAt(block + EVENT_IDS); i > 0; i--, at += Long.BYTES) {
      session.eventIds.add(longAt(at), Integer.MAX_VALUE);
    }
    contents.exit =
        last(ClickText.PAGE_URL, longAt(block + EXIT_TIME), block + EXIT_TEXTS, exit(block));
    contents.user =
        last(ClickText.USER_ID, longAt(block + USER_TIME), block + USER_TEXTS, user(block));
    return session;
  }

  private @Nullable LastEvent last(ClickText field, long time, int lengthsAt, int at) {
    return time == NO_EVENT
        ? null
        : LastEvent.of(
            field,
            time,
            intAt(lengthsAt),
            intAt(lengthsAt + 4),
            intAt(lengthsAt + 8),
            Arrays.copyOfRange(bytes, at, at + textsLength(lengthsAt)));
  }

  /** The parts that few sessions have: ids to retract, revenue, orders. */
  private static byte[] rare(SessionState session) {
    Map<String, BigDecimal> revenue = session.contents.revenue;
    Orders orders = session.contents.orders;
    if (session.replaced.isEmpty() && revenue == null && orders == null) {
      return NONE;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(session.replaced.size());
      for (SessionState.Replaced replaced : session.replaced) {
        out.writeLong(replaced.id().getMostSignificantBits());
        out.writeLong(replaced.id().getLeastSignificantBits());
        out.writeInt(replaced.revision());
      }
      out.writeByte(revenue == null ? 0 : revenue.size());
      if (revenue != null) {
        for (Map.Entry<String, BigDecimal> sum : revenue.entrySet()) {
          writeBytes(out, sum.getKey().getBytes(StandardCharsets.UTF_8));
          writeBytes(out, sum.getValue().unscaledValue().toByteArray());
          out.writeInt(sum.getValue().scale());
        }
      }
      if (orders != null) {
        orders.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private void readRare(int at, int length, SessionState session) {
    if (length == 0) {
      return;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, at, length))) {
      for (int rest = in.readInt(); rest > 0; rest--) {
        UUID id = new UUID(in.readLong(), in.readLong());
        session.replaced.add(new SessionState.Replaced(id, in.readInt()));
      }
      for (int rest = in.readUnsignedByte(); rest > 0; rest--) {
        String currency = new String(readBytes(in), StandardCharsets.UTF_8);
        BigInteger unscaled = new BigInteger(readBytes(in));
        session.contents.addRevenue(currency, new BigDecimal(unscaled, in.readInt()));
      }
      // Few of these have orders, and none of format 1.
      if (in.available() > 0) {
        session.contents.orders = Orders.read(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the state of a session is corrupt", e);
    }
  }
}
