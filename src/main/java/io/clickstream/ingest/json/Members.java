package io.clickstream.ingest.json;

import io.clickstream.model.ClickTexts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that mean something in one object of a record, and the order in which they came lately.
 */
final class Members {

  static final int[] NO_FIELDS = {};

  private final NameTable<Name> names;

  /** Stands for all names that mean nothing. */
  final Name unknown = new Name("", NO_FIELDS);

  /** Stands before the first name. */
  final Name beforeFirst = new Name("", NO_FIELDS);

  Members(Map<String, Name> names) {
    this.names = NameTable.of(names);
  }

  /**
   * How a name leads on to others.
   *
   * @param own the cells that get the value itself
   * @param unreachable the cells below that a value which does not lead on makes unreachable
   * @param below the names in an object that lead on; none if it does not lead on
   * @param intoObject whether an object leads on
   * @param intoText whether the JSON in a text leads on
   * @param array how an array leads on, or null
   * @param toProducts whether products are there or below
   * @param toClicks whether an array of clicks is there or below
   */
  record Lead(
      int[] own,
      int[] unreachable,
      Members below,
      boolean intoObject,
      boolean intoText,
      @Nullable Array array,
      boolean toProducts,
      boolean toClicks) {}

  /**
   * How the elements of an array lead on.
   *
   * @param first what the first one is, or null
   * @param element what each object is, or null
   * @param entries where what was found in an element is wanted, or null
   * @param product the cells that are kept of each element, as it is a product, or null
   * @param hasClicks whether each element is a click
   * @param click what each element is in records that have one click in it, which is the first
   *     element there; or null
   */
  record Array(
      @Nullable Name first,
      @Nullable Name element,
      @Nullable Entries entries,
      int @Nullable [] product,
      boolean hasClicks,
      @Nullable Name click) {}

  /**
   * The elements that are wanted, by some of their members.
   *
   * @param keys the cells of these members
   * @param copies for each of them by its value: the cells that are copied, each followed by the
   *     one that it is copied to
   */
  record Entries(int[] keys, List<NameTable<int[]>> copies) {

    /**
     * Copies what was found in an element that is wanted.
     *
     * @param base where places count from
     * @param found form and slice of every cell
     */
    void copy(byte[] json, int base, long[] found) {
      for (int i = 0; i < keys.length; i++) {
        int form = PlainRecord.form(found[keys[i]]);
        if (form == PlainRecord.TEXT
            || form == PlainRecord.INTEGER
            || form == PlainRecord.DECIMAL) {
          int slice = PlainRecord.slice(found[keys[i]]);
          int start = base + ClickTexts.start(slice);
          int[] cells = copies.get(i).get(json, start, start + ClickTexts.length(slice));
          for (int at = 0; cells != null && at < cells.length; at += 2) {
            found[cells[at + 1]] = found[cells[at]];
          }
        }
      }
    }
  }

  Name get(byte[] json, int start, int end) {
    Name name = names.get(json, start, end);
    return name == null ? unknown : name;
  }

  /** A name, and the names that have followed it lately. */
  static final class Name {

    /** The name, the quote behind it and the colon. */
    private final byte[] bytes;

    final int length;

    /** The first and the last eight bytes; fewer and twice the same if there are not eight. */
    private final long head;

    private final long tail;
    private final long mask;
    private final int tailStart;

    /** How many bytes the record must have left, so that it can be compared. */
    private final int span;

    /** The cells that get the value under this name, or if it leads on, those of all below. */
    final int[] fields;

    /** How it leads on, or null if nothing but a value is expected. */
    final @Nullable Lead lead;

    private @Nullable Name usual;
    private @Nullable Name other;

    /** A name under which a value is expected. */
    Name(String name, int[] cells) {
      this(name, cells, null);
    }

    /**
     * A name that leads on.
     *
     * @param fields the cells of all below
     */
    Name(String name, int[] fields, @Nullable Lead lead) {
      this.bytes = (name + "\":").getBytes(StandardCharsets.UTF_8);
      this.length = bytes.length;
      this.mask = length < Long.BYTES ? (1L << (length * Byte.SIZE)) - 1 : -1;
      this.span = Math.max(length, Long.BYTES);
      this.tailStart = span - Long.BYTES;
      this.head = Words.at(Arrays.copyOf(bytes, span), 0);
      this.tail = Words.at(Arrays.copyOf(bytes, span), tailStart);
      this.fields = fields;
      this.lead = lead;
    }

    /** The name at this place, with quote and colon, if it is one that followed before. */
    @Nullable Name guess(byte[] json, int start) {
      Name first = usual;
      if (first != null && first.isAt(json, start)) {
        return first;
      }
      Name second = other;
      return second != null && second.isAt(json, start) ? second : null;
    }

    private boolean isAt(byte[] json, int start) {
      if (start + span > json.length) {
        return false;
      }
      long difference = (Words.at(json, start) ^ head) | (Words.at(json, start + tailStart) ^ tail);
      return (difference & mask) == 0
          && (length <= 2 * Long.BYTES
              || Arrays.equals(json, start, start + length, bytes, 0, length));
    }

    void wasFollowedBy(Name name) {
      other = usual;
      usual = name;
    }
  }
}
