package io.clickstream.ingest.avro;

import io.clickstream.ingest.avro.ReadingPlan.Wanted;
import io.clickstream.ingest.avro.SchemaSource.UnknownSchemaException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How records of each schema are read: made when the first record of a schema comes, and kept for
 * those that were used last, {@value #MAX_SCHEMAS} at most. An id that the registry does not know
 * is asked for again after half a minute, since its schema may be registered meanwhile.
 */
final class SchemaPlans {

  private static final int MAX_SCHEMAS = 1_000;
  private static final long UNKNOWN_MS = Duration.ofSeconds(30).toMillis();

  /** Is never over, whatever the time. */
  private static final long FOR_GOOD = Long.MAX_VALUE;

  private final SchemaSource source;
  private final Wanted ofRecords;
  private final @Nullable Wanted ofElements;
  private final boolean clicksAreRecord;

  private final Map<Integer, Plans> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Plans> eldest) {
          return size() > MAX_SCHEMAS;
        }
      };

  /** The schema of nearly all records. */
  private @Nullable Plans last;

  private int lastId;

  /**
   * How records of one schema are read.
   *
   * @param ofRecords null if there is none
   * @param ofElements reads a record with one click alone; null if there are no such records
   * @param problem why there is no schema, or null
   * @param until epoch ms until which that is so
   */
  record Plans(
      @Nullable ReadingPlan ofRecords,
      @Nullable ReadingPlan ofElements,
      @Nullable String problem,
      long until) {}

  /**
   * Plans for what is wanted.
   *
   * @param ofElements what is wanted of a record with one click alone, or null
   * @param clicksAreRecord whether a record may be an array of clicks
   */
  SchemaPlans(
      SchemaSource source, Wanted ofRecords, @Nullable Wanted ofElements, boolean clicksAreRecord) {
    this.source = source;
    this.ofRecords = ofRecords;
    this.ofElements = ofElements;
    this.clicksAreRecord = clicksAreRecord;
  }

  /**
   * How records with this id are read.
   *
   * @param now epoch ms
   */
  Plans get(int id, long now) {
    Plans found = id == lastId ? last : plans.get(id);
    if (found == null || (found.until <= now && found.until != FOR_GOOD)) {
      found = make(id, now);
      plans.put(id, found);
    }
    last = found;
    lastId = id;
    return found;
  }

  private Plans make(int id, long now) {
    try {
      Schema schema = source.schema(id);
      if (!SchemaSource.isOfRecords(schema, clicksAreRecord)) {
        return new Plans(null, null, "expected a schema of a record, found another one", FOR_GOOD);
      }
      return new Plans(
          ReadingPlan.of(schema, ofRecords),
          ofElements == null ? null : ReadingPlan.of(schema, ofElements),
          null,
          FOR_GOOD);
    } catch (UnknownSchemaException e) {
      return new Plans(
          null,
          null,
          e.detail(),
          e.mayCome() && now < FOR_GOOD - UNKNOWN_MS ? now + UNKNOWN_MS : FOR_GOOD);
    }
  }
}
