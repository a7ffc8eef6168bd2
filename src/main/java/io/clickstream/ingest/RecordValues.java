package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Form;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one record for each of our fields, each in the type of its field: {@link
 * ClickRules} judges a record by them. A value that does not fit its field is none, and a
 * {@linkplain #hasProblem problem} of that field. The rules decide whether the click can do without
 * it.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
public abstract class RecordValues {

  /** The times that a click can have. */
  static final String POSSIBLE_TIME = "a time from 2000-01-01 to before 2100-01-01 (UTC)";

  private static final List<Integer> NO_PROBLEMS = List.of();
  private static final long[] NO_BITS = {};

  private final FieldMapping mapping;

  /** The fields with a problem; of these alone the next two say something. */
  private final BitSet problems = new BitSet();

  private final String[] expected;
  private final String[] found;
  private boolean hasProblems;

  private boolean isKafkaTime;
  private long timestamp;
  private long quantity;
  private @Nullable BigDecimal price;
  private @Nullable BigDecimal revenue;
  private List<ClickProduct> products = List.of();

  private final List<EventTypeMapping.ByCondition> typesByCondition;
  private final @Nullable SlotTests skip;

  /** Null if nothing is defined. */
  private final @Nullable ClickDefinitions definitions;

  /** The conditions of definitions that the click fulfils, a bit for each. */
  private final long[] fulfilled;

  private EventKind kind = EventKind.OTHER;
  private boolean isSkipped;
  private long sentAt = TimestampReader.INVALID;
  private long receivedAt = TimestampReader.INVALID;

  protected RecordValues(RecordShape shape) {
    this.mapping = shape.mapping();
    this.typesByCondition = shape.eventTypes().byCondition();
    this.skip = shape.skip();
    this.definitions = shape.definitions();
    this.fulfilled = definitions == null ? NO_BITS : new long[definitions.conditions().words()];
    this.expected = new String[shape.fields().count()];
    this.found = new String[shape.fields().count()];
  }

  /** Whether the record has a text. */
  protected abstract boolean has(ClickText which);

  /** A text that the record has. */
  protected abstract String text(ClickText which);

  /** The meaning of the record's event type, {@link EventKind#OTHER} if it is none of ours. */
  protected abstract EventKind kindOfText();

  /** Whether one value of the record is as a condition says; of a type the record's own text. */
  protected abstract boolean holds(SlotTests.Line line);

  /** Makes our name of a kind the text of the event type, since the record has none. */
  protected abstract void nameType(EventKind kind);

  /** All texts, for the click. */
  protected abstract ClickTexts texts();

  /**
   * The conditions whose line on the event type the record's own text fulfils, as {@link
   * ClickConditions#ofText} says; null if the record's type is no text.
   */
  protected abstract long @Nullable [] fulfilledByType(ClickConditions conditions);

  /**
   * Finds what the click is once its texts are read: what happened, whether it is left out, and
   * which conditions it fulfils. A type that a condition makes is then a text as well.
   */
  protected final void decide() {
    kind = findKind();
    isSkipped = skip != null && hold(skip, kind);
    if (isSkipped) {
      return;
    }
    if (definitions != null && fulfilled.length > 0) {
      test(definitions.conditions());
    }
    if (kind != EventKind.OTHER && !has(ClickText.EVENT_TYPE)) {
      nameType(kind);
    }
  }

  private void test(ClickConditions conditions) {
    long[] byType = fulfilledByType(conditions);
    for (int word = 0; word < fulfilled.length; word++) {
      fulfilled[word] =
          byType == null
              ? tested(conditions, word)
              : testedRest(conditions, word, conditions.left(word, kind, byType));
    }
  }

  private long testedRest(ClickConditions conditions, int word, long candidates) {
    long holding = candidates;
    for (long left = candidates; left != 0; left &= left - 1) {
      int condition = word * Long.SIZE + Long.numberOfTrailingZeros(left);
      if (!hold(conditions.rest(condition), kind)) {
        holding &= ~(left & -left);
      }
    }
    return holding;
  }

  private long tested(ClickConditions conditions, int word) {
    long holding = 0;
    int end = Math.min(conditions.count(), (word + 1) * Long.SIZE);
    for (int condition = word * Long.SIZE; condition < end; condition++) {
      if (hold(conditions.whole(condition), kind)) {
        holding |= 1L << condition;
      }
    }
    return holding;
  }

  /**
   * Whether the click fulfils a condition.
   *
   * @param condition its index, or {@link ClickDefinitions#NONE} for none that it has to
   */
  protected final boolean fulfils(int condition) {
    return condition < 0 || (fulfilled[condition / Long.SIZE] >>> condition & 1) != 0;
  }

  /** The marks of the click. */
  final ClickMarks marks() {
    return definitions == null || definitions.marks() == 0
        ? ClickMarks.NONE
        : ClickMarks.of(bits(0, definitions.marks()), bits(1, definitions.marks()));
  }

  /** Of the first bits those in a word. */
  private long bits(int word, int count) {
    int inWord = count - word * Long.SIZE;
    if (inWord <= 0) {
      return 0;
    }
    return inWord >= Long.SIZE ? fulfilled[word] : fulfilled[word] & (1L << inWord) - 1;
  }

  /** The kind of the event, by the event type or a condition. */
  final EventKind kind() {
    return kind;
  }

  /** Whether the click is to be left out. */
  protected final boolean isSkipped() {
    return isSkipped;
  }

  private EventKind findKind() {
    EventKind ofText = has(ClickText.EVENT_TYPE) ? kindOfText() : EventKind.OTHER;
    if (!typesByCondition.isEmpty()) {
      for (EventTypeMapping.ByCondition type : typesByCondition) {
        if (type.kind().compareTo(ofText) > 0) {
          break;
        }
        if (hold(type.tests(), EventKind.OTHER)) {
          return type.kind();
        }
      }
    }
    return ofText;
  }

  private boolean hold(SlotTests tests, EventKind kind) {
    for (SlotTests.Line line : tests.lines()) {
      boolean isOurs = line.isEventType() && kind != EventKind.OTHER;
      if (!(isOurs ? ofType(line, kind) : holds(line))) {
        return false;
      }
    }
    return true;
  }

  /** Of a type both the record's own text and our name for it count. */
  private boolean ofType(SlotTests.Line line, EventKind kind) {
    Condition.Expectation test = line.test();
    boolean ofName = test.holds(Form.TEXT, kind.text());
    return test instanceof Condition.Exists ? ofName : ofName || holds(line);
  }

  /** Sets what the click says of an order. */
  protected final void setOrder(@Nullable BigDecimal revenue, List<ClickProduct> products) {
    this.revenue = revenue;
    this.products = products;
  }

  /** The total, an exact number, or null. */
  public final @Nullable BigDecimal revenue() {
    return revenue;
  }

  /** Those in the click's list, if it has one. */
  public final List<ClickProduct> products() {
    return products;
  }

  /** Sets the values that are no texts. */
  protected final void setNumbers(long timestamp, long quantity, @Nullable BigDecimal price) {
    this.timestamp = timestamp;
    this.quantity = quantity;
    this.price = price;
  }

  /** Says whether the time is that of the Kafka record, until it says otherwise. */
  protected final void setKafkaTime(boolean isKafkaTime) {
    this.isKafkaTime = isKafkaTime;
  }

  /** Whether the time is that of the Kafka record; {@link #timestamp} means nothing then. */
  public final boolean isKafkaTime() {
    return isKafkaTime;
  }

  /**
   * Sets the times by which clocks are compared, where they are: epoch ms, or {@link
   * TimestampReader#INVALID}.
   */
  protected final void setClocks(long sentAt, long receivedAt) {
    this.sentAt = sentAt;
    this.receivedAt = receivedAt;
  }

  /** The look of a time that is not possible, in a few words that do not quote it. */
  protected abstract String looksLike(ClickField time);

  /** Epoch ms, be it possible for a click or not; any number where the field has a problem. */
  public final long timestamp() {
    return timestamp;
  }

  /** When the record says that it was sent, epoch ms; {@link TimestampReader#INVALID} if not. */
  public final long sentAt() {
    return sentAt;
  }

  /**
   * When the record says that it was received, epoch ms; {@link TimestampReader#INVALID} if not.
   */
  public final long receivedAt() {
    return receivedAt;
  }

  /** A whole number from 0 to {@link FieldValues#MAX_QUANTITY}, 1 if there is none. */
  public final long quantity() {
    return quantity;
  }

  /** An exact number, positive or not, with the fraction digits that it is written with. */
  public final @Nullable BigDecimal price() {
    return price;
  }

  /** Whether the field could not be read as it is. */
  public final boolean hasProblem(ClickField field) {
    return hasProblems && problems.get(field.index());
  }

  /** The problem of a field that has one. */
  public final FieldProblem problem(ClickField field) {
    int index = field.index();
    return new FieldProblem(field, mapping.label(field), expected[index], found[index]);
  }

  /** The indices of the fields that could not be read as they are. */
  public final List<Integer> problems() {
    return hasProblems ? problems.stream().boxed().toList() : NO_PROBLEMS;
  }

  /** All problems, in the order of the fields. */
  public final List<FieldProblem> named(List<ClickField> fields) {
    List<FieldProblem> named = new ArrayList<>();
    problems.stream().forEach(index -> named.add(problem(fields.get(index))));
    return named;
  }

  /** Makes a problem of a field: something else is not as expected. */
  protected final void setProblem(ClickField field, String expected, String found) {
    problems.set(field.index());
    hasProblems = true;
    this.expected[field.index()] = expected;
    this.found[field.index()] = found;
  }

  /** Forgets the problems of the last record. */
  protected final void clearProblems() {
    if (hasProblems) {
      problems.clear();
      hasProblems = false;
    }
  }
}
