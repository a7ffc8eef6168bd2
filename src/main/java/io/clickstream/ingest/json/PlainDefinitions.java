package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Reading;
import io.clickstream.ingest.ClickConditions;
import io.clickstream.ingest.ClickDefinitions;
import io.clickstream.ingest.DefinedTexts;
import io.clickstream.ingest.FieldMapping;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.ClickTexts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values that definitions read of a record in its plain form, and what its type says of their
 * conditions. Values stand in the record, as they are or as part of a longer text; only others, as
 * a number with an exponent, are written behind it.
 */
final class PlainDefinitions {

  private static final int NONE = ClickDefinitions.NONE;

  private final PlainRecord record;
  private final PlainTexts texts;
  private final PlainSlots slots;
  private final ClickConditions conditions;
  private final NameTable<long[]> ofText;

  /** The meaning of a constant type, or null if the type is not constant. */
  private final long @Nullable [] ofConstant;

  private final Value[] values;

  /** Texts of this record that do not stand in it. */
  private byte[] written = {};

  private int writtenLength;

  /**
   * One value.
   *
   * @param text the index of the text that it is
   * @param ofText the text of the click that it is where it counts, or {@link #NONE}
   * @param cell where its only place is kept, or {@link #NONE} if it has several
   * @param constant the text that it is in every click, if it is in no record; without bytes if
   *     that is no such value; else null
   */
  private record Value(
      int text,
      int ofText,
      int cell,
      int condition,
      Reading reading,
      ClickField field,
      int[] slots,
      @Nullable ClickField from,
      byte @Nullable [] constant) {}

  PlainDefinitions(
      RecordShape shape,
      ClickDefinitions definitions,
      PlainRecord record,
      PlainTexts texts,
      PlainSlots slots) {
    this.record = record;
    this.texts = texts;
    this.slots = slots;
    this.conditions = definitions.conditions();
    this.ofText = NameTable.of(conditions.ofText());
    String type = shape.mapping().constant(ClickField.EVENT_TYPE);
    this.ofConstant =
        type == null ? null : conditions.ofText().getOrDefault(type, conditions.none());
    int[] cells = PlainRecord.cells(shape);
    this.values =
        definitions.values().stream()
            .map(
                value ->
                    new Value(
                        value.field().text(),
                        value.ofText(),
                        value.slots().length == 1 ? cells[value.slots()[0]] : NONE,
                        value.condition(),
                        value.field().reading(),
                        value.field(),
                        value.slots(),
                        value.from(),
                        constant(value, shape.mapping())))
            .toArray(Value[]::new);
  }

  private static byte @Nullable [] constant(ClickDefinitions.Value value, FieldMapping mapping) {
    ClickField from = value.from();
    String text = from == null ? null : mapping.constant(from);
    if (text == null) {
      return null;
    }
    String read = DefinedTexts.ofConstant(value.field().reading(), text);
    return read == null ? new byte[0] : read.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The conditions whose line on the type the record's own text fulfils; null if it is no text.
   *
   * @param slice of the text of the type
   */
  long @Nullable [] fulfilledByType(int slice) {
    if (ofConstant != null) {
      return ofConstant;
    }
    if (PlainRecord.form(record.found(ClickField.EVENT_TYPE)) != PlainRecord.TEXT) {
      return null;
    }
    if (slice == 0) {
      return conditions.none();
    }
    int start = ClickTexts.start(slice);
    long[] found = ofText.get(record.bytes(), start, start + ClickTexts.length(slice));
    return found == null ? conditions.none() : found;
  }

  /**
   * Sets the values of the record.
   *
   * @param slices by text
   * @param extra what continues the record so far
   * @return what continues it now
   */
  byte @Nullable [] read(PlainValues click, int[] slices, byte @Nullable [] extra) {
    writtenLength = 0;
    int behind = record.bytes().length + (extra == null ? 0 : extra.length);
    long[] found = record.texts();
    for (Value value : values) {
      if (click.isFulfilled(value.condition)) {
        slices[value.text] =
            value.ofText == NONE ? slice(value, found, behind) : cut(slices[value.ofText]);
      }
    }
    if (writtenLength == 0) {
      return extra;
    }
    texts.require(behind + writtenLength <= ClickTexts.MAX_SLICED_LENGTH);
    return OwnTexts.with(extra, Arrays.copyOf(written, writtenLength));
  }

  /** A text of the click; in doubt if it may have to be cut. */
  private int cut(int slice) {
    texts.require(ClickTexts.length(slice) <= DefinedTexts.MAX_LENGTH);
    return slice;
  }

  private int slice(Value value, long[] cells, int behind) {
    byte[] constant = value.constant;
    if (constant != null) {
      texts.require(constant.length > 0);
      return write(constant, behind);
    }
    long found =
        value.cell == NONE
            ? record.found(slots.chosen(value.field, value.slots))
            : cells[value.cell];
    int form = PlainRecord.form(found);
    if (form == PlainRecord.ABSENT) {
      return 0;
    }
    if (value.reading == Reading.FLAG && (form == PlainRecord.TRUE || form == PlainRecord.FALSE)) {
      return word(form == PlainRecord.TRUE, ClickTexts.start(PlainRecord.slice(found)), behind);
    }
    byte[] bytes = record.bytes();
    int slice = texts.text(bytes, found, DefinedTexts.MAX_LENGTH);
    if (form == PlainRecord.FALSE) {
      // Nothing where words are read, and else no value.
      texts.require(value.reading.isOfWords());
      return 0;
    }
    if (slice == 0 || slots.isNobody(value.from, found)) {
      return 0;
    }
    return switch (value.reading) {
      case ID -> PlainTexts.id(bytes, slice);
      case TEXT, CODE -> slice;
      default -> noWords(value.reading, bytes, slice, behind);
    };
  }

  private int noWords(Reading reading, byte[] bytes, int text, int behind) {
    int start = ClickTexts.start(text);
    int end = start + ClickTexts.length(text);
    int slice = DefinedTexts.slice(reading, bytes, start, end);
    if (slice == DefinedTexts.OTHER) {
      return write(DefinedTexts.written(bytes, start, end), behind);
    }
    texts.require(slice != DefinedTexts.NONE);
    return slice;
  }

  /** The word for a boolean, which stands where it was found if the record has words. */
  private int word(boolean is, int at, int behind) {
    byte[] word = DefinedTexts.word(is);
    byte[] bytes = record.bytes();
    int end = at + word.length;
    boolean isThere = end <= bytes.length && Arrays.equals(bytes, at, end, word, 0, word.length);
    return isThere ? ClickTexts.slice(at, word.length) : write(word, behind);
  }

  private int write(byte[] text, int behind) {
    int from = writtenLength;
    if (written.length - from < text.length) {
      written = Arrays.copyOf(written, 2 * written.length + text.length);
    }
    System.arraycopy(text, 0, written, from, text.length);
    writtenLength += text.length;
    return ClickTexts.slice(behind + from, text.length);
  }
}
