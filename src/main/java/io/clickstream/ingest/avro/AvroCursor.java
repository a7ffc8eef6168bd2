package io.clickstream.ingest.avro;

import io.clickstream.columns.Form;
import io.clickstream.ingest.FieldValues;
import io.clickstream.model.Surrogates;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position in the bytes of one record, and the findings so far: for each slot its form, and where
 * its text is. Texts are in the record; numbers, symbols and the like are written as text into
 * bytes of their own, as if these continued the record.
 *
 * <p>Reading is bounded by the record: no value is longer than what is left of it, and values that
 * take no bytes are counted.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class AvroCursor {

  /** Records, arrays and maps in each other, as deep as JSON may be. */
  static final int MAX_DEPTH = 100;

  /** Values without bytes that a record may have besides one for each of its bytes. */
  private static final int FREE_VALUES = 1_000;

  private static final int MAX_VARINT_BITS = 64;

  /** A long has as many digits, a sign and a point. */
  private static final int LONGEST_NUMBER = 24;

  private final Form[] forms;
  private final int[] starts;
  private final int[] ends;

  private byte[] bytes = {};
  private byte[] extra = new byte[256];
  private int extraLength;
  private int at;
  private int depth;
  private int left;
  private boolean broken;

  /** The slots of a product, and by product and slot what was found there. */
  private final int[] productSlots;

  private Form[] productForms = {};
  private int[] productBounds = {};
  private int products;

  /**
   * @param slots how many there are
   * @param productSlots those that are kept of every product
   */
  AvroCursor(int slots, int[] productSlots) {
    this.productSlots = productSlots;
    this.forms = new Form[slots];
    this.starts = new int[slots];
    this.ends = new int[slots];
  }

  /** Begins with a record. */
  void begin(byte[] record, int start) {
    bytes = record;
    at = start;
    depth = 0;
    left = FREE_VALUES + record.length;
    extraLength = 0;
    broken = false;
    products = 0;
    Arrays.fill(forms, Form.ABSENT);
  }

  // ---- what was found

  Form form(int slot) {
    return forms[slot];
  }

  /** Where a text or a number starts; at the record's length or behind it is in the extra. */
  int start(int slot) {
    return starts[slot];
  }

  int end(int slot) {
    return ends[slot];
  }

  byte[] bytes() {
    return bytes;
  }

  /** The texts behind the record, {@link #extraLength()} bytes; not to be modified. */
  byte[] extra() {
    return extra;
  }

  int extraLength() {
    return extraLength;
  }

  /** Whether a text that was found is not UTF-8. */
  boolean isBroken() {
    return broken;
  }

  // ---- products

  /** How many there are; beyond {@link FieldValues#MAX_PRODUCTS} they are only counted. */
  int products() {
    return products;
  }

  /** Forgets those that were found. */
  void clearProducts() {
    products = 0;
  }

  /** Makes a product of the values at its slots. */
  void endProduct() {
    if (products < FieldValues.MAX_PRODUCTS) {
      int from = products * productSlots.length;
      int end = from + productSlots.length;
      if (productForms.length < end) {
        productForms = Arrays.copyOf(productForms, 2 * end);
        productBounds = Arrays.copyOf(productBounds, 4 * end);
      }
      for (int i = 0; i < productSlots.length; i++) {
        int slot = productSlots[i];
        productForms[from + i] = forms[slot];
        productBounds[2 * (from + i)] = starts[slot];
        productBounds[2 * (from + i) + 1] = ends[slot];
      }
    }
    products++;
  }

  /** Puts what was found for a product back to its slots. */
  void restoreProduct(int index) {
    int from = index * productSlots.length;
    for (int i = 0; i < productSlots.length; i++) {
      int slot = productSlots[i];
      forms[slot] = productForms[from + i];
      starts[slot] = productBounds[2 * (from + i)];
      ends[slot] = productBounds[2 * (from + i) + 1];
    }
  }

  // ---- what is found

  void set(int[] slots, Form form) {
    for (int slot : slots) {
      forms[slot] = form;
    }
  }

  void set(int[] slots, Form form, int start, int end) {
    for (int slot : slots) {
      forms[slot] = form;
      starts[slot] = start;
      ends[slot] = end;
    }
  }

  /** Sets a text that is in the record. */
  void setText(int[] slots, int start, int end) {
    broken |= !Utf8Range.isUtf8(bytes, start, end);
    set(slots, Form.TEXT, start, end);
  }

  /** Sets a value to bytes that are not in the record. */
  void setExtra(int[] slots, Form form, byte[] text) {
    byte[] to = extra(text.length);
    System.arraycopy(text, 0, to, extraLength, text.length);
    addExtra(slots, form, text.length);
  }

  /** Sets a text that is not in the record. */
  void setText(int[] slots, String text) {
    boolean isWhole = Surrogates.arePaired(text);
    broken |= !isWhole;
    setExtra(slots, Form.TEXT, isWhole ? text.getBytes(StandardCharsets.UTF_8) : halves(text));
  }

  /** UTF-8, with a byte that it never has in place of half a surrogate pair. */
  private static byte[] halves(String text) {
    byte[] bytes =
        Surrogates.mended(text).replace("\uFFFD", "\u0000").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 0 ? (byte) 0xFF : bytes[i];
    }
    return bytes;
  }

  /** Sets a value to an integer. */
  void setInteger(int[] slots, long number) {
    byte[] to = extra(LONGEST_NUMBER);
    addExtra(slots, Form.INTEGER, Digits.write(number, 0, to, extraLength) - extraLength);
  }

  /** Sets a value to {@code unscaled / 10^scale}. */
  void setDecimal(int[] slots, long unscaled, int scale) {
    byte[] to = extra(LONGEST_NUMBER + scale);
    int end = Digits.write(unscaled, scale, to, extraLength);
    addExtra(slots, scale == 0 ? Form.INTEGER : Form.DECIMAL, end - extraLength);
  }

  private byte[] extra(int more) {
    if (extra.length - extraLength < more) {
      extra = Arrays.copyOf(extra, Math.max(2 * extra.length, extraLength + more));
    }
    return extra;
  }

  private void addExtra(int[] slots, Form form, int length) {
    int start = bytes.length + extraLength;
    extraLength += length;
    set(slots, form, start, start + length);
  }

  /** Whether the text of a slot is this one. */
  boolean hasText(int slot, byte[] text) {
    Form form = forms[slot];
    if (form != Form.TEXT && form != Form.INTEGER && form != Form.DECIMAL) {
      return false;
    }
    boolean inRecord = starts[slot] < bytes.length;
    int offset = inRecord ? 0 : bytes.length;
    return Arrays.equals(
        inRecord ? bytes : extra, starts[slot] - offset, ends[slot] - offset, text, 0, text.length);
  }

  // ---- the position

  int at() {
    return at;
  }

  /** Goes back to where something was. */
  void goTo(int position) {
    at = position;
  }

  boolean isAtEnd() {
    return at == bytes.length;
  }

  /** Goes into a value that holds others. */
  void enter() throws MalformedAvroException {
    if (++depth > MAX_DEPTH) {
      throw new MalformedAvroException("deeper than " + MAX_DEPTH + " levels", at);
    }
  }

  void leave() {
    depth--;
  }

  /** Counts a value that may be without bytes. */
  void count() throws MalformedAvroException {
    if (--left < 0) {
      throw new MalformedAvroException("more values than bytes", at);
    }
  }

  // ---- values

  int readByte() throws MalformedAvroException {
    if (at >= bytes.length) {
      throw endsTooEarly();
    }
    return bytes[at++];
  }

  /** Reads a number of variable length. */
  long readLong() throws MalformedAvroException {
    int position = at;
    long number = 0;
    int shift = 0;
    byte next;
    do {
      if (position == bytes.length) {
        throw endsTooEarly();
      }
      next = bytes[position++];
      if (shift == MAX_VARINT_BITS - 1 && (next & 0xFE) != 0) {
        throw new MalformedAvroException("a number of more than 64 bits", at);
      }
      number |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    at = position;
    return (number >>> 1) ^ -(number & 1);
  }

  int readInt() throws MalformedAvroException {
    int start = at;
    long number = readLong();
    if (number != (int) number) {
      throw new MalformedAvroException("a number of more than 32 bits", start);
    }
    return (int) number;
  }

  /** Reads how many bytes follow; there are as many. */
  int readLength() throws MalformedAvroException {
    int start = at;
    long length = readLong();
    if (length < 0 || length > bytes.length - at) {
      throw new MalformedAvroException("a length beyond the record", start);
    }
    return (int) length;
  }

  void skip(int length) throws MalformedAvroException {
    if (length > bytes.length - at) {
      throw endsTooEarly();
    }
    at += length;
  }

  long readFixed32() throws MalformedAvroException {
    int start = at;
    skip(Integer.BYTES);
    long number = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      number = number << Byte.SIZE | (bytes[start + i] & 0xFF);
    }
    return number;
  }

  long readFixed64() throws MalformedAvroException {
    long low = readFixed32();
    return readFixed32() << Integer.SIZE | low;
  }

  private MalformedAvroException endsTooEarly() {
    return new MalformedAvroException("the record ends too early", bytes.length);
  }
}
