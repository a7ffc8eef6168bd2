package io.clickstream.config;

import static io.clickstream.config.Kinds.MEBIBYTE;
import static io.clickstream.config.Kinds.MILLISECOND;
import static io.clickstream.config.Kinds.bool;
import static io.clickstream.config.Kinds.choice;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.notBlank;
import static io.clickstream.config.Kinds.size;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Condition;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How records are read and what counts as a click.
 *
 * @param groupId consumer group under which offsets are committed
 * @param startFrom where a job without state begins to read
 * @param stopAt with which {@code startFrom} is a range of sessions to replay; null: reads without
 *     end
 * @param maxOutOfOrderness {@code B}: how far a partition's watermark stays behind its newest event
 * @param idleTimeout after this long without a click a partition no longer holds event time
 * @param maxDrift how far in event time a partition is read ahead of the slowest; null: no limit,
 *     unless clicks wait
 * @param maxFutureSkew how far a click may be ahead of the clock
 * @param timestampUnit of numbers and digits in quotes; null: whole numbers are milliseconds
 * @param timestampZone where a text without an offset is a local time; null: it is no time
 * @param clockTolerance by how much the clock of a sender may differ before its clicks are moved;
 *     null: none is moved
 * @param watermarkWitnesses how many visitors must have reached the time that a partition's
 *     watermark follows
 * @param maxRecordSize bytes of a value beyond which a record is rejected
 * @param identity which id makes the visitor
 * @param visitorPerApp whether one id in two applications is two visitors
 * @param format how records look where no other setting says so
 * @param framing what is undone before a record is read, the outermost first
 * @param schemaRegistryUrl the registry that has the schemas of Avro records, or null
 * @param schemaRegistryProperties login and TLS there; values may be secret
 * @param schemaFile the schema of Avro records that name none, or null
 * @param fields our field name to where its value comes from, for those that are elsewhere than
 *     under our name
 * @param constants our field name to a text that every click has
 * @param eventTypes our event type to what means it in the records, for those that differ
 * @param missing the texts that mean nothing in any field
 * @param nobody user ids that are no person
 * @param skip which clicks are left out; null: none
 * @param clicksAt where records have an array of clicks; null: every record is one click
 * @param productsAt where a click may have an array of products; empty: nowhere
 * @param productFields our name for a field of a product to where it is in an element of that
 *     array, for those that differ
 */
