package io.clickstream.ingest.json;

import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.RecordValues;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.RejectionReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one shape, one after the other, each in the plain form of JSON if it can, or
 * else with the parser for all of JSON.
 */
final class RecordReader {

  private final RecordShape shape;
  private final ClickRules rules;
  private final long maxRecordSize;
  private final FieldValues values;
  private final PlainValues plainValues;
  private final AnyJson any;
  private final Elements elements;

  RecordReader(RecordShape shape, IngestSettings settings) {
    this.shape = shape;
    this.rules = new ClickRules(shape, settings);
    this.maxRecordSize = settings.maxRecordSize();
    this.elements = new Elements();
    this.values = new FieldValues(shape);
    this.plainValues = new PlainValues(shape, reserved -> new PlainJson(shape, elements, reserved));
    this.any = new AnyJson(shape, values, elements);
  }

  /** The verdict on a record; null if it has an array of {@link #elements()} that are clicks. */
  @Nullable Ingested parse(Origin origin, long recordTimestamp, long wallClock) {
    Ingested plain = parsePlain(origin, recordTimestamp, wallClock);
    return plain == null && !elements.areFound()
        ? parseAny(origin, recordTimestamp, wallClock)
        : plain;
  }

  /**
   * The verdict on a record that is certain at first sight, as on nearly all; null if it is not, or
   * if it has {@link #elements()}.
   */
  @Nullable Ingested parsePlain(Origin origin, long recordTimestamp, long wallClock) {
    elements.clear();
    byte[] value = origin.value();
    if (value == null || value.length > maxRecordSize || !plainValues.read(value)) {
      return null;
    }
    return judge(plainValues, origin, recordTimestamp, wallClock);
  }

  /** The verdict on values of a record of this shape. */
  Ingested judge(RecordValues read, Origin origin, long recordTimestamp, long wallClock) {
    return rules.judge(read, origin, recordTimestamp, wallClock);
  }

  /** The verdict on any record; null if it has {@link #elements()}. */
  @Nullable Ingested parseAny(Origin origin, long recordTimestamp, long wallClock) {
    elements.clear();
    byte[] value = origin.value();
    if (value == null) {
      return ClickRules.reject(RejectionReason.NOT_AN_OBJECT, "no value", origin);
    }
    if (value.length > maxRecordSize) {
      return ClickRules.reject(
          RejectionReason.TOO_LARGE,
          "%d bytes, at most %d allowed".formatted(value.length, maxRecordSize),
          origin);
    }
    return parseAny(value, origin, recordTimestamp, wallClock);
  }

  /**
   * The same where the click was made JSON first.
   *
   * @param json that the values are read from; the result refers to the record
   */
  @Nullable Ingested parseAny(byte[] json, Origin origin, long recordTimestamp, long wallClock) {
    elements.clear();
    AnyJson.Problem problem = any.read(json);
    if (problem != null) {
      elements.clear();
      return ClickRules.reject(problem.reason(), problem.detail(), origin);
    }
    if (elements.areFound()) {
      return null;
    }
    values.read();
    return judge(values, origin, recordTimestamp, wallClock);
  }

  /** The clicks in the record that was parsed last, if there is an array of them. */
  Elements elements() {
    return elements;
  }

  /** The problems of the record that was parsed last, if it became a click with problems. */
  List<FieldProblem> problems() {
    return values.named(shape.fields().all());
  }
}
