package io.clickstream.ingest;

import io.clickstream.columns.Condition;
import io.clickstream.columns.Condition.OneOf;
import io.clickstream.config.MissingWords;
import io.clickstream.model.EventKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many conditions that every click is tested by. Most of them ask for its type by name: what the
 * type says of all of these is known at once, and only the other lines of those that it leaves are
 * tested one by one.
 *
 * <p>Sets of conditions are bits by their index, 64 a word.
 */
public final class ClickConditions implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<SlotTests> whole;

  /** By condition, the lines that are left once the type has been asked for. */
  private final List<SlotTests> rest;

  /** The conditions that do not ask for the type by name. */
  private final long[] ofAnyType;

  /** By kind, those that our name for it fulfils. */
  private final long[][] ofKind = new long[EventKind.values().length][];

  /** By the record's own text of the type, those that it fulfils. */
  private final Map<String, long[]> ofText = new HashMap<>();

  private final long[] none;

  private ClickConditions(List<SlotTests> whole, MissingWords missing) {
    this.whole = List.copyOf(whole);
    int words = (whole.size() + Long.SIZE - 1) / Long.SIZE;
    this.none = new long[words];
    this.ofAnyType = new long[words];
    for (EventKind kind : EventKind.values()) {
      ofKind[kind.ordinal()] = new long[words];
    }
    List<SlotTests> rests = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      SlotTests tests = whole.get(i);
      SlotTests.Line ofType = ofType(tests);
      if (ofType != null && ofType.test() instanceof OneOf names) {
        addNames(i, names, missing);
        rests.add(tests.without(ofType));
      } else {
        add(ofAnyType, i);
        rests.add(tests);
      }
    }
    this.rest = List.copyOf(rests);
  }

  /**
   * Some conditions for records of a mapping.
   *
   * @param missing texts that mean nothing
   * @throws IllegalArgumentException if one tests a field that is not in the record
   */
  static ClickConditions of(
      List<Condition> conditions, MissingWords missing, SlotTests.Compiler compiler) {
    List<SlotTests> compiled = new ArrayList<>();
    for (Condition condition : conditions) {
      compiled.add(compiler.compile("session, where " + condition, condition));
    }
    return new ClickConditions(compiled, missing);
  }

  /** The line that asks for the type by name, and by no number; or null. */
  private static SlotTests.@Nullable Line ofType(SlotTests tests) {
    for (SlotTests.Line line : tests.lines()) {
      if (line.isEventType() && line.test() instanceof OneOf names && names.numbers().isEmpty()) {
        return line;
      }
    }
    return null;
  }

  private void addNames(int condition, OneOf names, MissingWords missing) {
    for (EventKind kind : EventKind.values()) {
      if (kind != EventKind.OTHER && names.texts().contains(kind.text())) {
        add(ofKind[kind.ordinal()], condition);
      }
    }
    for (String text : names.texts()) {
      if (!missing.meanNothing(text)) {
        add(ofText.computeIfAbsent(text, key -> new long[none.length]), condition);
      }
    }
  }

  private static void add(long[] conditions, int condition) {
    conditions[condition / Long.SIZE] |= 1L << condition;
  }

  /** How many words the bits of all of them take. */
  int words() {
    return none.length;
  }

  /** All lines of a condition. */
  SlotTests whole(int condition) {
    return whole.get(condition);
  }

  /** How many conditions there are. */
  int count() {
    return whole.size();
  }

  /** The lines of a condition that its type leaves. */
  SlotTests rest(int condition) {
    return rest.get(condition);
  }

  /**
   * The conditions that a type leaves.
   *
   * @param byText those that the record's own text fulfils
   */
  long left(int word, EventKind kind, long[] byText) {
    return ofAnyType[word] | ofKind[kind.ordinal()][word] | byText[word];
  }

  /** By a text of a record's type, the conditions that it fulfils; not to be modified. */
  public Map<String, long[]> ofText() {
    return ofText;
  }

  /** No conditions; not to be modified. */
  public long[] none() {
    return none;
  }
}
