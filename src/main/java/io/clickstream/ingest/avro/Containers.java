package io.clickstream.ingest.avro;

import io.clickstream.columns.Form;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The readers of values that hold others. */
final class Containers {

  private static final int[] NO_SLOTS = {};

  private Containers() {}

  /**
   * Slots that are forgotten when another value takes the place of one.
   *
   * @param slots of all that is wanted of it
   * @param products whether products are among it
   */
  record Forgotten(int[] slots, boolean products) {

    static Forgotten of(PathTree tree) {
      return new Forgotten(tree.slotsHereAndBelow(), tree.leadsToProducts());
    }

    void forget(AvroCursor in) {
      in.set(slots, Form.ABSENT);
      if (products) {
        in.clearProducts();
      }
    }
  }

  /** Reads the fields of a record one after the other. */
  static final class RecordReader implements ValueReader {

    private final int[] slots;
    private final int[] unreachable;
    private final ValueReader[] fields;

    /**
     * @param fields filled later, since a schema may hold itself
     */
    RecordReader(int[] slots, int[] unreachable, ValueReader[] fields) {
      this.slots = slots;
      this.unreachable = unreachable;
      this.fields = fields;
    }

    @Override
    public void read(AvroCursor in) throws MalformedAvroException {
      in.count();
      in.enter();
      if (fields.length > 0) {
        in.set(slots, Form.OBJECT);
        in.set(unreachable, Form.UNREACHABLE);
      }
      for (ValueReader field : fields) {
        field.read(in);
      }
      in.leave();
    }
  }

  /** Reads the part of a union that is there. */
  static final class UnionReader implements ValueReader {

    private final ValueReader[] parts;

    UnionReader(ValueReader[] parts) {
      this.parts = parts;
    }

    @Override
    public void read(AvroCursor in) throws MalformedAvroException {
      parts[Scalars.readIndex(in, parts.length)].read(in);
    }
  }

  /** Goes through the blocks of an array or a map. */
  abstract static class BlocksReader implements ValueReader {

    private final int[] slots;
    private final int[] unreachable;

    BlocksReader(int[] slots, int[] unreachable) {
      this.slots = slots;
      this.unreachable = unreachable;
    }

    @Override
    public final void read(AvroCursor in) throws MalformedAvroException {
      in.enter();
      begin(in);
      int index = 0;
      while (true) {
        int start = in.at();
        long count = in.readLong();
        if (count == 0) {
          break;
        }
        int end = -1;
        if (count < 0) {
          if (count == Long.MIN_VALUE) {
            throw new MalformedAvroException("a block of too many values", start);
          }
          count = -count;
          end = in.readLength() + in.at();
        }
        for (long i = 0; i < count; i++) {
          in.count();
          readItem(in, index++);
        }
        if (end >= 0 && in.at() != end) {
          throw new MalformedAvroException("a block of another length than it says", start);
        }
      }
      if (index > 0) {
        in.set(slots, itemsForm());
        in.set(unreachable, Form.UNREACHABLE);
      }
      end(in);
      in.leave();
    }

    abstract Form itemsForm();

    /** Is called in front of the first block. */
    void begin(AvroCursor in) {}

    abstract void readItem(AvroCursor in, int index) throws MalformedAvroException;

    /** Is called behind the last item. */
    void end(AvroCursor in) {}
  }

  /** Reads an array of which no element is wanted, or the first one. */
  static final class ArrayReader extends BlocksReader {

    private final ValueReader first;
    private final ValueReader others;

    ArrayReader(int[] slots, int[] unreachable, ValueReader first, ValueReader others) {
      super(slots, unreachable);
      this.first = first;
      this.others = others;
    }

    @Override
    Form itemsForm() {
      return Form.ARRAY;
    }

    @Override
    void readItem(AvroCursor in, int index) throws MalformedAvroException {
      (index == 0 ? first : others).read(in);
    }
  }

  /**
   * The wanted parts of those elements of an array that have a text under some name.
   *
   * @param key the slot that is set to what the element says there
   * @param text the text that it has to be
   * @param forgotten what an earlier one of these was wanted for
   * @param reader reads it
   */
  record Entry(int key, byte[] text, Forgotten forgotten, ValueReader reader) {}

