package io.clickstream.ingest.json;

import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads records with an array of clicks, one after the other: each once, if it is plain. A click
 * that is not certain then is read again, in the record that has it alone.
 */
final class BatchReader {

  private final long maxRecordSize;
  private final RecordReader ofElements;
  private final Elements elements = new Elements();
  private final PlainBatch plain;
  private final PlainValues values;

  /**
   * A reader for records of a shape.
   *
   * @param shape of records with one click in the array
   * @param ofElements reads these
   */
  BatchReader(RecordShape shape, IngestSettings settings, RecordReader ofElements) {
    this.maxRecordSize = settings.maxRecordSize();
    this.ofElements = ofElements;
    this.values = new PlainValues(shape, reserved -> new PlainBatch(shape, elements, reserved));
    this.plain = (PlainBatch) values.record();
  }

  /**
   * Reads a record; returns whether it has an array of clicks, and all of it is certain. If not,
   * nothing is known of it.
   */
  boolean read(byte @Nullable [] value) {
    return value != null && value.length <= maxRecordSize && plain.readClicks(value);
  }

  /** The clicks of the record that was read last. */
  Elements elements() {
    return elements;
  }

  /**
   * The verdict on a click of the record that was read last.
   *
   * @param alone the record that has this click alone
   */
  Ingested parse(int index, Origin alone, long recordTimestamp, long wallClock) {
    return plain.restore(index, Objects.requireNonNull(alone.value())) && values.readFound()
        ? ofElements.judge(values, alone, recordTimestamp, wallClock)
        : Objects.requireNonNull(ofElements.parse(alone, recordTimestamp, wallClock));
  }
}
