package io.clickstream.wire;

import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.FewTexts;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes which values there are as the bits of one integer, then only these. Texts that are in the
 * value of the click's record are not written again, as that value travels with the click: their
 * places in it are. The visitor's hash travels too, because both sides of a shuffle need it.
 *
 * <p>A byte more says which of the values there are that few clicks have: bytes of texts that do
 * not stand in the value, an order's total, a list of products, marks.
 *
 * <p>A click may have any number of texts. Texts that only columns read have no bit in the integer;
 * if the table has any, their number follows with a bit for each.
 */
public final class ClickSerializer extends ImmutableSerializer<Click> {

  public static final ClickSerializer INSTANCE = new ClickSerializer();

  private static final long serialVersionUID = 1L;
  private static final EventKind[] KINDS = EventKind.values();

  /** The texts that have a bit in the head. */
  private static final int KNOWN = ClickText.values().length;

  /** The lowest bits say which texts are there, by {@link ClickText}. */
  private static final int KNOWN_BITS = (1 << KNOWN) - 1;

  private static final int IS_USER = 1 << KNOWN;

  /** The visitor's id is none of the click's own two. */
  private static final int OTHER_ID = IS_USER << 1;

  private static final int QUANTITY = IS_USER << 2;
  private static final int PRICE = IS_USER << 3;

  /** The price has more digits than a long. */
  private static final int LONG_PRICE = IS_USER << 4;

  /** Texts are places in the value. */
  private static final int IN_VALUE = IS_USER << 5;

  /** There are texts beyond those that the rules know. */
  private static final int MORE = IS_USER << 6;

  /** The kind is behind them. */
  private static final int KIND_SHIFT = 24;

  private static final int KIND_BITS = 0xF;

  /** Rare values: a byte behind the time says which. */
  private static final int SELDOM = 1 << 28;

  /** The click names an application that is none of the visitor. */
  private static final int OTHER_APP = 1 << 29;

  private static final int EXTRA = 1;
  private static final int REVENUE = 1 << 1;
  private static final int PRODUCTS = 1 << 2;
  private static final int MARKS = 1 << 3;

  /** Beside {@link #MARKS}: there are some of the second half. */
  private static final int MORE_MARKS = 1 << 4;

  private static final int ALL_SELDOM = EXTRA | REVENUE | PRODUCTS | MARKS | MORE_MARKS;

  /** No long has as many digits or fewer that it cannot hold. */
  private static final int LONG_DIGITS = 18;

  /** No table has as many; a larger number is that of corrupt data. */
  private static final int MAX_MORE = 1 << 16;

  private static final long[] NONE = {};

