package io.clickstream.ingest.json;

import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.Members.Lead;
import io.clickstream.ingest.json.Members.Name;
import java.util.Map;

/**
 * Finds the values of our fields in a record that is JSON in its plain form, as nearly all records
 * are: an object in UTF-8 without backslashes and exponents, neither deep nor long.
 *
 * <p>It reads a record as {@link JsonClickFormat} does with a parser for all of JSON. It never
 * decides that something is wrong: it leaves all that it does not know for certain to that parser.
 *
 * <p>It is fast because most records have the same names in the same order as those before them:
 * the name that followed the last one before is compared with the bytes there. Only if it is
 * another one, its end is searched and the name looked up. Its memory of earlier records decides
 * how long it takes, never what it finds.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
class PlainJson extends PlainFindings {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_NAME_LENGTH = 255;

  private static final byte[] TRUE_WORD = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE_WORD = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL_WORD = {'n', 'u', 'l', 'l'};

  /** How a record leads on. */
  private final Lead root;

  private final Members nowhere = new Members(Map.of());

  /** Gets the places of the clicks in an array. */
  private final Elements elements;

  /**
   * A reader for records of a shape.
   *
   * @param elements gets the places of the clicks in an array, if there is one
   * @param reserved how many places behind the value must be left to name
   */
  PlainJson(RecordShape shape, Elements elements, int reserved) {
    super(shape, reserved);
    this.elements = elements;
    this.root = root();
  }

  /**
   * Reads a record; returns whether it was in its plain form, so that all fields are known. If it
   * has an array of clicks, only their places are.
   */
  @Override
  public boolean read(byte[] value) {
    boolean isShort = value.length <= maxLength;
    return (isShort || root.toClicks()) && readAll(value) && (isShort || elements.areFound());
  }

  /** The same of any length. */
  final boolean readAll(byte[] value) {
    begin(value);
    int start = next(0);
    int end;
    if (isAt(start, '{')) {
      end = readObject(start + 1, root.below(), 1);
    } else if (isAt(start, '[') && root.array() != null) {
      end = readElements(start + 1, root.array(), 1);
    } else {
      return false;
    }
    return end != UNSURE && next(end) == value.length;
  }

  /** Whether the record has an array of clicks, as far as it was read. */
  @Override
  public boolean hasClicks() {
    return elements.areFound();
  }

  /** Forgets the clicks: the record was not read to its end, and they may be none. */
  @Override
  public void forgetClicks() {
    elements.clear();
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
  final int readText(int start, Name name) {
    int close = endOfText(start + 1);
    if (close == UNSURE) {
      return UNSURE;
    }
    Lead lead = name.lead;
    if (lead == null) {
      setPlace(name.fields, TEXT, start + 1, close);
    } else if (!setLeadingText(name, lead, start + 1, close)) {
      return UNSURE;
    }
    return close + 1;
  }

  /** Reads a value of any other type; returns the position behind it. */
  final int readOther(int start, Name name, int depth) {
    if (start >= json.length) {
      return UNSURE;
    }
    Lead lead = name.lead;
    if (lead != null) {
      return readLeading(start, name, lead, depth);
    }
    switch (json[start]) {
      case '{' -> {
        set(name.fields, isAt(next(start + 1), '}') ? ABSENT : OTHER);
        return depth == MAX_DEPTH ? UNSURE : readObject(start + 1, nowhere, depth + 1);
      }
      case '[' -> {
        set(name.fields, isAt(next(start + 1), ']') ? ABSENT : OTHER);
        return depth == MAX_DEPTH ? UNSURE : readArray(start + 1, depth + 1);
      }
      case 'n' -> {
        set(name.fields, ABSENT);
        return endOfWord(start, NULL_WORD);
      }
      case 't' -> {
        setWord(name.fields, TRUE, start);
        return endOfWord(start, TRUE_WORD);
      }
      case 'f' -> {
        setWord(name.fields, FALSE, start);
        return endOfWord(start, FALSE_WORD);
      }
      default -> {
        return readNumber(start, name.fields);
      }
    }
  }

  /** The same under a name that leads on. */
  private int readLeading(int start, Name name, Lead lead, int depth) {
    // This replaces all of an earlier object of the same name, members that it lacks included.
    forget(name, lead);
    int first = json[start];
    if (first == '{' || first == '[') {
      if (depth == MAX_DEPTH) {
        return UNSURE;
      }
      boolean isObject = first == '{';
      boolean isEmpty = isAt(next(start + 1), isObject ? '}' : ']');
      set(lead.own(), isEmpty ? ABSENT : OTHER);
      if (isObject && lead.intoObject()) {
        return readObject(start + 1, lead.below(), depth + 1);
      }
      if (!isObject && lead.array() != null) {
        return readElements(start + 1, lead.array(), depth + 1);
      }
      leadNowhere(lead, isEmpty);
      return isObject ? readObject(start + 1, nowhere, depth + 1) : readArray(start + 1, depth + 1);
    }
    leadNowhere(lead, first == 'n');
    switch (first) {
      case 'n' -> {
        set(lead.own(), ABSENT);
        return endOfWord(start, NULL_WORD);
      }
      case 't' -> {
        setWord(lead.own(), TRUE, start);
        return endOfWord(start, TRUE_WORD);
      }
      case 'f' -> {
        setWord(lead.own(), FALSE, start);
        return endOfWord(start, FALSE_WORD);
      }
      default -> {
        return readNumber(start, lead.own());
      }
    }
  }

  private void forget(Name name, Lead lead) {
    set(name.fields, ABSENT);
    if (lead.toProducts()) {
      products.clear();
    }
    if (lead.toClicks()) {
      elements.clear();
    }
  }

  /**
   * Something is there that does not lead on; if it cannot be a value either, that is a problem.
   */
  private void leadNowhere(Lead lead, boolean isNothing) {
    if (!isNothing) {
      set(lead.unreachable(), UNREACHABLE);
    }
  }

  /** A text under a name that leads on; returns whether it is known what it means. */
  private boolean setLeadingText(Name name, Lead lead, int start, int end) {
    forget(name, lead);
    if (lead.intoText() && start != end) {
      return false;
    }
    setPlace(lead.own(), TEXT, start, end);
    // A word for nothing is not known here, and is no problem then.
    leadNowhere(lead, start == end);
    return true;
  }

  /** Reads from behind the bracket of an array whose elements lead on. */
  int readElements(int start, Members.Array array, int depth) {
    if (array.hasClicks()) {
      elements.begin(start);
    }
    Name first = array.first();
    int at = next(start);
    boolean isFirst = true;
    if (isAt(at, ']')) {
      endArray(array, at);
      return at + 1;
    }
    while (true) {
      int from = at;
      Name object = array.element();
      boolean isElement = object != null && isAt(at, '{');
      Name name = object != null && isElement ? object : nowhere.unknown;
      if (isFirst && first != null) {
        name = first;
      }
      isFirst = false;
      at = isAt(at, '"') ? readText(at, name) : readOther(at, name, depth);
      if (at == UNSURE) {
        return UNSURE;
      }
      if (array.hasClicks()) {
        elements.add(from, at);
      } else if (isElement && name == object) {
        endElement(array, at);
      }
      at = next(at);
      if (isAt(at, ']')) {
        endArray(array, at);
        return at + 1;
      }
      if (!isAt(at, ',')) {
        return UNSURE;
      }
      at = next(at + 1);
    }
  }

  private void endArray(Members.Array array, int at) {
    if (array.hasClicks()) {
      elements.end(at);
    }
  }

  /** Keeps the findings in an element if they are wanted. */
  private void endElement(Members.Array array, int end) {
    int[] product = array.product();
    if (product != null) {
      products.add(found, product);
    } else if (array.entries() != null && end - base <= maxLength) {
      array.entries().copy(json, base, found);
    }
  }

  private int readNumber(int start, int[] fields) {
    int first = json[start] == '-' ? start + 1 : start;
    int point = endOfDigits(first);
    if (point == first || (json[first] == '0' && point > first + 1)) {
      return UNSURE;
    }
    if (!isAt(point, '.')) {
      setPlace(fields, INTEGER, start, point);
      return point;
    }
    int end = endOfDigits(point + 1);
    setPlace(fields, DECIMAL, start, end);
    return end == point + 1 ? UNSURE : end;
  }
}
