package io.clickstream.clickhouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a session's record as a row: the members of its objects {@code fields} and {@code goals}
 * become columns of their own.
 *
 * <pre>
 * {"fields":{"plan":"pro","tests":["a","b"]},"goals":{"order":{"count":2}}}
 * {"fields.plan":"pro","fields_tests":["a","b"],"goals.order.count":2}
 * </pre>
 *
 * <p>ClickHouse reads such objects itself ({@code input_format_import_nested_json}), but one level
 * of them, and it takes neither a null in their place nor two lists of different lengths.
 *
 * <p>A record that is not to be understood is written as it is: the server says what is wrong with
 * it. Not thread-safe.
 */
final class RowWriter {

  /** A goal's members are two objects down. */
  private static final int DEEPEST = 2;

  /** So that records of somebody else's do not fill the memory. */
  private static final int MAX_NAMES = 200;

  private static final byte[][] OBJECTS = {ascii("\"fields\""), ascii("\"goals\"")};
  private static final byte[] NULL = ascii("null");
  private static final byte[] NO_PREFIX = {};

  private final Set<String> columns;
  private final Map<String, Long> unknown = new TreeMap<>();

  /** Names of columns by the place of their members: most records have the same. */
  private final List<byte[]> known = new ArrayList<>();

  private final Row row = new Row();
  private byte[] record = new byte[0];

  /** The record with a character for each byte: it is searched in half the time. */
  private String bytes = "";

  private int at;
  private int members;

  /** The row under way. */
  private static final class Row extends ByteArrayOutputStream {

    byte[] from(int place) {
      return Arrays.copyOfRange(buf, place, count);
    }

    void set(int place, char character) {
      buf[place] = (byte) character;
    }

    boolean is(byte[] text, int place) {
      return Arrays.equals(buf, place, count, text, 0, text.length);
    }
  }

