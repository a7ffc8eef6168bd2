package io.clickstream.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * The key, type, default and meaning of every setting. What values a setting may have is in {@link
 * SettingCatalog}; the reference file and {@code --help} say the same, and tests hold them to it.
 */
public final class ClickstreamOptions {

  public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
      key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("The brokers to connect to first: host:port, separated by commas.");

  public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES =
      key("kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Passed on to every Kafka client under the name that follows: TLS, SASL, tuning."
                  + " What the job itself sets cannot be given here.");

  public static final ConfigOption<String> TOPICS_CLICKS =
      key("topics.clicks")
          .stringType()
          .defaultValue("raw-clicks")
          .withDescription("The clicks to read.");

  public static final ConfigOption<String> TOPICS_SESSIONS =
      key("topics.sessions")
          .stringType()
          .defaultValue("enriched-sessions")
          .withDescription("Receives every revision and retraction of every session.");

  public static final ConfigOption<String> TOPICS_LATE =
      key("topics.late")
          .stringType()
          .defaultValue("late-clicks")
          .withDescription("Receives the clicks that came after the allowed lateness.");

  public static final ConfigOption<String> TOPICS_REJECTED =
      key("topics.rejected")
          .stringType()
          .defaultValue("rejected-clicks")
          .withDescription(
              "Receives the records that are no clicks, as they were, with the reason.");

  public static final ConfigOption<String> TOPICS_REJECTED_SESSIONS =
      key("topics.rejected-sessions")
          .stringType()
          .defaultValue("rejected-sessions")
          .withDescription("Receives the sessions that the loader cannot put into ClickHouse.");

  public static final ConfigOption<String> TOPICS_PROFILES =
      key("topics.profiles")
          .stringType()
          .defaultValue("user-profiles")
          .withDescription("The users' profiles to read; a compacted topic.");

  public static final ConfigOption<String> TOPICS_PRODUCTS =
      key("topics.products")
          .stringType()
          .defaultValue("product-catalog")
          .withDescription("The products to read; a compacted topic.");

  public static final ConfigOption<String> INGEST_GROUP_ID =
      key("ingest.group-id")
          .stringType()
          .defaultValue("clickstream")
          .withDescription(
              "Consumer group under which offsets are committed with every checkpoint. A restored"
                  + " job goes on from its checkpoint, whatever the group's offsets are.");

  public static final ConfigOption<String> INGEST_START_FROM =
      key("ingest.start-from")
          .stringType()
          .defaultValue("committed")
          .withDescription(
              "Where a job without state begins to read: at the group's committed offsets (the"
                  + " earliest record where there is none), at the earliest or at the latest"
                  + " record, or at the first whose Kafka timestamp is not before a time:"
                  + " timestamp:2026-11-01T00:00:00Z, or in epoch ms.");