public record IngestSettings(
    String groupId,
    StartFrom startFrom,
    @Nullable Long stopAt,
    Duration maxOutOfOrderness,
    Duration idleTimeout,
    @Nullable Duration maxDrift,
    Duration maxFutureSkew,
    @Nullable TimestampUnit timestampUnit,
    @Nullable ZoneId timestampZone,
    @Nullable Duration clockTolerance,
    int watermarkWitnesses,
    long maxRecordSize,
    Identity identity,
    boolean visitorPerApp,
    String format,
    List<Framing> framing,
    @Nullable String schemaRegistryUrl,
    Map<String, String> schemaRegistryProperties,
    @Nullable String schemaFile,
    Map<String, FieldSource> fields,
    Map<String, String> constants,
    Map<String, EventTypeRule> eventTypes,
    List<String> missing,
    List<String> nobody,
    @Nullable Condition skip,
    @Nullable FieldPath clicksAt,
    List<FieldPath> productsAt,
    Map<String, FieldSource> productFields)
    implements Serializable {

  static final Section<IngestSettings> SECTION = new Section<>(IngestSettings.class);

  public static final Setting<String> GROUP_ID =
      SECTION
          .setting(
              "ingest.group-id",
              "Consumer group under which offsets are committed with every checkpoint. A restored"
                  + " job goes on from its checkpoint, whatever the group's offsets are.",
              notBlank("the name of a consumer group"))
          .byDefault("clickstream");

  public static final Setting<StartFrom> START_FROM =
      SECTION
          .setting(
              "ingest.start-from",
              "Where a job without state begins to read: at the group's committed offsets (the"
                  + " earliest record where there is none), at the earliest or at the latest"
                  + " record, or at the first whose Kafka timestamp is not before a time:"
                  + " timestamp:2026-11-01T00:00:00Z, or in epoch ms.",
              ReadTime.START)
          .byDefault(StartFrom.COMMITTED);

  public static final Setting<Long> STOP_AT =
      SECTION
          .setting(
              "ingest.stop-at",
              "Replays the sessions that start at ingest.start-from (a timestamp) or later and"
                  + " before this one, as they were emitted then, and ends. For that it reads from"
                  + " session.max-duration, gap and ingest.max-future-skew before to"
                  + " session.max-duration, gap, session.allowed-lateness and"
                  + " ingest.max-out-of-orderness behind, and an hour more for records of producers"
                  + " whose clocks are ahead. Not set: the job never ends.",
              ReadTime.TIME)
          .optional();

  public static final Setting<Duration> MAX_OUT_OF_ORDERNESS =
      SECTION
          .setting(
              "ingest.max-out-of-orderness",
              "How far a partition's watermark stays behind its newest click: clicks out of order"
                  + " by no more are in time. Every session appears this much later.",
              duration(Duration.ZERO))
          .byDefault(Duration.ofSeconds(3));

  public static final Setting<Duration> IDLE_TIMEOUT =
      SECTION
          .setting(
              "ingest.idle-timeout",
              "After this long without a click a partition no longer holds event time. Well above"
                  + " any pause of a live partition, or its clicks are late when it comes back.",
              duration(MILLISECOND))
          .byDefault(Duration.ofMinutes(1));

  public static final Setting<Duration> MAX_DRIFT =
      SECTION
          .setting(
              "ingest.max-drift",
              "How far in event time a partition is read ahead of the slowest, as after a downtime,"
                  + " and what it reads in 3 s (in a replay 0.3 s) besides, which can be hours of"
                  + " event time: as many intervals of a second as Flink's"
                  + " pipeline.watermark-alignment.buffer-size, which only the cluster's"
                  + " configuration sets (default 3; 0: held at once, and more often in vain)."
                  + " What is ahead waits in Kafka instead of in state. Not set: without limit; 10min"
                  + " where clicks wait for cuts or session.passive; in a replay (ingest.stop-at) a"
                  + " minute."
                  + " Above what partitions differ by when nothing is behind.",
              duration(Duration.ofSeconds(1)))
          .optional();

  public static final Setting<Duration> MAX_FUTURE_SKEW =
      SECTION
          .setting(
              "ingest.max-future-skew",
              "A click further ahead of its Kafka timestamp or of the clock is rejected, so that"
                  + " no visitor's wrong clock closes the sessions of others.",
              duration(Duration.ZERO))
          .byDefault(Duration.ofMinutes(5));

  public static final Setting<TimestampUnit> TIMESTAMP_UNIT =
      SECTION
          .setting(
              "ingest.timestamp-unit",
              "What timestamps that are numbers or digits in quotes count since 1970: milliseconds,"
                  + " seconds, microseconds or nanoseconds, with a fraction or without; what is"
                  + " finer than milliseconds is cut off. Not set: whole numbers are milliseconds,"
                  + " in quotes or not, and numbers with a fraction are no time.",
              choice(TimestampUnit.class))
          .optional();

  public static final Setting<ZoneId> TIMESTAMP_ZONE =
      SECTION
          .setting(
              "ingest.timestamp-zone",
              "The time zone of timestamps that are text without an offset, such as 2026-01-01"
                  + " 12:00:00. Where clocks are put forward, a time that does not exist counts as"
                  + " that much later; where they are put back, a time that exists twice is the"
                  + " earlier one. Not set: text without an offset is no time.",
              ReadingKinds.TIME_ZONE)
          .optional();

  public static final Setting<Duration> CLOCK_TOLERANCE =
      SECTION
          .setting(
              "ingest.clock-tolerance",
              "Where a record was received earlier or later than it was sent"
                  + " (ingest.fields.sent_at) by more than this, the sender's clock is wrong, and"
                  + " its clicks are moved by the difference, but never past the time at which the"
                  + " record was received: ingest.fields.received_at, else the header received_at,"
                  + " else the Kafka timestamp. Well above the time that records are under way. Not"
                  + " set: no click is moved.",
              duration(MILLISECOND))
          .optional();

  public static final Setting<Integer> WATERMARK_WITNESSES =
      SECTION
          .setting(
              "ingest.watermark-witnesses",
              "How many visitors must have reached a time before a partition's watermark follows:"
                  + " the n-th largest of their newest times. With 2, one wrong clock does not make"
                  + " others late where Kafka timestamps cannot tell, as in a backfill. A partition"
                  + " that stands for ingest.idle-timeout for lack of visitors no longer holds event"
                  + " time.",
              integer(1, 16))
          .byDefault(1);

  public static final Setting<Long> MAX_RECORD_SIZE =
      SECTION
          .setting(
              "ingest.max-record-size",
              "A longer value is rejected without being parsed.",
              size(1, 1_024 * MEBIBYTE))
          .byDefault(MEBIBYTE);

  public static final Setting<String> FORMAT =
      SECTION
          .setting(
              "ingest.format",
              "How records look: a set of values of the settings below, each of which can still be"
                  + " given by itself. json: clicks under our own names; the others are trackers,"
                  + " and segment is also RudderStack, Jitsu, Hightouch and Customer.io.",
              ClickFormats.KIND)
          .presets(ClickFormats::presets)
          .byDefault(ClickFormats.JSON);

  public static final Setting<List<Framing>> FRAMING =
      SECTION
          .setting(
              "ingest.framing",
              "What is undone before a record is read: confluent (a schema id in front), gzip, lines"
                  + " (several JSON values in one record), text (JSON in a JSON text), or a list of"
                  + " them, the outermost first. What is written to late-clicks and rejected-clicks"
                  + " is framed as its record was.",
              Framing.list())
          .byDefault(List.of());

  public static final Setting<String> SCHEMA_REGISTRY_URL =
      SECTION
          .setting(
              "ingest.schema-registry.url",
              "The schema registry that has the schemas of Avro records which begin with a schema"
                  + " id, by the REST API of Confluent's: an address, or several separated by"
                  + " commas. The job waits for a registry that does not answer.",
              RegistryKinds.URL)
          .optional();

  public static final Setting<Map<String, String>> SCHEMA_REGISTRY_PROPERTIES =
      SECTION
          .group(
              "ingest.schema-registry.properties",
              RegistryKinds.PROPERTIES,
              "Login and TLS at the schema registry, by the names of Confluent's clients."
                  + " basic.auth.user.info is user:password.",
              RegistryKinds.PROPERTY)
          .optional();

  public static final Setting<String> SCHEMA_FILE =
      SECTION
          .setting(
              "ingest.schema-file",
              "The schema (.avsc) of Avro records that have no schema id in front: a path, or a URI"
                  + " of any scheme that Flink's file systems read. It is read where main runs, when"
                  + " the job is started.",
              notBlank("a path or URI of a schema of Avro"))
          .optional();

  public static final Setting<Map<String, FieldSource>> FIELDS =
      SECTION
          .group(
              "ingest.fields",
              MappedNames.CLICK_FIELDS,
              "Where a field stands in the records, if not under our name: ingest.fields.user_id:"
                  + " customer.id. A dot reaches into an object, [key=value] into an array, {} into"
                  + " JSON in a text, a slash in front begins at the record where a click is a part"
                  + " of it. Of a list of paths the first that has a value counts. The time can be"
                  + " Kafka's: '"
                  + FieldSource.KAFKA
                  + "', also as the last of a list.",
              ReadingKinds.SOURCE)
          .optional();

  public static final Setting<Map<String, String>> CONSTANTS =
      SECTION
          .group(
              "ingest.constants",
              MappedNames.CONSTANT_FIELDS,
              "The text of a field in every click, where records do not have it:"
                  + " ingest.constants.event_type: page_view.",
              ReadingKinds.CONSTANT)
          .optional();

  public static final Setting<Map<String, EventTypeRule>> EVENT_TYPES =
      SECTION
          .group(
              "ingest.event-types",
              MappedNames.EVENT_TYPES,
              "What an event type is called in the records, if not by our name:"
                  + " ingest.event-types.purchase: order_completed. A list of names means each of"
                  + " them; a condition looks at other fields: {type: [page, screen]}. Of several"
                  + " types that fit, the first in the order of the names below counts.",
              ReadingKinds.TYPE)
          .optional();

  public static final Setting<List<String>> MISSING =
      SECTION
          .setting(
              "ingest.missing",
              "The texts that mean nothing, in whatever field they stand.",
              ReadingKinds.texts("a text or a list of texts"))
          .byDefault(MissingWords.BY_DEFAULT);

  public static final Setting<List<String>> NOBODY =
      SECTION
          .setting(
              "ingest.nobody",
              "User ids that are no person, such as guest: a click with one has no user.",
              ReadingKinds.texts("a user id or a list of user ids"))
          .byDefault(List.of());

  public static final Setting<Condition> SKIP =
      SECTION
          .setting(
              "ingest.skip",
              "Clicks that are left out, and counted as skipped. They are judged no further and have"
                  + " no event time.",
              ReadingKinds.CONDITION)
          .optional();

  public static final Setting<FieldPath> CLICKS_AT =
      SECTION
          .setting(
              "ingest.clicks-at",
              "Where a record has an array of clicks. A record without it is one click.",
              ReadingKinds.BATCH)
          .optional();

  public static final Setting<List<FieldPath>> PRODUCTS_AT =
      SECTION
          .setting(
              "ingest.products-at",
              "Where a click has an array of products, of which at most 1000 are read; a list of"
                  + " paths where records have it at several places.",
              ReadingKinds.ARRAYS)
          .byDefault(List.of());

  public static final Setting<Map<String, FieldSource>> PRODUCT_FIELDS =
      SECTION
          .group(
              "ingest.product-fields",
              MappedNames.PRODUCT_FIELDS,
              "Where a field stands in an element of that array, if not under our name.",
              ReadingKinds.SOURCE)
          .optional();

  /** Documented with the settings of sessions, and used where clicks are read. */
  public static final Setting<Identity> IDENTITY =
      SECTION
          .setting(
              "session.identity",
              "Who the visitor is: the device (anonymous_id, else user_id) or the user (user_id,"
                  + " else anonymous_id).",
              choice(Identity.class))
          .byDefault(Identity.DEVICE);

  /** Documented with the settings of sessions, and used where clicks are read. */
  public static final Setting<Boolean> VISITOR_PER_APP =
      SECTION
          .setting(
              "session.visitor-per-app",
              "Whether one id in two applications (app_id) is two visitors. If not, sessions go"
                  + " across applications, and have no app_id.",
              bool())
          .byDefault(true);

  public IngestSettings {
    framing = List.copyOf(framing);
    schemaRegistryProperties = Map.copyOf(schemaRegistryProperties);
    fields = Map.copyOf(fields);
    constants = Map.copyOf(constants);
    eventTypes = Map.copyOf(eventTypes);
    missing = List.copyOf(missing);
    nobody = List.copyOf(nobody);
    productsAt = List.copyOf(productsAt);
    productFields = Map.copyOf(productFields);
  }

  /** The settings when nothing is given. */
  public static IngestSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> IngestSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }

  /** Whether the time of a click is that of its Kafka record. */
  public boolean areTimesOfKafka() {
    return fields.get(ClickField.TIMESTAMP.name()) instanceof FieldSource.KafkaTimestamp;
  }

  /** Whether it is where nothing is written, or in any case. */
  public boolean canTimesBeOfKafka() {
    FieldSource source = fields.get(ClickField.TIMESTAMP.name());
    return source != null && source.canBeKafka();
  }

  /** Whether clicks of senders with wrong clocks are moved. */
  public boolean areClocksCorrected() {
    return clockTolerance != null
        && fields.containsKey(ClickField.SENT_AT.name())
        && !areTimesOfKafka();
  }

  /** The sessions to replay, or null for a job that reads without end. */
  public @Nullable SessionRange range() {
    return stopAt == null ? null : new SessionRange(startFrom.timestamp(), stopAt);
  }
}
