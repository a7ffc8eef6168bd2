package io.clickstream.ingest.json;

import io.clickstream.model.Surrogates;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by their names, found by the bytes of a record without making a text of them.
 *
 * <p>What it holds is decided when it is made, so that no record makes a look-up slower.
 */
final class NameTable<V> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final @Nullable Entry<V>[] entries;
  private final int shift;

  private record Entry<V>(byte[] name, long head, long tail, V value) implements Serializable {}

  private NameTable(@Nullable Entry<V>[] entries, int shift) {
    this.entries = entries;
    this.shift = shift;
  }

  static <V> NameTable<V> of(Map<String, V> values) {
    // A quarter full at most, so that what is not there is seldom compared with what is.
    int bits = Math.max(2, 34 - Integer.numberOfLeadingZeros(values.size()));
    @SuppressWarnings({"unchecked", "rawtypes"})
    @Nullable Entry<V>[] entries = new Entry[1 << bits];
    int shift = Long.SIZE - bits;
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              // A name that cannot be written as UTF-8 cannot be in a record.
              if (Surrogates.arePaired(name)) {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                long head = head(bytes, 0, bytes.length);
                long tail = tail(bytes, 0, bytes.length);
                int index = index(head, tail, shift);
                while (entries[index] != null) {
                  index = (index + 1) & (entries.length - 1);
                }
                entries[index] = new Entry<>(bytes, head, tail, value);
              }
            });
    return new NameTable<>(entries, shift);
  }

  /** The value under the name that these bytes are, or null. */
  @Nullable V get(byte[] bytes, int start, int end) {
    int length = end - start;
    long head = head(bytes, start, length);
    long tail = tail(bytes, start, length);
    int index = index(head, tail, shift);
    while (true) {
      Entry<V> entry = entries[index];
      if (entry == null) {
        return null;
      }
      byte[] name = entry.name;
      if (entry.head == head
          && entry.tail == tail
          && name.length == length
          && (length <= 2 * Long.BYTES || Arrays.equals(name, 0, length, bytes, start, end))) {
        return entry.value;
      }
      index = (index + 1) & (entries.length - 1);
    }
  }

  private static long head(byte[] bytes, int start, int length) {
    return length < Long.BYTES ? Words.ofFewer(bytes, start, length) : Words.at(bytes, start);
  }

  private static long tail(byte[] bytes, int start, int length) {
    return length < Long.BYTES ? length : Words.at(bytes, start + length - Long.BYTES);
  }

  private static int index(long head, long tail, int shift) {
    long mixed = (head * 0x9E37_79B9_7F4A_7C15L) ^ tail;
    return (int) ((mixed * 0xD6E8_FEB8_6659_FD93L) >>> shift);
  }
}
