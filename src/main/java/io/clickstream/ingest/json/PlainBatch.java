package io.clickstream.ingest.json;

import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.Members.Lead;
import io.clickstream.ingest.json.Members.Name;
import io.clickstream.model.ClickTexts;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Reads a record with an array of clicks once from its beginning to its end, all of its clicks
 * included. The findings in a click are those in the record that has this click alone.
 *
 * <p>Only clicks without a list of products are kept, and of many clicks the first ones.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class PlainBatch extends PlainJson {

  /** Findings that are kept: at most half a megabyte. */
  private static final int MAX_KEPT = 1 << 16;

  private final Elements elements;

  /** The cells of a click, and all others, which are of what is around the clicks. */
  private int[] ofClick = {};

  private int[] ofRest = {};

  private long[] kept = {};
  private long[] rest = {};

  /** The clicks that have products. */
  private final BitSet left = new BitSet();

  private int count;
  private boolean isBegun;

  /** How many places are in front of the first click. */
  private int open;

  /**
   * A reader for records of a shape.
   *
   * @param shape of records with one click in the array
   * @param elements gets the places of the clicks
   * @param reserved how many places behind the value must be left to name
   */
  PlainBatch(RecordShape shape, Elements elements, int reserved) {
    super(shape, elements, reserved);
    this.elements = elements;
  }

  /**
   * Reads a record. Returns whether it was in its plain form and has an array of clicks; if not,
   * nothing is known of it.
   */
  boolean readClicks(byte[] value) {
    elements.clear();
    left.clear();
    count = 0;
    isBegun = false;
    boolean isRead = readAll(value) && elements.areFound() && products.count() == 0;
    if (isRead) {
      rest = Arrays.copyOf(rest, ofRest.length);
      for (int i = 0; i < ofRest.length; i++) {
        rest[i] = found[ofRest[i]];
      }
    }
    return isRead;
  }

  /**
   * Makes the findings those of one of the clicks; returns whether they are known.
   *
   * @param alone the record that has this click alone; not to be modified
   */
  boolean restore(int index, byte[] alone) {
    if (index >= count || left.get(index) || alone.length > maxLength) {
      return false;
    }
    json = alone;
    int first = index * ofClick.length;
    for (int i = 0; i < ofClick.length; i++) {
      found[ofClick[i]] = kept[first + i];
    }
    long shift = Integer.toUnsignedLong(ClickTexts.slice(elements.length(index), 0));
    for (int i = 0; i < ofRest.length; i++) {
      boolean isBehind = ClickTexts.start(slice(rest[i])) >= open;
      found[ofRest[i]] = isBehind ? rest[i] + shift : rest[i];
    }
    return true;
  }

  @Override
  int readElements(int start, Members.Array array, int depth) {
    Name click = array.click();
    return click == null
        ? super.readElements(start, array, depth)
        : readClicks(start, click, depth);
  }

  /** Reads the clicks from behind the bracket of their array. */
  private int readClicks(int start, Name click, int depth) {
    Lead lead = click.lead;
    if (lead == null || isBegun || products.count() > 0) {
      return UNSURE;
    }
    isBegun = true;
    divideCells(click, lead);
    elements.begin(start);
    open = start;
    int at = next(start);
    boolean isEnd = isAt(at, ']');
    while (!isEnd) {
      int from = at;
      // Behind the bracket is where the click begins that is alone.
      base = from - start;
      at = isAt(at, '"') ? readText(at, click) : readOther(at, click, depth);
      if (at == UNSURE) {
        return UNSURE;
      }
      elements.add(from, at);
      keep();
      at = next(at);
      isEnd = isAt(at, ']');
      if (!isEnd) {
        if (!isAt(at, ',')) {
          return UNSURE;
        }
        at = next(at + 1);
      }
    }
    elements.end(at);
    base = at - start;
    products.clear();
    return at + 1;
  }

  private void divideCells(Name click, Lead lead) {
    if (ofClick.length == 0) {
      ofClick =
          IntStream.concat(Arrays.stream(click.fields), Arrays.stream(lead.own()))
              .distinct()
              .toArray();
      ofRest =
          IntStream.range(0, found.length)
              .filter(cell -> Arrays.stream(ofClick).noneMatch(of -> of == cell))
              .toArray();
    }
  }

  /** Keeps what was found in a click. */
  private void keep() {
    int first = count * ofClick.length;
    if (count != elements.count() - 1 || first + ofClick.length > MAX_KEPT) {
      return;
    }
    if (first + ofClick.length > kept.length) {
      kept = Arrays.copyOf(kept, Math.min(MAX_KEPT, 2 * kept.length + 64 * ofClick.length));
    }
    for (int i = 0; i < ofClick.length; i++) {
      kept[first + i] = found[ofClick[i]];
    }
    left.set(count, products.count() > 0);
    count++;
  }
}
