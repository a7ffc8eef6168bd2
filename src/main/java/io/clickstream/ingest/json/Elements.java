package io.clickstream.ingest.json;

import io.clickstream.model.Origin;
import java.util.Arrays;
import java.util.Objects;

/**
 * The places of the elements of one array in a record, and the records that each of them would be
 * alone: the bytes up to the array's bracket, those of the element, and those from the closing
 * bracket on.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class Elements {

  /** Copies of this many bytes are made of any record. */
  private static final long FREE_BYTES = 64 * 1_024;

  /** Copies of a longer record are at most so many times its length. */
  private static final long MAX_TIMES = 64;

  private boolean found;
  private int open;
  private int close;
  private int count;
  private int[] bounds = new int[32];

  /** Forgets the last record, or an earlier array in this one. */
  void clear() {
    found = false;
    count = 0;
  }

  /**
   * Begins an array.
   *
   * @param at behind its bracket
   */
  void begin(int at) {
    found = true;
    count = 0;
    open = at;
  }

  /** Adds the element between two positions. */
  void add(int start, int end) {
    if (2 * count == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    bounds[2 * count] = start;
    bounds[2 * count + 1] = end;
    count++;
  }

  /**
   * Ends the array.
   *
   * @param at its closing bracket
   */
  void end(int at) {
    close = at;
  }

  /** Whether there is an array. */
  boolean areFound() {
    return found;
  }

  /** How many elements it has. */
  int count() {
    return count;
  }

  /** Where an element starts. */
  int start(int index) {
    return bounds[2 * index];
  }

  /** How many bytes an element has. */
  int length(int index) {
    return bounds[2 * index + 1] - bounds[2 * index];
  }

  /** Bytes around each element. */
  long around(byte[] value) {
    return (long) open + value.length - close;
  }

  /** Whether records of one element each are so long together that they are not made. */
  boolean areTooMany(byte[] value) {
    return count > 1 && count * around(value) > Math.max(FREE_BYTES, MAX_TIMES * value.length);
  }

  /** The record that has one of the elements alone. */
  Origin alone(Origin record, int index) {
    byte[] value = Objects.requireNonNull(record.value());
    if (count == 1) {
      return record.element(0, value);
    }
    int start = start(index);
    int length = length(index);
    byte[] alone = new byte[(int) around(value) + length];
    System.arraycopy(value, 0, alone, 0, open);
    System.arraycopy(value, start, alone, open, length);
    System.arraycopy(value, close, alone, open + length, value.length - close);
    return record.element(index, alone);
  }
}
