package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.ingest.FieldMapping;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.Members.Name;
import io.clickstream.model.ClickTexts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the values of our fields in a record that is JSON in its plain form, as nearly all records
 * are: an object in UTF-8 without backslashes and exponents, neither deep nor long.
 *
 * <p>What it reads, it reads as {@link JsonClickFormat} does with a parser for all of JSON. It
 * never decides that something is wrong: whatever it does not know for certain, it leaves to that.
 *
 * <p>It is fast because most records have the same names in the same order as those before them:
 * the name that followed the last one before is compared with what stands there, and only if it is
 * another one, its end is searched and the name looked up. What it remembers of earlier records
 * decides how long it takes, never what it finds.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class PlainJson {

  /** Not there, null, or an empty array or object. */
  static final int ABSENT = 0;

  static final int TEXT = 1;

  /** A number without fraction. */
  static final int INTEGER = 2;

  /** A number with a fraction. */
  static final int DECIMAL = 3;

  /** The word for what is not so, which PHP writes for nothing. */
  static final int FALSE = 4;

  /** Nothing that a field of a click can be. */
  static final int OTHER = -1;

  private static final int MAX_DEPTH = 32;
  private static final int MAX_NAME_LENGTH = 255;

  /** Returned instead of a position where a record is not in its plain form. */
  private static final int UNSURE = -1;

  /** No characters, at a place that every object has. */
  private static final int NOTHING = ClickTexts.slice(1, 0);

  private static final long QUOTES = Words.LOW_BITS * '"';
  private static final long BACKSLASHES = Words.LOW_BITS * '\\';
  private static final long SPACES = Words.LOW_BITS * ' ';
  private static final byte[] TRUE_WORD = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE_WORD = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL_WORD = {'n', 'u', 'l', 'l'};

  private final Members root;
  private final Members nowhere = new Members(Map.of());

  /** By the index of a field, where {@link #found} has it: first all texts, in their order. */
  private final int[] slots;

  /** Form and slice of every field. */
  private final long[] found;

  private byte[] json = {};
  private boolean encodingIsChecked;

  PlainJson(RecordShape shape) {
    this.found = new long[shape.fields().count()];
    this.slots = slots(shape.fields());
    Map<String, Name> ours = new HashMap<>();
    for (String name : shape.fields().names()) {
      // A field that is mapped elsewhere, or not read, is often under its own name as well.
      ours.put(name, new Name(name, Members.NO_FIELDS, null));
    }
    this.root = members(shape.mapping().root(), ours);
  }

  private int[] slots(ClickField[] fields) {
    return Arrays.stream(fields).mapToInt(field -> slots[field.index()]).toArray();
  }

  private static int[] slots(ClickFields fields) {
    int[] slots = new int[fields.count()];
    int next = fields.texts().size();
    for (ClickField field : fields.all()) {
      slots[field.index()] = field.isText() ? field.text() : next++;
    }
    return slots;
  }

  private Members members(FieldMapping.Node node, Map<String, Name> names) {
    node.children()
        .forEach(
            (name, child) ->
                names.put(
                    name,
                    new Name(
                        name,
                        slots(child.fields()),
                        child.isValue() ? null : members(child, new HashMap<>()))));
    return new Members(names);
  }

  /** Reads a record; returns whether it was in its plain form, so that all fields are known. */
  boolean read(byte[] value) {
    if (value.length > ClickTexts.MAX_SLICED_LENGTH) {
      return false;
    }
    json = value;
    encodingIsChecked = false;
    Arrays.fill(found, NOTHING);
    int start = next(0);
    if (!isAt(start, '{')) {
      return false;
    }
    int end = readObject(start + 1, root, 1);
    return end != UNSURE && next(end) == value.length;
  }

  /** The bytes of the record; not to be modified. */
  byte[] json() {
    return json;
  }

  /** What was found for a field: its {@link #form} and its {@link #slice}. */
  long found(ClickField field) {
    return found[slots[field.index()]];
  }

  /** The same for all texts, in their order, and something else behind them; not to be modified. */
  long[] texts() {
    return found;
  }

  /** In what form a field was found. */
  static int form(long found) {
    return (int) (found >>> Integer.SIZE);
  }

  /**
   * Where a field was found, as {@link ClickTexts#slice}. What is neither text nor number has no
   * length, and stands where any record has a byte.
   */
  static int slice(long found) {
    return (int) found;
  }

  /** Reads from behind the opening brace; returns the position behind the closing one. */
  private int readObject(int start, Members members, int depth) {
    int at = next(start);
    if (isAt(at, '}')) {
      return at + 1;
    }
    Name name = members.beforeFirst;
    while (isAt(at, '"')) {
      Name guess = name.guess(json, at + 1);
      if (guess == null) {
        int close = endOfText(at + 1);
        if (close == UNSURE || close - at > MAX_NAME_LENGTH) {
          return UNSURE;
        }
        guess = members.get(json, at + 1, close);
        if (guess != members.unknown) {
          name.wasFollowedBy(guess);
        }
        at = next(close + 1);
        if (!isAt(at, ':')) {
          return UNSURE;
        }
        at = next(at + 1);
      } else {
        at = next(at + 1 + guess.length);
      }
      name = guess;
      at = isAt(at, '"') ? readText(at, name) : readOther(at, name, depth);
      if (at == UNSURE) {
        return UNSURE;
      }
      at = next(at);
      if (isAt(at, '}')) {
        return at + 1;
      }
      if (!isAt(at, ',')) {
        return UNSURE;
      }
      at = next(at + 1);
    }
    return UNSURE;
  }

  private int readArray(int start, int depth) {
    int at = next(start);
    if (isAt(at, ']')) {
      return at + 1;
    }
    while (true) {
      at = isAt(at, '"') ? readText(at, nowhere.unknown) : readOther(at, nowhere.unknown, depth);
      if (at == UNSURE) {
        return UNSURE;
      }
      at = next(at);
      if (isAt(at, ']')) {
        return at + 1;
      }
      if (!isAt(at, ',')) {
        return UNSURE;
      }
      at = next(at + 1);
    }
  }

  /** Reads a text, as most values are; returns the position behind it. */
  private int readText(int start, Name name) {
    int close = endOfText(start + 1);
    if (close == UNSURE) {
      return UNSURE;
    }
    set(name, TEXT, start + 1, close);
    return close + 1;
  }

  /** Reads a value of any other type; returns the position behind it. */
  private int readOther(int start, Name name, int depth) {
    if (start >= json.length) {
      return UNSURE;
    }
    switch (json[start]) {
      case '{' -> {
        Members below = name.below;
        // All of an earlier object of the same name is replaced, what this one lacks included.
        set(name, below == null && !isAt(next(start + 1), '}') ? OTHER : ABSENT);
        return depth == MAX_DEPTH
            ? UNSURE
            : readObject(start + 1, below == null ? nowhere : below, depth + 1);
      }
      case '[' -> {
        set(name, isAt(next(start + 1), ']') ? ABSENT : OTHER);
        return depth == MAX_DEPTH ? UNSURE : readArray(start + 1, depth + 1);
      }
      case 'n' -> {
        set(name, ABSENT);
        return endOfWord(start, NULL_WORD);
      }
      case 't' -> {
        set(name, OTHER);
        return endOfWord(start, TRUE_WORD);
      }
      case 'f' -> {
        set(name, name.below == null ? FALSE : OTHER);
        return endOfWord(start, FALSE_WORD);
      }
      default -> {
        return readNumber(start, name);
      }
    }
  }

  private int readNumber(int start, Name name) {
    int first = json[start] == '-' ? start + 1 : start;
    int point = endOfDigits(first);
    if (point == first || (json[first] == '0' && point > first + 1)) {
      return UNSURE;
    }
    if (!isAt(point, '.')) {
      set(name, INTEGER, start, point);
      return point;
    }
    int end = endOfDigits(point + 1);
    set(name, DECIMAL, start, end);
    return end == point + 1 ? UNSURE : end;
  }

  private int endOfDigits(int start) {
    int at = start;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    return at;
  }

  private int endOfWord(int start, byte[] word) {
    int end = start + word.length;
    return end <= json.length && Arrays.equals(json, start, end, word, 0, word.length)
        ? end
        : UNSURE;
  }

  /** The position of the quote that ends a text. */
  private int endOfText(int start) {
    int at = start;
    for (int last = json.length - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = Words.at(json, at);
      // What ends a text, what must not stand in one, and what is not ASCII. A byte may be marked
      // without reason, but only behind one that is marked with reason.
      long marks =
          ((word ^ QUOTES) - Words.LOW_BITS
                  | (word ^ BACKSLASHES) - Words.LOW_BITS
                  | word - SPACES
                  | word)
              & Words.HIGH_BITS;
      if (marks != 0) {
        at += Words.first(marks);
        return json[at] < 0 ? endOfEncodedText(at) : json[at] == '"' ? at : UNSURE;
      }
    }
    return endOfLastText(at);
  }

  /** The same from the first character on that is not ASCII. */
  private int endOfEncodedText(int start) {
    if (!encodingIsChecked && Utf8.of(json, 0) != Utf8.Content.PLAIN) {
      return UNSURE;
    }
    encodingIsChecked = true;
    int at = start;
    for (int last = json.length - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = Words.at(json, at);
      long marks = (Words.zeros(word ^ QUOTES) | ((word - SPACES) & ~word)) & Words.HIGH_BITS;
      if (marks != 0) {
        at += Words.first(marks);
        return json[at] == '"' ? at : UNSURE;
      }
    }
    return endOfLastText(at);
  }

  /** The same where fewer than eight bytes are left. */
  private int endOfLastText(int start) {
    for (int at = start; at < json.length; at++) {
      byte next = json[at];
      if (next == '"') {
        return at;
      }
      if (next < 0 && !encodingIsChecked) {
        return endOfEncodedText(at);
      }
      if ((next >= 0 && next < ' ') || next == '\\') {
        return UNSURE;
      }
    }
    return UNSURE;
  }

  private void set(Name name, int form, int start, int end) {
    if (name.below == null) {
      setSlice(name, form, ClickTexts.slice(start, end - start));
    } else {
      // An empty text on the path to fields is nothing; of any other one it is not certain.
      set(name, start == end ? ABSENT : OTHER);
    }
  }

  private void set(Name name, int form) {
    setSlice(name, form, NOTHING);
  }

  private void setSlice(Name name, int form, int slice) {
    long value = (long) form << Integer.SIZE | Integer.toUnsignedLong(slice);
    for (int field : name.fields) {
      found[field] = value;
    }
  }

  /** The first position from here on without white space. */
  private int next(int start) {
    return start < json.length && json[start] <= ' ' ? nextAfterSpace(start) : start;
  }

  private int nextAfterSpace(int start) {
    int at = start;
    while (at < json.length && isSpace(json[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  private boolean isAt(int at, char wanted) {
    return at < json.length && json[at] == wanted;
  }
}
