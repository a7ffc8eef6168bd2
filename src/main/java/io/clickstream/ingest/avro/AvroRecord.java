package io.clickstream.ingest.avro;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Form;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.PlainRecord;
import io.clickstream.model.ClickTexts;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a plan in a record of Avro, for the values that are made of it. Behind the bytes
 * of the record are the texts that Avro has in another form, such as numbers.
 */
final class AvroRecord extends PlainRecord {

  private final int[] cells;
  private final int[] productSlots;

  /** The longest record and its texts in which places can be named. */
  private final int maxLength;

  private final long[] found;
  private long[] products = {};
  private int productCount;
  private byte[] record = {};

  /** The record, and behind it what is written as text. */
  private byte[] bytes = {};

  private @Nullable AvroCursor cursor;

  /**
   * The record of a shape.
   *
   * @param reserved how many places behind the record must be left to name
   */
  AvroRecord(RecordShape shape, int reserved) {
    MappingNode.Products places = shape.mapping().products();
    this.cells = cells(shape);
    this.productSlots = places == null ? new int[0] : productSlots(places);
    this.maxLength = ClickTexts.MAX_SLICED_LENGTH - reserved;
    this.found = new long[cells.length];
  }

  /** Takes the findings in the record that is read next. */
  void use(AvroCursor next) {
    cursor = next;
  }

  @Override
  public boolean read(byte[] value) {
    AvroCursor in = cursor;
    if (in == null || in.isBroken() || in.products() > FieldValues.MAX_PRODUCTS) {
      return false;
    }
    int end = value.length + in.extraLength();
    if (end > maxLength || end < 2) {
      return false;
    }
    bytes = new byte[end];
    System.arraycopy(value, 0, bytes, 0, value.length);
    System.arraycopy(in.extra(), 0, bytes, value.length, in.extraLength());
    record = value;
    for (int slot = 0; slot < cells.length; slot++) {
      found[cells[slot]] = found(in, slot);
    }
    readProducts(in);
    return true;
  }

  private static long found(AvroCursor in, int slot) {
    Form form = in.form(slot);
    return switch (form) {
      case ABSENT -> found(ABSENT, NOTHING);
      case TEXT -> found(TEXT, in, slot);
      case INTEGER -> found(INTEGER, in, slot);
      case DECIMAL -> found(DECIMAL, in, slot);
      case TRUE -> found(TRUE, NOTHING);
      case FALSE -> found(FALSE, NOTHING);
      case UNREACHABLE -> found(UNREACHABLE, NOTHING);
      case BYTES, OBJECT, ARRAY -> found(OTHER, NOTHING);
    };
  }

  private static long found(int form, AvroCursor in, int slot) {
    int start = in.start(slot);
    return found(form, ClickTexts.slice(start, in.end(slot) - start));
  }

  private void readProducts(AvroCursor in) {
    productCount = in.products();
    int width = productSlots.length;
    if (products.length < productCount * width) {
      products = new long[2 * productCount * width];
    }
    for (int i = 0; i < productCount; i++) {
      in.restoreProduct(i);
      for (int j = 0; j < width; j++) {
        products[i * width + j] = found(in, productSlots[j]);
      }
    }
  }

  /** An array of clicks is looked for elsewhere, before this. */
  @Override
  public boolean hasClicks() {
    return false;
  }

  @Override
  public void forgetClicks() {}

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public long found(ClickField field) {
    return found[cells[field.index()]];
  }

  @Override
  public long found(int slot) {
    return found[cells[slot]];
  }

  @Override
  public long[] texts() {
    return found;
  }

  @Override
  public void copy(int from, int to) {
    found[cells[to]] = found[cells[from]];
  }

  @Override
  public int products() {
    return productCount;
  }

  @Override
  public void restoreProduct(int index, int[] slots) {
    for (int i = 0; i < slots.length; i++) {
      found[cells[slots[i]]] = products[index * slots.length + i];
    }
  }

  @Override
  public ClickTexts texts(byte @Nullable [] own, int[] slices) {
    int longest = 0;
    for (int slice : slices) {
      longest = Math.max(longest, ClickTexts.start(slice));
    }
    if (longest < record.length) {
      return ClickTexts.inValue(record, slices);
    }
    int ofRecord = bytes.length - record.length;
    byte[] extra = new byte[ofRecord + (own == null ? 0 : own.length)];
    System.arraycopy(bytes, record.length, extra, 0, ofRecord);
    if (own != null) {
      System.arraycopy(own, 0, extra, ofRecord, own.length);
    }
    return ClickTexts.inValue(record, extra, slices);
  }
}
