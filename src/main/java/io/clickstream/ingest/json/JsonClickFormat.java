package io.clickstream.ingest.json;

import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.RejectionReason;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clicks as JSON objects in UTF-8, one a record, or as many as an array in the record has.
 *
 * <p>The whole value must be one well-formed object. All that follows it, or is in a field that is
 * skipped, counts as well, so that a verdict does not depend on which fields are read. A byte order
 * mark in front is ignored. Of duplicate names the last one counts. Nesting beyond {@value
 * AnyJson#MAX_DEPTH} levels and names beyond {@value UntrustedJson#MAX_NAME_LENGTH} bytes are
 * malformed. Time and memory spent on a record are proportional to its length at most. Only the
 * parser's table of names outlives a record, and it is bounded by its 6 000 entries of such names.
 *
 * <p>A value that means nothing, and an empty array or a text that means nothing on the path to a
 * field, is as if it were not there. Anything else on the path that is no object leaves the fields
 * behind it without a readable value; unless records of another shape have a value there.
 *
 * <p>Nearly all records are in a plain form of JSON, and those are read by {@link PlainJson}. The
 * parser for all of JSON reads every record with anything that is not certain there, from its
 * beginning. So that parser alone decides that a record is no JSON and that a value is no value of
 * its field. One judge, {@link ClickRules}, decides on the values of both, and {@code
 * PlainRecordsTest} shows that both give it the same.
 *
 * <p>An element of an array of clicks is read as the record that has it alone in that array: one
 * after the other, or all at one go by {@link BatchReader} where the record before was a batch as
 * well. Both give the same. A record that cannot be read at all is rejected once, an element that
 * is no click alone.
 *
 * <p>Details of rejections never quote the record.
 */
public final class JsonClickFormat implements ClickFormat {

  private static final long serialVersionUID = 1L;

  private final IngestSettings settings;
  private final RecordShape shape;
  private final @Nullable RecordShape shapeOfElements;
  private transient @Nullable RecordReader records;
  private transient @Nullable RecordReader elements;
  private transient @Nullable BatchReader batches;

  /** Whether the last record had an array of clicks: then the next one is expected to. */
  private transient boolean wasBatch;

  /** Read the last record. */
  private transient @Nullable RecordReader last;

  /**
   * Reads clicks as the settings say.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public JsonClickFormat(IngestSettings settings) {
    this(settings, Columns.BUILT_IN);
  }

  /**
   * Reads clicks for a table, and with them what its definitions need.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict
   *     themselves, or a definition needs what is not in the records
   */
  public JsonClickFormat(IngestSettings settings, Columns table) {
    this.settings = settings;
    this.shape = RecordShape.of(settings, table);
    this.shapeOfElements = RecordShape.ofElements(settings, table);
  }

  @Override
  public void parse(
      Origin origin, long recordTimestamp, long wallClock, Consumer<? super Ingested> out) {
    if (wasBatch && batches().read(origin.value())) {
      parseElements(batches().elements(), batches(), origin, recordTimestamp, wallClock, out);
      return;
    }
    RecordReader reader = records();
    last = reader;
    Ingested ingested = reader.parse(origin, recordTimestamp, wallClock);
    wasBatch = ingested == null;
    if (ingested != null) {
      out.accept(ingested);
    } else {
      parseElements(reader.elements(), null, origin, recordTimestamp, wallClock, out);
    }
  }

  /**
   * The verdict on a click that has been made JSON, since its record is none.
   *
   * @param json one object; {@code ingest.clicks-at} and {@code ingest.max-record-size} mean
   *     nothing for it
   * @param origin the record that it was made of; the result refers to it
   */
  public Ingested parseMade(byte[] json, Origin origin, long recordTimestamp, long wallClock) {
    RecordReader reader = records();
    last = reader;
    Ingested ingested = reader.parseAny(json, origin, recordTimestamp, wallClock);
    return ingested == null
        ? ClickRules.reject(
            RejectionReason.NOT_AN_OBJECT, "expected one click, found an array", origin)
        : ingested;
  }

  /**
   * Reads the clicks of a record.
   *
   * @param batch has read them already; null if nobody has
   */
  private void parseElements(
      Elements clicks,
      @Nullable BatchReader batch,
      Origin origin,
      long recordTimestamp,
      long wallClock,
      Consumer<? super Ingested> out) {
    byte[] value = Objects.requireNonNull(origin.value());
    if (clicks.count() == 0) {
      out.accept(Ingested.nothing());
      return;
    }
    if (clicks.areTooMany(value)) {
      out.accept(
          ClickRules.reject(
              RejectionReason.TOO_LARGE,
              "%d clicks in an array, each to be kept with the %d bytes around it; send fewer in a"
                      .formatted(clicks.count(), clicks.around(value))
                  + " record",
              origin));
      return;
    }
    RecordReader reader = elements();
    last = reader;
    for (int i = 0; i < clicks.count(); i++) {
      Origin alone = clicks.alone(origin, i);
      int start = clicks.start(i);
      Ingested ingested;
      if (value[start] != '{') {
        ingested =
            ClickRules.reject(
                RejectionReason.NOT_AN_OBJECT,
                "expected an object, found " + words(value[start]),
                alone);
      } else if (batch != null) {
        ingested = batch.parse(i, alone, recordTimestamp, wallClock);
      } else {
        ingested = Objects.requireNonNull(reader.parse(alone, recordTimestamp, wallClock));
      }
      out.accept(i == 0 ? ingested : ingested.notFirst());
    }
  }

  /** The value that begins with a character. */
  private static String words(byte first) {
    return switch (first) {
      case '[' -> "an array";
      case '"' -> "text";
      case 't', 'f' -> "a boolean";
      case 'n' -> "null";
      default -> "a number";
    };
  }

  /** The verdict on a record of one click that is certain at first sight; or null. */
  @Nullable Ingested parsePlain(Origin origin, long recordTimestamp, long wallClock) {
    return records().parsePlain(origin, recordTimestamp, wallClock);
  }

  /** The verdict on any record of one click. */
  Ingested parseAny(Origin origin, long recordTimestamp, long wallClock) {
    return Objects.requireNonNull(records().parseAny(origin, recordTimestamp, wallClock));
  }

  @Override
  public boolean needsReceivedAt() {
    return shape.times().needReceivedAt();
  }

  @Override
  public List<FieldProblem> problems() {
    return Objects.requireNonNullElseGet(last, this::records).problems();
  }

  private RecordReader records() {
    RecordReader current = records;
    if (current == null) {
      current = new RecordReader(shape, settings);
      records = current;
    }
    return current;
  }

  private BatchReader batches() {
    BatchReader current = batches;
    if (current == null) {
      current = new BatchReader(Objects.requireNonNull(shapeOfElements), settings, elements());
      batches = current;
    }
    return current;
  }

  private RecordReader elements() {
    RecordReader current = elements;
    if (current == null) {
      current = new RecordReader(Objects.requireNonNull(shapeOfElements), settings);
      elements = current;
    }
    return current;
  }
}
