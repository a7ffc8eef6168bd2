package io.clickstream.ingest.avro;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.avro.SchemaPlans.Plans;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.RejectionReason;
import io.clickstream.registry.SchemaRegistry;
import io.clickstream.registry.WaitingRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clicks as records of Avro, one a record, or as many as an array in the record has. Their schemas
 * come from a registry, whose id is in front of each record, or from a file.
 *
 * <p>The whole value must be one well-formed record of its schema: what is in a field that is
 * skipped counts as well, so that a verdict does not depend on which fields are read. Nesting
 * beyond {@value AvroCursor#MAX_DEPTH} levels is malformed, and so is a record with more values
 * than bytes (and 1 000 besides), which only types without bytes can have. Time and memory spent on
 * a record are proportional to its length at most, but for the first one of a schema, which the
 * registry is asked for.
 *
 * <p>Details of rejections never quote the record, but for the id of its schema.
 */
public final class AvroClickFormat implements ClickFormat {

  private static final long serialVersionUID = 1L;

  private final IngestSettings settings;
  private final RecordShape shape;
  private final @Nullable RecordShape shapeOfElements;
  private final SchemaSource source;
  private transient @Nullable Readers readers;

  /** Read the last record. */
  private transient @Nullable AvroReader last;

  private record Readers(
      AvroReader ofRecords, @Nullable AvroReader ofElements, SchemaPlans plans) {}

  private AvroClickFormat(IngestSettings settings, Columns table, SchemaSource source) {
    ClickFields fields = ClickFields.of(table);
    this.settings = settings;
    this.shape = RecordShape.of(settings, fields);
    this.shapeOfElements = RecordShape.ofElements(settings, fields);
    this.source = source;
  }

  /** Reads a file where the job is started. */
  @FunctionalInterface
  public interface TextFile {

    /**
     * The text of a file.
     *
     * @throws IOException whose message says what is wrong with the file
     */
    String read(String uri) throws IOException;
  }

  /**
   * Reads clicks as the settings say. A schema file is read now.
   *
   * @param table what they are read for
   * @param files reads it
   * @throws UserErrorException if it cannot be read, or has no schema of a record
   * @throws IllegalArgumentException if the mappings of fields or event types contradict
   *     themselves, or there is neither a registry nor a file
   */
  public static AvroClickFormat of(IngestSettings settings, Columns table, TextFile files) {
    String url = settings.schemaRegistryUrl();
    String file = settings.schemaFile();
    if (url != null) {
      return new AvroClickFormat(
          settings,
          table,
          new SchemaSource.Registered(
              new WaitingRegistry(new SchemaRegistry(url, settings.schemaRegistryProperties()))));
    }
    if (file == null) {
      throw new IllegalArgumentException(
          "expected %s or %s, found neither"
              .formatted(
                  IngestSettings.SCHEMA_REGISTRY_URL.key(), IngestSettings.SCHEMA_FILE.key()));
    }
    String text;
    String mistake;
    try {
      text = files.read(file);
      mistake = mistake(settings, text);
    } catch (IOException e) {
      throw new UserErrorException(wrongFile(file, String.valueOf(e.getMessage())), e);
    }
    if (mistake != null) {
      throw new UserErrorException(wrongFile(file, mistake));
    }
    return ofSchema(settings, table, text);
  }

  private static String wrongFile(String file, String mistake) {
    return "%s=%s: %s; expected a schema of Avro (.avsc) of the records"
        .formatted(IngestSettings.SCHEMA_FILE.key(), file, mistake);
  }

  /** Reads clicks that all have the same schema, and no id of it in front. */
  public static AvroClickFormat ofSchema(IngestSettings settings, Columns table, String schema) {
    return new AvroClickFormat(settings, table, new SchemaSource.OfAll(schema));
  }

  /** Says what is wrong with a text as the schema of records, or null. */
  public static @Nullable String mistake(IngestSettings settings, String schema) {
    return SchemaSource.mistake(schema, clicksAreRecord(settings));
  }

  private static boolean clicksAreRecord(IngestSettings settings) {
    FieldPath clicksAt = settings.clicksAt();
    return clicksAt != null && clicksAt.steps().isEmpty();
  }

  @Override
  public void parse(
      Origin origin, long recordTimestamp, long wallClock, Consumer<? super Ingested> out) {
    byte[] value = origin.value();
    if (value == null) {
      out.accept(ClickRules.reject(RejectionReason.NOT_AN_OBJECT, "no value", origin));
      return;
    }
    if (value.length > settings.maxRecordSize()) {
      out.accept(
          ClickRules.reject(
              RejectionReason.TOO_LARGE,
              "%d bytes, at most %d allowed".formatted(value.length, settings.maxRecordSize()),
              origin));
      return;
    }
    int start = source.idLength();
    if (value.length < start || (start > 0 && value[0] != 0)) {
      out.accept(
          malformed(
              "expected a zero and a schema id in front (ingest.schema-registry.url), found none",
              origin));
      return;
    }
    Readers current = readers();
    Plans plans = current.plans.get(start == 0 ? 0 : id(value), wallClock);
    ReadingPlan plan = plans.ofRecords();
    if (plan == null) {
      out.accept(
          ClickRules.reject(
              RejectionReason.SCHEMA_UNKNOWN, String.valueOf(plans.problem()), origin));
      return;
    }
    try {
      AvroCursor found = plan.read(value, start);
      if (plan.spans().isThere()) {
        parseElements(
            new Batch(origin, value, start, plan.spans()),
            Objects.requireNonNull(plans.ofElements()),
            recordTimestamp,
            wallClock,
            out);
      } else {
        last = current.ofRecords;
        out.accept(current.ofRecords.judge(found, origin, recordTimestamp, wallClock));
      }
    } catch (MalformedAvroException e) {
      out.accept(malformed(e.detail(), origin));
    }
  }

  /** A record with an array of clicks, and where it begins behind the id. */
  private record Batch(Origin origin, byte[] value, int start, Spans spans) {}

  private void parseElements(
      Batch batch,
      ReadingPlan plan,
      long recordTimestamp,
      long wallClock,
      Consumer<? super Ingested> out) {
    Spans spans = batch.spans;
    if (spans.count() == 0) {
      out.accept(Ingested.nothing());
      return;
    }
    if (spans.areTooMany(batch.value)) {
      out.accept(
          ClickRules.reject(
              RejectionReason.TOO_LARGE,
              "%d clicks in an array, each to be kept with the %d bytes around it; send fewer in a"
                      .formatted(spans.count(), spans.around(batch.value))
                  + " record",
              batch.origin));
      return;
    }
    AvroReader reader = Objects.requireNonNull(readers().ofElements);
    last = reader;
    for (int i = 0; i < spans.count(); i++) {
      Origin alone = batch.origin.element(i, spans.alone(i, batch.value));
      Ingested ingested;
      try {
        AvroCursor found = plan.read(Objects.requireNonNull(alone.value()), batch.start);
        ingested = reader.judge(found, alone, recordTimestamp, wallClock);
      } catch (MalformedAvroException e) {
        // Only a record with more values than bytes can be one that its parts are not.
        ingested = malformed(e.detail(), alone);
      }
      out.accept(i == 0 ? ingested : ingested.notFirst());
    }
  }

  private static int id(byte[] value) {
    int id = 0;
    for (int i = 1; i <= Integer.BYTES; i++) {
      id = id << Byte.SIZE | (value[i] & 0xFF);
    }
    return id;
  }

  private static Ingested malformed(String detail, Origin origin) {
    return ClickRules.reject(RejectionReason.MALFORMED_AVRO, detail, origin);
  }

  @Override
  public boolean needsReceivedAt() {
    return shape.times().needReceivedAt();
  }

  @Override
  public List<FieldProblem> problems() {
    return Objects.requireNonNullElseGet(last, () -> readers().ofRecords).problems();
  }

  private Readers readers() {
    Readers current = readers;
    if (current == null) {
      AvroReader ofRecords = new AvroReader(shape, settings);
      AvroReader ofElements =
          shapeOfElements == null ? null : new AvroReader(shapeOfElements, settings);
      current =
          new Readers(
              ofRecords,
              ofElements,
              new SchemaPlans(
                  source,
                  ofRecords.wanted(),
                  ofElements == null ? null : ofElements.wanted(),
                  clicksAreRecord(settings)));
      readers = current;
    }
    return current;
  }
}
