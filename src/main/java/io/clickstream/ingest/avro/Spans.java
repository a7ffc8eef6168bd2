package io.clickstream.ingest.avro;

import java.util.Arrays;

/** Where the array of a batch is in a record, and each of its elements. */
final class Spans {

  private static final int NONE = -1;

  /** Copies of this many bytes are made of any record. */
  private static final long FREE_BYTES = 64 * 1_024;

  /** Copies of a longer record are at most so many times its length. */
  private static final long MAX_TIMES = 64;

  private int[] bounds = new int[32];
  private int count;
  private int start = NONE;
  private int end = NONE;

  /** Forgets the last record. */
  void clear() {
    count = 0;
    start = NONE;
    end = NONE;
  }

  /** The array begins. */
  void begin(int at) {
    clear();
    start = at;
  }

  void add(int from, int to) {
    if (2 * count == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    bounds[2 * count] = from;
    bounds[2 * count + 1] = to;
    count++;
  }

  /** The array ends. */
  void end(int at) {
    end = at;
  }

  /** Whether there was an array. */
  boolean isThere() {
    return end != NONE;
  }

  /** How many elements it has. */
  int count() {
    return count;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /**
   * The record with one element alone in the array: the bytes in front of the array, one block of
   * one element, and the bytes behind it. It is the record itself if it has no other element.
   */
  byte[] alone(int index, byte[] record) {
    if (count == 1) {
      return record;
    }
    int from = bounds[2 * index];
    int length = bounds[2 * index + 1] - from;
    byte[] alone = new byte[start + length + 2 + record.length - end];
    System.arraycopy(record, 0, alone, 0, start);
    int at = start;
    alone[at++] = 2; // 1, as Avro writes it
    System.arraycopy(record, from, alone, at, length);
    at += length;
    alone[at++] = 0;
    System.arraycopy(record, end, alone, at, record.length - end);
    return alone;
  }

  /** Bytes around each element. */
  long around(byte[] record) {
    return (long) record.length - (end - start) + 2;
  }

  /** Whether records of one element each are so long together that they are not made. */
  boolean areTooMany(byte[] record) {
    return count > 1 && count * around(record) > Math.max(FREE_BYTES, MAX_TIMES * record.length);
  }
}
