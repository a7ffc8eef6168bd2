package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Form;
import io.clickstream.config.MissingWords;
import io.clickstream.ingest.FieldMapping;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.SlotTests;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.IdText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a record in its plain form, for fields with several places and for conditions. The
 * answers are those of {@link io.clickstream.ingest.FieldValues} for the same record.
 */
final class PlainSlots {

  private final PlainRecord record;
  private final FieldMapping mapping;
  private final MissingBytes missing;
  private final MissingWords missingWords;
  private final Set<String> nobody;

  /** By the number of a condition's line: the texts that it wants, if it wants nothing else. */
  private final @Nullable NameTable<Boolean>[] wanted;

  /** The same: the beginning that it wants of a text, if it wants nothing else. */
  private final byte[] @Nullable [] beginnings;

  PlainSlots(PlainRecord record, RecordShape shape) {
    this.record = record;
    this.mapping = shape.mapping();
    this.missing = new MissingBytes(shape.missing());
    this.missingWords = shape.missing();
    this.nobody = shape.nobody();
    this.wanted = wanted(shape);
    this.beginnings = beginnings(shape);
  }

  /** A word that means nothing is never wanted. */
  private static @Nullable NameTable<Boolean>[] wanted(RecordShape shape) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    @Nullable NameTable<Boolean>[] wanted = new NameTable[shape.tests().size()];
    for (int i = 0; i < wanted.length; i++) {
      if (shape.tests().get(i).test() instanceof Condition.OneOf any && any.numbers().isEmpty()) {
        Map<String, Boolean> texts = new HashMap<>();
        for (String text : any.texts()) {
          if (!shape.missing().meanNothing(text)) {
            texts.put(text, true);
          }
        }
        wanted[i] = NameTable.of(texts);
      }
    }
    return wanted;
  }

  private static byte[] @Nullable [] beginnings(RecordShape shape) {
    byte[] @Nullable [] beginnings = new byte[shape.tests().size()][];
    for (int i = 0; i < beginnings.length; i++) {
      if (shape.tests().get(i).test() instanceof Condition.Within within
          && within.start() != null
          && within.above() == null
          && within.below() == null) {
        beginnings[i] = within.start().getBytes(StandardCharsets.UTF_8);
      }
    }
    return beginnings;
  }

  /** The first slot that has a value; if none has, the first with anything that is none. */
  int chosen(ClickField field, int[] slots) {
    int other = slots[0];
    for (int slot : slots) {
      long found = record.found(slot);
      if (!isNothing(field, found)) {
        if (isScalar(PlainRecord.form(found))) {
          return slot;
        }
        other = isNothing(field, record.found(other)) ? slot : other;
      }
    }
    return other;
  }

  private static boolean isScalar(int form) {
    return form >= 0 || form == PlainRecord.TRUE;
  }

  private boolean isNothing(ClickField field, long found) {
    return switch (PlainRecord.form(found)) {
      case PlainRecord.ABSENT -> true;
      case PlainRecord.FALSE -> field.reading().isOfWords();
      case PlainRecord.TEXT -> meansNothing(found) || isNobody(field, found);
      case PlainRecord.INTEGER, PlainRecord.DECIMAL -> isNobody(field, found);
      default -> false;
    };
  }

  /** Whether a text means nothing; one that begins and ends with visible ASCII is not made. */
  private boolean meansNothing(long found) {
    int slice = PlainRecord.slice(found);
    int length = ClickTexts.length(slice);
    byte[] json = record.bytes();
    int start = ClickTexts.start(slice);
    if (length == 0) {
      return true;
    }
    boolean isVisible = json[start] > ' ' && json[start + length - 1] > ' ';
    return isVisible
        ? missing.isAt(json, start, length)
        : missingWords.meanNothing(ClickTexts.text(json, slice).strip());
  }

  /** Whether a value of a field is a user that is no person; the value is a text or a number. */
  boolean isNobody(@Nullable ClickField field, long found) {
    return !nobody.isEmpty()
        && ClickField.USER_ID.equals(field)
        && nobody.contains(
            IdText.of(ClickTexts.text(record.bytes(), PlainRecord.slice(found)).strip()));
  }

  /** Whether one value of the record is as a condition says. */
  boolean hold(SlotTests.Line line) {
    ClickField field = line.field();
    String constant = field == null ? null : mapping.constant(field);
    if (constant != null) {
      return line.test().holds(Form.TEXT, constant);
    }
    long found = record.found(line.slot());
    return switch (PlainRecord.form(found)) {
      case PlainRecord.TEXT -> holdsText(line, found);
      case PlainRecord.INTEGER -> holdsNumber(line, Form.INTEGER, found);
      case PlainRecord.DECIMAL -> holdsNumber(line, Form.DECIMAL, found);
      case PlainRecord.TRUE -> line.test().holds(Form.TRUE, "");
      case PlainRecord.FALSE -> line.test().holds(Form.FALSE, "");
      case PlainRecord.OTHER -> line.test().holds(Form.OBJECT, "");
      default -> line.test().holds(Form.ABSENT, "");
    };
  }

  private boolean holdsText(SlotTests.Line line, long found) {
    byte[] json = record.bytes();
    int slice = PlainRecord.slice(found);
    int start = ClickTexts.start(slice);
    int end = start + ClickTexts.length(slice);
    if (start < end && json[start] > ' ' && json[end - 1] > ' ') {
      // Nothing is around it, so that no text has to be made of it.
      NameTable<Boolean> texts = wanted[line.id()];
      if (texts != null) {
        return texts.get(json, start, end) != null && !isNobody(line.field(), found);
      }
      byte[] beginning = beginnings[line.id()];
      if (beginning != null) {
        int behind = start + beginning.length;
        return behind <= end
            && Arrays.equals(json, start, behind, beginning, 0, beginning.length)
            && isSomething(line, found);
      }
      if (line.test() instanceof Condition.Exists exists) {
        return isSomething(line, found) == exists.wanted();
      }
    }
    String text = ClickTexts.text(json, slice).strip();
    boolean isNothing = missingWords.meanNothing(text) || isNobody(line.field(), found);
    return line.test().holds(isNothing ? Form.ABSENT : Form.TEXT, text);
  }

  private boolean isSomething(SlotTests.Line line, long found) {
    return !meansNothing(found) && !isNobody(line.field(), found);
  }

  private boolean holdsNumber(SlotTests.Line line, Form form, long found) {
    String text = ClickTexts.text(record.bytes(), PlainRecord.slice(found));
    return line.test().holds(isNobody(line.field(), found) ? Form.ABSENT : form, text);
  }
}