  @Override
  public Click createInstance() {
    return new Click(
        VisitorSerializer.INSTANCE.createInstance(),
        0,
        EventKind.OTHER,
        1,
        null,
        ClickTexts.of(new String[KNOWN]),
        OriginSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Click click, DataOutputView out) throws IOException {
    ClickTexts texts = click.texts();
    BigDecimal price = click.price();
    int head = click.kind().ordinal() << KIND_SHIFT;
    if (click.visitor().kind() == VisitorKind.USER) {
      head |= IS_USER;
    }
    if (click.quantity() != 1) {
      head |= QUANTITY;
    }
    if (price != null) {
      head |= price.precision() <= LONG_DIGITS ? PRICE : PRICE | LONG_PRICE;
    }
    head |= (int) texts.present() & KNOWN_BITS;
    if (texts.count() > KNOWN) {
      head |= MORE;
    }
    if (texts.extra() != null
        || click.revenue() != null
        || !click.products().isEmpty()
        || !click.marks().isEmpty()) {
      head |= SELDOM;
    }
    if (click.visitor().appId() == null && texts.has(ClickText.APP_ID)) {
      head |= OTHER_APP;
    }
    if (texts.areInValue()) {
      writeHead(click, head | IN_VALUE, out);
      writeSlices(texts, out);
    } else {
      Visitor visitor = click.visitor();
      boolean hasOtherId =
          !visitor
              .id()
              .equals(visitor.kind() == VisitorKind.USER ? click.userId() : click.anonymousId());
      writeHead(click, hasOtherId ? head | OTHER_ID : head, out);
      for (int i = 0; i < texts.count(); i++) {
        String text = texts.get(i);
        if (text != null) {
          Wire.writeText(out, text);
        }
      }
      if (hasOtherId) {
        Wire.writeText(out, visitor.id());
      }
    }
  }

  private static void writeSlices(ClickTexts texts, DataOutputView out) throws IOException {
    int[] slices = texts.slices();
    for (long left = texts.present(); left != 0; left &= left - 1) {
      out.writeInt(slices[Long.numberOfTrailingZeros(left)]);
    }
    for (int i = Long.SIZE; i < slices.length; i++) {
      if (slices[i] != 0) {
        out.writeInt(slices[i]);
      }
    }
  }

  private static void writeHead(Click click, int head, DataOutputView out) throws IOException {
    out.writeLong((long) head << Integer.SIZE | Integer.toUnsignedLong(click.visitor().hashCode()));
    out.writeLong(click.timestamp());
    if ((head & SELDOM) != 0) {
      writeSeldom(click, out);
    }
    if ((head & QUANTITY) != 0) {
      Wire.writeSigned(out, click.quantity());
    }
    BigDecimal price = click.price();
    if (price != null) {
      writeDecimal(price, (head & LONG_PRICE) != 0, out);
    }
    OriginSerializer.INSTANCE.serialize(click.origin(), out);
    if ((head & MORE) != 0) {
      writeMore(click.texts(), out);
    }
  }

  private static void writeSeldom(Click click, DataOutputView out) throws IOException {
    byte[] extra = click.texts().extra();
    BigDecimal revenue = click.revenue();
    List<ClickProduct> products = click.products();
    ClickMarks marks = click.marks();
    out.writeByte(
        (extra == null ? 0 : EXTRA)
            | (revenue == null ? 0 : REVENUE)
            | (products.isEmpty() ? 0 : PRODUCTS)
            | (marks.isEmpty() ? 0 : MARKS)
            | (marks.second() == 0 ? 0 : MORE_MARKS));
    if (extra != null) {
      Wire.writeBytes(out, extra);
    }
    if (revenue != null) {
      writeDecimal(revenue, true, out);
    }
    if (!products.isEmpty()) {
      Wire.writeUnsigned(out, products.size());
      for (ClickProduct product : products) {
        Wire.writeText(out, product.id());
        Wire.writeSigned(out, product.quantity());
        BigDecimal price = product.price();
        out.writeBoolean(price != null);
        if (price != null) {
          writeDecimal(price, true, out);
        }
      }
    }
    if (!marks.isEmpty()) {
      Wire.writeUnsigned(out, marks.first());
    }
    if (marks.second() != 0) {
      Wire.writeUnsigned(out, marks.second());
    }
  }

  /** The number of the texts beyond the known ones, and a bit for each. */
  private static void writeMore(ClickTexts texts, DataOutputView out) throws IOException {
    int more = texts.count() - KNOWN;
    Wire.writeUnsigned(out, more);
    for (int first = KNOWN; first < texts.count(); first += Byte.SIZE) {
      out.writeByte(presentFrom(first, texts));
    }
  }

  /** A bit for each of the next eight texts. */
  private static int presentFrom(int first, ClickTexts texts) {
    if (first + Byte.SIZE <= Long.SIZE) {
      return (int) (texts.present() >>> first) & 0xFF;
    }
    int bits = 0;
    for (int i = first; i < Math.min(texts.count(), first + Byte.SIZE); i++) {
      bits |= texts.has(i) ? 1 << (i - first) : 0;
    }
    return bits;
  }

  @Override
  public Click deserialize(DataInputView in) throws IOException {
    long headAndHash = in.readLong();
    int head = (int) (headAndHash >>> Integer.SIZE);
    long timestamp = in.readLong();
    int seldom = (head & SELDOM) != 0 ? readSeldom(in) : 0;
    byte[] extra = (seldom & EXTRA) != 0 ? readExtra(in) : null;
    BigDecimal revenue = (seldom & REVENUE) != 0 ? readDecimal(in, true) : null;
    List<ClickProduct> products = (seldom & PRODUCTS) != 0 ? readProducts(in) : List.of();
    ClickMarks marks = (seldom & MARKS) != 0 ? readMarks(in, seldom) : ClickMarks.NONE;
    long quantity = (head & QUANTITY) != 0 ? Wire.readSigned(in) : 1;
    BigDecimal price = (head & PRICE) != 0 ? readDecimal(in, (head & LONG_PRICE) != 0) : null;
    Origin origin = OriginSerializer.INSTANCE.deserialize(in);
    int more = (head & MORE) != 0 ? readMore(in) : 0;
    long[] present = more == 0 ? NONE : readPresent(in, more);
    ClickTexts texts =
        (head & IN_VALUE) != 0
            ? readSlices(in, head, KNOWN + more, present, origin, extra)
            : readTexts(in, head, KNOWN + more, present);
    VisitorKind visitorKind = (head & IS_USER) != 0 ? VisitorKind.USER : VisitorKind.DEVICE;
    String visitorId =
        (head & OTHER_ID) != 0
            ? Wire.readRequiredText(in)
            : textOnce(
                texts,
                visitorKind == VisitorKind.USER ? ClickText.USER_ID : ClickText.ANONYMOUS_ID);
    if (visitorId == null) {
      throw new IOException("expected the id of a visitor: the data is corrupt");
    }
    return new Click(
        Visitor.withHash(
            (head & OTHER_APP) != 0 ? null : appId(texts),
            visitorKind,
            visitorId,
            (int) headAndHash),
        timestamp,
        kind(head),
        quantity,
        price,
        revenue,
        products,
        texts,
        origin,
        marks);
  }

  private static int readSeldom(DataInputView in) throws IOException {
    int seldom = in.readUnsignedByte();
    if ((seldom & ~ALL_SELDOM) != 0) {
      throw new IOException("parts=" + seldom + " are unknown: the data is newer or corrupt");
    }
    return seldom;
  }

  private static byte[] readExtra(DataInputView in) throws IOException {
    byte[] extra = Wire.readBytes(in);
    if (extra == null) {
      throw new EOFException("expected bytes: the data is corrupt");
    }
    return extra;
  }

  private static ClickMarks readMarks(DataInputView in, int seldom) throws IOException {
    long first = Wire.readUnsigned(in);
    return ClickMarks.of(first, (seldom & MORE_MARKS) != 0 ? Wire.readUnsigned(in) : 0);
  }

  private static List<ClickProduct> readProducts(DataInputView in) throws IOException {
    int left = Wire.readSize(in);
    // Not trusted with memory before so many were read.
    List<ClickProduct> products = new ArrayList<>(Math.min(left, 16));
    for (; left > 0; left--) {
      products.add(
          new ClickProduct(
              Wire.readRequiredText(in),
              Wire.readSigned(in),
              in.readBoolean() ? readDecimal(in, true) : null));
    }
    return products;
  }

  private static @Nullable String appId(ClickTexts texts) {
    if (!texts.areInValue()) {
      return texts.get(ClickText.APP_ID);
    }
    int slice = texts.slice(ClickText.APP_ID);
    return slice == 0
        ? null
        : FewTexts.of(texts.bytes(slice), texts.startIn(slice), ClickTexts.length(slice));
  }

  /** A text that is not kept, as the texts are hardly asked for it again. */
  private static @Nullable String textOnce(ClickTexts texts, ClickText which) {
    if (!texts.areInValue()) {
      return texts.get(which);
    }
    int slice = texts.slice(which);
    return slice == 0 ? null : texts.textAt(slice);
  }

  private static EventKind kind(int head) throws IOException {
    int ordinal = head >>> KIND_SHIFT & KIND_BITS;
    if (ordinal >= KINDS.length) {
      throw new IOException("kind=" + ordinal + " is unknown: the data is newer or corrupt");
    }
    return KINDS[ordinal];
  }

  private static int readMore(DataInputView in) throws IOException {
    int more = Wire.readSize(in);
    if (more > MAX_MORE) {
      throw new IOException("texts=" + more + " are impossible: the data is corrupt");
    }
    return more;
  }

  /** A bit for each of the texts beyond the known ones, 64 a word. */
  private static long[] readPresent(DataInputView in, int more) throws IOException {
    long[] present = new long[(more + Long.SIZE - 1) / Long.SIZE];
    for (int first = 0; first < more; first += Byte.SIZE) {
      present[first / Long.SIZE] |= (long) in.readUnsignedByte() << first;
    }
    if (more % Long.SIZE != 0 && present[present.length - 1] >>> more != 0) {
      throw new IOException("there are other texts than " + more + ": the data is corrupt");
    }
    return present;
  }

  private static ClickTexts readSlices(
      DataInputView in, int head, int count, long[] present, Origin origin, byte @Nullable [] extra)
      throws IOException {
    byte[] value = origin.value();
    if (value == null) {
      throw new EOFException("expected a value: the data is corrupt");
    }
    int[] slices = new int[count];
    for (int left = head & KNOWN_BITS; left != 0; left &= left - 1) {
      slices[Integer.numberOfTrailingZeros(left)] = in.readInt();
    }
    for (int word = 0, first = KNOWN; word < present.length; word++, first += Long.SIZE) {
      for (long left = present[word]; left != 0; left &= left - 1) {
        slices[first + Long.numberOfTrailingZeros(left)] = in.readInt();
      }
    }
    return ClickTexts.inValue(value, extra, slices);
  }

  private static ClickTexts readTexts(DataInputView in, int head, int count, long[] present)
      throws IOException {
    @Nullable String[] texts = new String[count];
    for (int left = head & KNOWN_BITS; left != 0; left &= left - 1) {
      texts[Integer.numberOfTrailingZeros(left)] = Wire.readRequiredText(in);
    }
    for (int word = 0, first = KNOWN; word < present.length; word++, first += Long.SIZE) {
      for (long left = present[word]; left != 0; left &= left - 1) {
        texts[first + Long.numberOfTrailingZeros(left)] = Wire.readRequiredText(in);
      }
    }
    return ClickTexts.of(texts);
  }

  /**
   * A number.
   *
   * @param isLong whether any number of digits is to be written
   */
  private static void writeDecimal(BigDecimal number, boolean isLong, DataOutputView out)
      throws IOException {
    Wire.writeSigned(out, number.scale());
    if (isLong) {
      Wire.writeBytes(out, number.unscaledValue().toByteArray());
    } else {
      Wire.writeSigned(out, number.unscaledValue().longValue());
    }
  }

  private static BigDecimal readDecimal(DataInputView in, boolean isLong) throws IOException {
    int scale = Math.toIntExact(Wire.readSigned(in));
    if (!isLong) {
      return BigDecimal.valueOf(Wire.readSigned(in), scale);
    }
    byte[] unscaled = Wire.readBytes(in);
    if (unscaled == null) {
      throw new EOFException("expected a number: the data is corrupt");
    }
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  @Override
  public TypeSerializerSnapshot<Click> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Click> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