  /** Reads an array of which some elements are wanted by what they say under a name. */
  static final class EntriesReader extends BlocksReader {

    private final int[] keys;
    private final ValueReader keyReader;
    private final Entry[] entries;
    private final @Nullable ValueReader first;

    /**
     * @param keyReader reads an element, and sets the keys
     * @param first reads what is wanted of the first element besides, or null
     */
    EntriesReader(
        int[] slots,
        int[] unreachable,
        ValueReader keyReader,
        Entry[] entries,
        @Nullable ValueReader first) {
      super(slots, unreachable);
      this.keys = Arrays.stream(entries).mapToInt(Entry::key).distinct().toArray();
      this.keyReader = keyReader;
      this.entries = entries;
      this.first = first;
    }

    @Override
    Form itemsForm() {
      return Form.ARRAY;
    }

    @Override
    void readItem(AvroCursor in, int index) throws MalformedAvroException {
      int start = in.at();
      if (index == 0 && first != null) {
        first.read(in);
        in.goTo(start);
      }
      in.set(keys, Form.ABSENT);
      keyReader.read(in);
      int end = in.at();
      for (Entry entry : entries) {
        if (in.hasText(entry.key(), entry.text())) {
          in.goTo(start);
          entry.forgotten().forget(in);
          entry.reader().read(in);
        }
      }
      in.goTo(end);
    }
  }

  /** Reads an array whose elements are products. */
  static final class ProductsReader extends BlocksReader {

    private final int[] products;
    private final ValueReader element;

    /**
     * @param products all slots that the element sets
     * @param element reads what is wanted of a product
     */
    ProductsReader(int[] slots, int[] products, ValueReader element) {
      super(slots, NO_SLOTS);
      this.products = products;
      this.element = element;
    }

    @Override
    Form itemsForm() {
      return Form.ARRAY;
    }

    @Override
    void readItem(AvroCursor in, int index) throws MalformedAvroException {
      in.set(products, Form.ABSENT);
      element.read(in);
      in.endProduct();
    }
  }

  /** Reads an array, and notes where its elements are. */
  static final class SpansReader extends BlocksReader {

    private final ValueReader element;
    private final Spans spans;

    SpansReader(int[] slots, int[] unreachable, ValueReader element, Spans spans) {
      super(slots, unreachable);
      this.element = element;
      this.spans = spans;
    }

    @Override
    Form itemsForm() {
      return Form.ARRAY;
    }

    @Override
    void begin(AvroCursor in) {
      spans.begin(in.at());
    }

    @Override
    void readItem(AvroCursor in, int index) throws MalformedAvroException {
      int from = in.at();
      element.read(in);
      spans.add(from, in.at());
    }

    @Override
    void end(AvroCursor in) {
      spans.end(in.at());
    }
  }

  /** Reads a map, of which some values are wanted by their names. */
  static final class MapReader extends BlocksReader {

    private final byte[][] names;
    private final Forgotten[] forgotten;
    private final ValueReader[] values;
    private final ValueReader other;

    /**
     * @param names those that are wanted, in UTF-8
     * @param forgotten by name, the slots that wanted an earlier value of it
     * @param values by name, reads what is wanted there
     * @param other reads a value under any other name
     */
    MapReader(
        int[] slots,
        int[] unreachable,
        byte[][] names,
        Forgotten[] forgotten,
        ValueReader[] values,
        ValueReader other) {
      super(slots, unreachable);
      this.names = names;
      this.forgotten = forgotten;
      this.values = values;
      this.other = other;
    }

    @Override
    Form itemsForm() {
      return Form.OBJECT;
    }

    @Override
    void readItem(AvroCursor in, int index) throws MalformedAvroException {
      int length = in.readLength();
      int start = in.at();
      in.skip(length);
      for (int i = 0; i < names.length; i++) {
        byte[] name = names[i];
        if (name.length == length
            && Arrays.equals(in.bytes(), start, start + length, name, 0, length)) {
          forgotten[i].forget(in);
          values[i].read(in);
          return;
        }
      }
      other.read(in);
    }
  }
}