  public static final ConfigOption<String> INGEST_STOP_AT =
      key("ingest.stop-at")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Replays the sessions that start at ingest.start-from (a timestamp) or later and"
                  + " before this one, as they were emitted then, and ends. For that it reads from"
                  + " session.max-duration, gap and ingest.max-future-skew before to"
                  + " session.max-duration, gap, session.allowed-lateness and"
                  + " ingest.max-out-of-orderness behind, and an hour more for records of producers"
                  + " whose clocks are ahead. Not set: the job reads for ever.");

  public static final ConfigOption<Duration> INGEST_MAX_OUT_OF_ORDERNESS =
      key("ingest.max-out-of-orderness")
          .durationType()
          .defaultValue(Duration.ofSeconds(3))
          .withDescription(
              "How far a partition's watermark stays behind its newest click: clicks out of order"
                  + " by no more are in time. Every session appears this much later.");

  public static final ConfigOption<Duration> INGEST_IDLE_TIMEOUT =
      key("ingest.idle-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "After this long without a click a partition no longer holds event time. Well above"
                  + " any pause of a live partition, or its clicks are late when it comes back.");

  public static final ConfigOption<Duration> INGEST_MAX_DRIFT =
      key("ingest.max-drift")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "How far in event time a partition is read ahead of the slowest, as after a downtime,"
                  + " and what it reads in 3 s (in a replay 0.3 s) besides, which can be hours of"
                  + " event time: as many intervals of a second as Flink's"
                  + " pipeline.watermark-alignment.buffer-size, which only the cluster's"
                  + " configuration sets (default 3; 0: held at once, and more often in vain)."
                  + " What is ahead waits in Kafka instead of in state. Not set: without limit, in a"
                  + " replay (ingest.stop-at) a minute."
                  + " Above what partitions differ by when nothing is behind.");

  public static final ConfigOption<Duration> INGEST_MAX_FUTURE_SKEW =
      key("ingest.max-future-skew")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "A click further ahead of its Kafka timestamp or of the clock is rejected, so that"
                  + " no visitor's wrong clock closes the sessions of others.");

  public static final ConfigOption<MemorySize> INGEST_MAX_RECORD_SIZE =
      key("ingest.max-record-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1))
          .withDescription("A longer value is rejected without being parsed.");

  public static final ConfigOption<Map<String, String>> INGEST_FIELDS =
      key("ingest.fields")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Where a field stands in the records, if not under our name: ingest.fields.user_id:"
                  + " customer.id. A dot reaches into an object.");

  public static final ConfigOption<Map<String, String>> INGEST_EVENT_TYPES =
      key("ingest.event-types")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "What an event type is called in the records, if not by our name:"
                  + " ingest.event-types.purchase: order_completed.");

  public static final ConfigOption<Duration> SESSION_GAP =
      key("session.gap")
          .durationType()
          .defaultValue(Duration.ofMinutes(30))
          .withDescription("Two clicks of a visitor further apart are in different sessions.");

  public static final ConfigOption<Duration> SESSION_ALLOWED_LATENESS =
      key("session.allowed-lateness")
          .durationType()
          .defaultValue(Duration.ofMinutes(2))
          .withDescription(
              "How long a session can still be corrected after it could have closed. Later clicks"
                  + " go to topics.late.");

  public static final ConfigOption<Duration> SESSION_MAX_DURATION =
      key("session.max-duration")
          .durationType()
          .defaultValue(Duration.ofHours(24))
          .withDescription("No session spans more: a longer one is cut (MAX_DURATION).");

  public static final ConfigOption<Integer> SESSION_MAX_EVENTS =
      key("session.max-events")
          .intType()
          .defaultValue(10_000)
          .withDescription("A session with as many clicks is full: it is cut (MAX_EVENTS).");

  public static final ConfigOption<Integer> SESSION_DEDUP_WINDOW =
      key("session.dedup-window")
          .intType()
          .defaultValue(256)
          .withDescription(
              "Event ids that a session remembers, 8 bytes each, to recognise duplicates; 0"
                  + " recognises none.");

  public static final ConfigOption<MemorySize> SESSION_CACHE_SIZE =
      key("session.cache-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(128))
          .withDescription(
              "Heap that the sessions used last may take in each subtask. The others lie in the"
                  + " state backend alone, and each time one is needed it is read from there.");

  public static final ConfigOption<Identity> SESSION_IDENTITY =
      key("session.identity")
          .enumType(Identity.class)
          .defaultValue(Identity.DEVICE)
          .withDescription(
              "Who the visitor is: the device (anonymous_id, else user_id) or the user (user_id,"
                  + " else anonymous_id).");

  public static final ConfigOption<Duration> ENRICHMENT_MAX_WAIT =
      key("enrichment.max-wait")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "How long sessions wait for profiles and products to be loaded before they leave"
                  + " without (MISSING). Not set: as long as it takes.");

  public static final ConfigOption<String> SINK_TRANSACTIONAL_ID_PREFIX =
      key("sink.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Names this job's transactions on the brokers. No other job may have the same, or"
                  + " each aborts the other's; it stays the same over restarts and upgrades.");

  public static final ConfigOption<Duration> SINK_TRANSACTION_TIMEOUT =
      key("sink.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "After this long the brokers abort a transaction that nobody finished: a job that is"
                  + " down for longer loses what it had not committed. At most the brokers'"
                  + " transaction.max.timeout.ms.");

  public static final ConfigOption<OnLostTransaction> SINK_ON_LOST_TRANSACTION =
      key("sink.on-lost-transaction")
          .enumType(OnLostTransaction.class)
          .defaultValue(OnLostTransaction.FAIL)
          .withDescription(
              "What happens when the brokers have aborted a transaction that was written and not yet"
                  + " committed, as after a downtime longer than sink.transaction-timeout: fail ends"
                  + " the job, so that it can be started from an earlier checkpoint, which brings"
                  + " everything back; continue counts and logs it, and goes on without what it"
                  + " held.");

  public static final ConfigOption<RestoredTransactions> SINK_RESTORED_TRANSACTIONS =
      key("sink.restored-transactions")
          .enumType(RestoredTransactions.class)
          .defaultValue(RestoredTransactions.FINISH)
          .withDescription(
              "What happens to the transactions of another prefix in a restored state: finish"
                  + " commits or aborts them, as after a change of sink.transactional-id-prefix; leave"
                  + " does not touch them, for a copy of a job that goes on running.");

  public static final ConfigOption<Integer> SINK_GENERATION =
      key("sink.generation")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Every revision is this many millions larger, so that what a replay writes of a"
                  + " session outranks what a job of a lower generation wrote of it.");

  public static final ConfigOption<String> CLICKHOUSE_URL =
      key("clickhouse.url")
          .stringType()
          .noDefaultValue()
          .withDescription("HTTP address of ClickHouse. Only the loader needs it.");

  public static final ConfigOption<String> CLICKHOUSE_DATABASE =
      key("clickhouse.database")
          .stringType()
          .defaultValue("clickstream")
          .withDescription("The database with the sessions' table.");

  public static final ConfigOption<String> CLICKHOUSE_TABLE =
      key("clickhouse.table")
          .stringType()
          .defaultValue("sessions")
          .withDescription("The table that the loader writes.");

  public static final ConfigOption<String> CLICKHOUSE_USER =
      key("clickhouse.user")
          .stringType()
          .defaultValue("default")
          .withDescription("As whom the loader writes.");

  public static final ConfigOption<String> CLICKHOUSE_PASSWORD =
      key("clickhouse.password")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The user's password. Best given as CLICKSTREAM_CLICKHOUSE_PASSWORD: a file is often"
                  + " shared and an argument is seen by everyone on the machine.");

  public static final ConfigOption<Integer> CLICKHOUSE_BATCH_SIZE =
      key("clickhouse.batch-size")
          .intType()
          .defaultValue(5_000)
          .withDescription("Rows that the loader inserts at once.");

  public static final ConfigOption<Duration> CLICKHOUSE_FLUSH_INTERVAL =
      key("clickhouse.flush-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription("The loader inserts a smaller batch after this long.");

  private ClickstreamOptions() {}
}
