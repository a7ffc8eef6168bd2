package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.ClickTexts;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a reader in one record, in a form that {@link PlainValues} makes values of: for
 * each slot its form, and where it is among the bytes of the record.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
public abstract class PlainRecord {

  /** Not there, null, or an empty array or object. */
  public static final int ABSENT = 0;

  public static final int TEXT = 1;

  /** A number without fraction. */
  public static final int INTEGER = 2;

  /** A number with a fraction. */
  public static final int DECIMAL = 3;

  /** The word for what is not so, which PHP writes for nothing. */
  public static final int FALSE = 4;

  /** An object or an array that is not empty; forms below 0 are nothing that a field can be. */
  public static final int OTHER = -1;

  /** The word for what is so. */
  public static final int TRUE = -2;

  /** Something that does not lead on is on the path. */
  public static final int UNREACHABLE = -3;

  /** No characters, at a place that every record has. */
  protected static final int NOTHING = ClickTexts.slice(1, 0);

  /** Reads a record; returns whether all that was found is certain. */
  public abstract boolean read(byte[] value);

  /** Whether the record has an array of clicks, as far as it was read. */
  public abstract boolean hasClicks();

  /** Forgets the clicks: the record was not read to its end, and they may be none. */
  public abstract void forgetClicks();

  /** The bytes that have the values, at least two; not to be modified. */
  public abstract byte[] bytes();

  /** The finding for a field: its {@link #form} and its {@link #slice}. */
  public abstract long found(ClickField field);

  /** The same at a slot. */
  public abstract long found(int slot);

  /** The same for all texts, in their order, and something else behind them; not to be modified. */
  public abstract long[] texts();

  /** Makes the first slot of a field have what another one has. */
  public abstract void copy(int from, int to);

  /** How many products the click has. */
  public abstract int products();

  /**
   * Puts what was found for a product back to its slots.
   *
   * @param slots as {@link #productSlots}
   */
  public abstract void restoreProduct(int index, int[] slots);

  /**
   * The texts of the click.
   *
   * @param own texts that the record does not have, which continue {@link #bytes()}; null for none
   * @param slices by text; not to be modified
   */
  public abstract ClickTexts texts(byte @Nullable [] own, int[] slices);

  /** In what form a value was found. */
  public static int form(long found) {
    return (int) (found >>> Integer.SIZE);
  }

  /**
   * Where a value was found, as {@link ClickTexts#slice}. What is neither text nor number has no
   * length, and stands where any record has a byte; a boolean where its word is, if it has one.
   */
  public static int slice(long found) {
    return (int) found;
  }

  /** A value for {@link #form} and {@link #slice}. */
  protected static long found(int form, int slice) {
    return (long) form << Integer.SIZE | Integer.toUnsignedLong(slice);
  }

  /** Where each slot is kept: the first cells are those of the texts of a click, in their order. */
  public static int[] cells(RecordShape shape) {
    return Cells.numbered(shape.fields(), shape.mapping().slots());
  }

  /** The slots that are kept of a product. */
  public static int[] productSlots(MappingNode.Products products) {
    return Cells.productSlots(products);
  }
}
