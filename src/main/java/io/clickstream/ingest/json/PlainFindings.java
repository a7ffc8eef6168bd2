package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.Members.Lead;
import io.clickstream.model.ClickTexts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a scanner finds in a record: form and slice of every cell, and the products.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
abstract class PlainFindings extends PlainScanner {

  /** The longest value in which places can be named. */
  final int maxLength;

  /** Where the record begins, as far as places are concerned: they count from there. */
  int base;

  /** Form and slice of every cell. */
  final long[] found;

  final FoundProducts products = new FoundProducts();

  private final Cells cells;

  /**
   * Findings in records of a shape.
   *
   * @param reserved how many places behind the value must be left to name
   */
  PlainFindings(RecordShape shape, int reserved) {
    this.maxLength = ClickTexts.MAX_SLICED_LENGTH - reserved;
    this.found = new long[shape.mapping().slots()];
    this.cells = new Cells(shape);
  }

  /** Begins a record: nothing is found in it yet. */
  final void begin(byte[] value) {
    json = value;
    encodingIsChecked = false;
    base = 0;
    products.clear();
    Arrays.fill(found, NOTHING);
  }

  /** How records lead on. */
  final Lead root() {
    return cells.root();
  }

  @Override
  public final byte[] bytes() {
    return json;
  }

  @Override
  public final ClickTexts texts(byte @Nullable [] own, int[] slices) {
    return ClickTexts.inValue(json, own, slices);
  }

  /** The finding for a field: its {@link #form} and its {@link #slice}. */
  @Override
  public final long found(ClickField field) {
    return found[cells.of(field.index())];
  }

  /** The same at a slot. */
  @Override
  public final long found(int slot) {
    return found[cells.of(slot)];
  }

  /** Makes the first slot of a field have what another one has. */
  @Override
  public final void copy(int from, int to) {
    found[cells.of(to)] = found[cells.of(from)];
  }

  /** How many products the click has. */
  @Override
  public final int products() {
    return products.count();
  }

  /**
   * Puts what was found for a product back to its slots.
   *
   * @param slots as {@link Cells#productSlots}
   */
  @Override
  public final void restoreProduct(int index, int[] slots) {
    for (int i = 0; i < slots.length; i++) {
      found[cells.of(slots[i])] = products.get(index, i);
    }
  }

  /** The same for all texts, in their order, and something else behind them; not to be modified. */
  @Override
  public final long[] texts() {
    return found;
  }

  /** A word has its place, and the length of nothing, as it is no text. */
  final void setWord(int[] cells, int form, int start) {
    setPlace(cells, form, start, start);
  }

  /** Something without a place. */
  final void set(int[] cells, int form) {
    setSlice(cells, form, NOTHING);
  }

  /** Something between two positions. */
  final void setPlace(int[] cells, int form, int start, int end) {
    setSlice(cells, form, ClickTexts.slice(start - base, end - start));
  }

  private void setSlice(int[] cells, int form, int slice) {
    long value = found(form, slice);
    for (int cell : cells) {
      found[cell] = value;
    }
  }
}
