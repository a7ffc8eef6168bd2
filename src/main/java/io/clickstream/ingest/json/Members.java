package io.clickstream.ingest.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that mean something in one object of a record, and the order in which they came lately.
 */
final class Members {

  static final int[] NO_FIELDS = {};

  private final NameTable<Name> names;

  /** Stands for all names that mean nothing. */
  final Name unknown = new Name("", NO_FIELDS, null);

  /** Stands before the first name. */
  final Name beforeFirst = new Name("", NO_FIELDS, null);

  Members(Map<String, Name> names) {
    this.names = NameTable.of(names);
  }

  Name get(byte[] json, int start, int end) {
    Name name = names.get(json, start, end);
    return name == null ? unknown : name;
  }

  /** A name, and what has followed it lately. */
  static final class Name {

    /** The name, the quote behind it and the colon. */
    private final byte[] bytes;

    final int length;

    /** The first and the last eight bytes; fewer and twice the same if there are not eight. */
    private final long head;

    private final long tail;
    private final long mask;
    private final int tailStart;

    /** How many bytes must stand in the record, so that it can be compared. */
    private final int span;

    /** Where the values of fields go that are under this name. */
    final int[] fields;

    /** The names in the object under this name, or null if a value is expected. */
    final @Nullable Members below;

    private @Nullable Name usual;
    private @Nullable Name other;

    Name(String name, int[] fields, @Nullable Members below) {
      this.bytes = (name + "\":").getBytes(StandardCharsets.UTF_8);
      this.length = bytes.length;
      this.mask = length < Long.BYTES ? (1L << (length * Byte.SIZE)) - 1 : -1;
      this.span = Math.max(length, Long.BYTES);
      this.tailStart = span - Long.BYTES;
      this.head = Words.at(Arrays.copyOf(bytes, span), 0);
      this.tail = Words.at(Arrays.copyOf(bytes, span), tailStart);
      this.fields = fields;
      this.below = below;
    }

    /** The name that stands here, with quote and colon, if it is one that followed before. */
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
