package io.clickstream.ingest.avro;

import io.clickstream.columns.Form;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.TimestampUnit;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.avro.ReadingPlan.Wanted;
import io.clickstream.ingest.json.PlainRecord;
import io.clickstream.ingest.json.PlainValues;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges what was found in records of one shape. Where a value is not certain, or places in the
 * record cannot be named as it is too long, all values are made texts of their own.
 */
final class AvroReader {

  private final RecordShape shape;
  private final ClickRules rules;
  private final FieldValues values;
  private final PlainValues plainValues;
  private final int[] productSlots;
  private final int slots;
  private final int secondDigits;

  /** Set by the constructor of the values that are read from it. */
  @SuppressWarnings("NullAway.Init")
  private AvroRecord record;

  AvroReader(RecordShape shape, IngestSettings settings) {
    this.shape = shape;
    this.rules = new ClickRules(shape, settings);
    this.values = new FieldValues(shape);
    this.plainValues =
        new PlainValues(
            shape,
            reserved -> {
              record = new AvroRecord(shape, reserved);
              return record;
            });
    this.slots = shape.mapping().slots();
    this.secondDigits = secondDigits(settings.timestampUnit());
    MappingNode.Products products = shape.mapping().products();
    this.productSlots = products == null ? new int[0] : PlainRecord.productSlots(products);
  }

  /** Digits of a second that a number counts which is a time. */
  private static int secondDigits(@Nullable TimestampUnit unit) {
    if (unit == null) {
      return 3;
    }
    return switch (unit) {
      case S -> 0;
      case MS -> 3;
      case US -> 6;
      case NS -> 9;
    };
  }

  /** The wanted parts of a record. */
  Wanted wanted() {
    return new Wanted(
        PathTree.of(shape.mapping().root()),
        slots,
        productSlots,
        secondDigits,
        values::meansNothing);
  }

  /** The verdict on a record in which something was found. */
  Ingested judge(AvroCursor found, Origin origin, long recordTimestamp, long wallClock) {
    record.use(found);
    byte[] value = Objects.requireNonNull(origin.value());
    if (plainValues.read(value)) {
      return rules.judge(plainValues, origin, recordTimestamp, wallClock);
    }
    values.clear(found.isBroken());
    for (int slot = 0; slot < slots; slot++) {
      // Absent values have been cleared; a constant is not in the record.
      if (found.form(slot) != Form.ABSENT) {
        values.set(slot, found.form(slot), text(found, slot));
      }
    }
    MappingNode.Products products = shape.mapping().products();
    for (int i = 0; products != null && i < found.products(); i++) {
      if (i < FieldValues.MAX_PRODUCTS) {
        found.restoreProduct(i);
        for (int slot : productSlots) {
          values.set(slot, found.form(slot), text(found, slot));
        }
      }
      values.endProduct(products);
    }
    values.read();
    return rules.judge(values, origin, recordTimestamp, wallClock);
  }

  private static String text(AvroCursor found, int slot) {
    return switch (found.form(slot)) {
      case TEXT, INTEGER, DECIMAL -> {
        int length = found.bytes().length;
        boolean inRecord = found.start(slot) < length;
        int offset = inRecord ? 0 : length;
        yield Utf8Range.text(
            inRecord ? found.bytes() : found.extra(),
            found.start(slot) - offset,
            found.end(slot) - offset);
      }
      default -> "";
    };
  }

  /** The problems of the record that was judged last, if it became a click with problems. */
  List<FieldProblem> problems() {
    return values.named(shape.fields().all());
  }
}