  /**
   * A writer of rows of a table.
   *
   * @param columns of the table; empty if they are not known
   */
  RowWriter(Set<String> columns) {
    this.columns = columns;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes one record. */
  void write(byte[] value, OutputStream out) throws IOException {
    record = value;
    bytes = new String(value, StandardCharsets.ISO_8859_1);
    row.reset();
    members = 0;
    int key = nextObject(0);
    if (key < 0) {
      out.write(value);
    } else if (flatten(key)) {
      row.writeTo(out);
    } else {
      out.write(value);
    }
  }

  /**
   * How many values there were, nulls aside, for columns that the table does not have, by the names
   * of these columns.
   */
  Map<String, Long> unknown() {
    return unknown;
  }

  private boolean flatten(int firstKey) {
    int copied = 0;
    for (int key = firstKey; key >= 0; key = nextObject(at)) {
      row.write(record, copied, key - copied);
      at = key;
      if (!writeMember(NO_PREFIX, 0)) {
        return false;
      }
      copied = at;
    }
    row.write(record, copied, record.length - copied);
    return true;
  }

  /**
   * The place of the next key of an object with members, or -1. Within a text there is none: its
   * quotes have a backslash before them.
   */
  private int nextObject(int from) {
    for (int i = bytes.indexOf('{', from); i >= 0; i = bytes.indexOf('{', i + 1)) {
      int key = keyBefore(i);
      if (key >= 0) {
        return key;
      }
    }
    return -1;
  }

  /** The place of the key, if it is one of the two, of an object that begins here; or -1. */
  private int keyBefore(int brace) {
    int end = backOverSpace(brace);
    if (end == 0 || record[end - 1] != ':') {
      return -1;
    }
    end = backOverSpace(end - 1);
    for (byte[] key : OBJECTS) {
      int start = end - key.length;
      if (start > 0
          && Arrays.equals(record, start, end, key, 0, key.length)
          && record[start - 1] != '\\'
          && hasMembers(brace)) {
        return start;
      }
    }
    return -1;
  }

  private int backOverSpace(int end) {
    int before = end;
    while (before > 0 && isSpace(record[before - 1])) {
      before--;
    }
    return before;
  }

  private boolean hasMembers(int brace) {
    int inside = brace + 1;
    while (inside < record.length && isSpace(record[inside])) {
      inside++;
    }
    return inside < record.length && record[inside] == '"';
  }

  /**
   * Writes the member whose key begins here, or the members of the object that it is.
   *
   * @param prefix of its name: empty, or ends with a dot
   * @return whether it could be understood
   */
  private boolean writeMember(byte[] prefix, int depth) {
    int key = at + 1;
    if (!skipText()) {
      return false;
    }
    int length = at - 1 - key;
    skipSpace();
    if (next() != ':') {
      return false;
    }
    at++;
    skipSpace();
    if (next() == '{' && depth < DEEPEST && hasMembers(at)) {
      return writeMembers(prefixOf(prefix, key, length), depth + 1);
    }
    int value = at;
    if (!skipValue()) {
      return false;
    }
    row.write('"');
    int name = row.size();
    row.write(prefix, 0, prefix.length);
    row.write(record, key, length);
    if (record[value] == '[' && prefix.length > 0) {
      // Arrays with one name before the dot would have to be of one length.
      row.set(name + prefix.length - 1, '_');
    }
    check(name, isNull(value));
    row.write('"');
    row.write(':');
    row.write(record, value, at - value);
    return true;
  }

  private byte[] prefixOf(byte[] prefix, int key, int length) {
    byte[] longer = Arrays.copyOf(prefix, prefix.length + length + 1);
    System.arraycopy(record, key, longer, prefix.length, length);
    longer[longer.length - 1] = '.';
    return longer;
  }

  /** Whether there is a column of the name that has just been written. */
  private void check(int name, boolean isNull) {
    int place = members++;
    if (place < known.size() && row.is(known.get(place), name)) {
      return;
    }
    byte[] bytes = row.from(name);
    String column = new String(bytes, StandardCharsets.UTF_8);
    if (!columns.isEmpty() && !columns.contains(column)) {
      if (!isNull && (unknown.size() < MAX_NAMES || unknown.containsKey(column))) {
        unknown.merge(column, 1L, Long::sum);
      }
    } else if (place < known.size()) {
      known.set(place, bytes);
    } else if (place == known.size()) {
      known.add(bytes);
    }
  }

  private boolean writeMembers(byte[] prefix, int depth) {
    at++;
    boolean more;
    do {
      skipSpace();
      if (next() != '"' || !writeMember(prefix, depth)) {
        return false;
      }
      skipSpace();
      more = next() == ',';
      if (more) {
        row.write(',');
        at++;
      }
    } while (more);
    if (next() != '}') {
      return false;
    }
    at++;
    return true;
  }

  private boolean isNull(int value) {
    return Arrays.equals(record, value, at, NULL, 0, NULL.length);
  }

  /** The byte here, 0 behind the end. */
  private byte next() {
    return at < record.length ? record[at] : 0;
  }

  private void skipSpace() {
    while (isSpace(next())) {
      at++;
    }
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
  }

  /** Over a text, whose first quote is here. */
  private boolean skipText() {
    for (at++; at < record.length; at++) {
      if (record[at] == '\\') {
        at++;
      } else if (record[at] == '"') {
        at++;
        return true;
      }
    }
    return false;
  }

  private boolean skipValue() {
    int start = at;
    int open = 0;
    while (at < record.length) {
      switch (record[at]) {
        case '"' -> {
          if (!skipText()) {
            return false;
          }
        }
        case '{', '[' -> {
          open++;
          at++;
        }
        case '}', ']' -> {
          if (open == 0) {
            return at > start;
          }
          open--;
          at++;
        }
        case ',', ' ', '\t', '\n', '\r' -> {
          if (open == 0) {
            return at > start;
          }
          at++;
        }
        default -> at++;
      }
    }
    return false;
  }
}
