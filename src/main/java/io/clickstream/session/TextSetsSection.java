package io.clickstream.session;

import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.model.Click;
import io.clickstream.model.TextSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Different texts, in the order of their code points, which is that of their bytes. Of more than
 * the limit the smallest are kept, because any other choice would depend on the order of arrival.
 */
final class TextSetsSection extends ChunksSection {

  // A set: how many texts it has, with a bit for whether there were more; then the texts.
  private static final int COUNT = 0x7F;
  private static final int TRUNCATED = 0x80;
  private static final int HEAD = 1;

  private final int[] sources;
  private final int[] limits;
  private final TextBytes text = new TextBytes();

  TextSetsSection(List<StoredColumn> columns) {
    super(
        "text sets",
        columns.stream().map(StoredColumn::key).toList(),
        columns.stream()
            .map(column -> ClickFilter.of(((Texts) column.aggregate()).source()))
            .toList());
    this.sources =
        columns.stream()
            .mapToInt(column -> ((Texts) column.aggregate()).source().index())
            .toArray();
    this.limits =
        columns.stream().mapToInt(column -> ((Texts) column.aggregate()).limit()).toArray();
    for (int limit : limits) {
      if (limit < 1 || limit > COUNT) {
        throw new IllegalArgumentException(
            "expected a limit from 1 to %d texts, found %d".formatted(COUNT, limit));
      }
    }
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    text.take(click.texts(), sources[column]);
    if (length == 0) {
      chunk.putByte(1);
      chunk.putText(text);
      return true;
    }
    int end = at + length;
    int place = at + HEAD;
    while (place < end) {
      int order = compare(bytes, place);
      if (order == 0) {
        return false;
      }
      if (order > 0) {
        break;
      }
      place = behind(bytes, place);
    }
    int head = bytes[at] & 0xFF;
    boolean isFull = (head & COUNT) == limits[column];
    if (isFull && place == end) {
      if ((head & TRUNCATED) != 0) {
        return false;
      }
      chunk.putByte(head | TRUNCATED);
      chunk.put(bytes, at + HEAD, length - HEAD);
      return true;
    }
    chunk.putByte(isFull ? head | TRUNCATED : head + 1);
    chunk.put(bytes, at + HEAD, place - at - HEAD);
    chunk.putText(text);
    chunk.put(bytes, place, (isFull ? lastOf(bytes, place, end) : end) - place);
    return true;
  }

  /** Compares the text at a place with that of the click. */
  private int compare(byte[] bytes, int place) {
    return Arrays.compareUnsigned(
        bytes,
        place + Short.BYTES,
        behind(bytes, place),
        text.bytes(),
        text.start(),
        text.start() + text.length());
  }

  /** Where the text at a place ends. */
  private static int behind(byte[] bytes, int place) {
    return place + Short.BYTES + Scratch.shortAt(bytes, place);
  }

  /** Where the last text begins. */
  private static int lastOf(byte[] bytes, int place, int end) {
    int last = place;
    for (int next = behind(bytes, last); next < end; next = behind(bytes, next)) {
      last = next;
    }
    return last;
  }

  @Override
  boolean merge(
      int column,
      byte[] bytes,
      int at,
      int length,
      byte[] otherBytes,
      int otherAt,
      int otherLength) {
    int left = at + HEAD;
    int leftEnd = at + length;
    int right = otherAt + HEAD;
    int rightEnd = otherAt + otherLength;
    int count = 0;
    chunk.putByte(0);
    while (count < limits[column] && (left < leftEnd || right < rightEnd)) {
      int order = order(bytes, left, leftEnd, otherBytes, right, rightEnd);
      byte[] from = order <= 0 ? bytes : otherBytes;
      int place = order <= 0 ? left : right;
      chunk.put(from, place, behind(from, place) - place);
      count++;
      left = order <= 0 ? behind(bytes, left) : left;
      right = order >= 0 ? behind(otherBytes, right) : right;
    }
    boolean isTruncated =
        ((bytes[at] | otherBytes[otherAt]) & TRUNCATED) != 0 || left < leftEnd || right < rightEnd;
    chunk.setByte(0, count | (isTruncated ? TRUNCATED : 0));
    return true;
  }

  /** Compares two texts, none being larger than any. */
  private static int order(
      byte[] bytes, int left, int leftEnd, byte[] otherBytes, int right, int rightEnd) {
    if (left == leftEnd || right == rightEnd) {
      return left == leftEnd ? 1 : -1;
    }
    return Arrays.compareUnsigned(
        bytes,
        left + Short.BYTES,
        behind(bytes, left),
        otherBytes,
        right + Short.BYTES,
        behind(otherBytes, right));
  }

  /** The sets of all columns. */
  List<TextSet> values(Block block) {
    List<TextSet> values = new ArrayList<>(Collections.nCopies(count(), TextSet.EMPTY));
    if (!isEmpty(block)) {
      byte[] bytes = block.sessions().bytes;
      int[] places = places(block);
      for (int i = 0; i < places.length; i++) {
        int length = Scratch.lengthAt(bytes, places[i]);
        if (length > 0) {
          values.set(i, value(bytes, places[i] + Scratch.sizeOf(length), length));
        }
      }
    }
    return values;
  }

  private static TextSet value(byte[] bytes, int at, int length) {
    List<String> texts = new ArrayList<>();
    for (int place = at + HEAD; place < at + length; place = behind(bytes, place)) {
      texts.add(
          new String(
              bytes, place + Short.BYTES, Scratch.shortAt(bytes, place), StandardCharsets.UTF_8));
    }
    return new TextSet(texts, (bytes[at] & TRUNCATED) != 0);
  }
}
