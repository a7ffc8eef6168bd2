package io.clickstream.preflight;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Looks at Kafka, and for the loader at ClickHouse, with a job's own credentials before it runs,
 * and reports everything that would make it fail, hang or lose data. It changes nothing and takes a
 * bounded time.
 *
 * <p>It is worth it because the job itself does not fail well: an exactly-once sink whose topic is
 * missing restarts without end while the submission hangs, and a transaction timeout above the
 * brokers' limit shows only when the first transaction begins.
 *
 * <p>What may pass by itself, such as a broker that is down among others, is a warning at most.
 * Only a Kafka that cannot be reached at all is an error although it may come back: nothing else
 * can be said without it.
 */
public final class Preflight {

  /** For connecting, and again for all the questions together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private Preflight() {}

  /**
   * Looks at everything that the job needs, within half a minute, or a minute if there is state to
   * restore.
   *
   * @param flink the configuration that the job will run with: the environment's
   */
  public static PreflightReport run(ClickstreamSettings settings, ReadableConfig flink) {
    return run(settings, flink, false);
  }

  /**
   * The same for a job that may take the place of another.
   *
   * @param replacesRunning whether a job that runs with the same prefix will be stopped before
   */
  public static PreflightReport run(
      ClickstreamSettings settings, ReadableConfig flink, boolean replacesRunning) {
    return run(ofJob(settings, flink, replacesRunning, TIMEOUT));
  }

  static PreflightReport run(ClickstreamSettings settings, ReadableConfig flink, Duration timeout) {
    return run(ofJob(settings, flink, false, timeout));
  }

  /**
   * Looks at everything that the loader needs.
   *
   * @param flink the configuration that the job will run with: the environment's
   */
  public static PreflightReport run(LoaderSettings settings, ReadableConfig flink) {
    return run(ofLoader(settings, flink));
  }

  private static PreflightReport run(List<Check> checks) {
    Findings findings = new Findings();
    checks.forEach(check -> check.run(findings));
    return findings.report();
  }

  private static List<Check> ofJob(
      ClickstreamSettings settings,
      ReadableConfig flink,
      boolean replacesRunning,
      Duration timeout) {
    SinkSettings sink = settings.sink();
    List<Check> checks = new ArrayList<>();
    checks.add(CheckpointCheck.ofJob(flink));
    checks.add(new CheckpointStorageCheck(flink));
    checks.add(new PrefixIsSetCheck(sink.transactionalIdPrefix()));
    checks.add(new TransactionTimeoutCheck(sink, flink));
    if (settings.ingest().range() != null) {
      checks.add(new RangeGenerationCheck(sink));
    }
    addSchemas(checks, settings.ingest());
    checks.add(
        new KafkaChecks(settings.kafka(), timeout, ofJobInKafka(settings, flink, replacesRunning)));
    return checks;
  }

  private static void addSchemas(List<Check> checks, IngestSettings ingest) {
    String url = ingest.schemaRegistryUrl();
    if (url != null) {
      checks.add(new SchemaRegistryCheck(url, ingest.schemaRegistryProperties()));
    }
    String file = ingest.schemaFile();
    if (file != null) {
      checks.add(new SchemaFileCheck(ingest, file));
    }
  }

  private static List<KafkaCheck> ofJobInKafka(
      ClickstreamSettings settings, ReadableConfig flink, boolean replacesRunning) {
    KafkaSettings kafka = settings.kafka();
    TopicSettings topics = settings.topics();
    IngestSettings ingest = settings.ingest();
    SinkSettings sink = settings.sink();
    List<KafkaCheck> checks = new ArrayList<>();
    for (UsedTopic topic : topics(kafka.bootstrapServers(), topics)) {
      checks.add(new TopicCheck(topic));
      checks.add(new TopicConfigCheck(topic));
    }
    checks.add(new ParallelismCheck(topics.clicks(), flink));
    topics.clicks().forEach(clicks -> checks.add(new ClickClockCheck(clicks)));
    SessionRange range = ingest.range();
    if (range != null) {
      checks.add(new RangeClicksCheck(kafka, topics.clicks(), range, settings.session(), ingest));
      checks.add(new RangeGroupCheck(ingest.groupId()));
      checks.add(
          new RangeEndCheck(
              topics.clicks(), range, settings.session(), ingest, System::currentTimeMillis));
    }
    checks.add(new SizeCheck(topics, Columns.of(settings.session().definitions())));
    checks.add(GroupCheck.byName(ingest.groupId()));
    checks.add(new FreshStartCheck(ingest, flink, replacesRunning));
    checks.add(new BrokerTimeoutCheck(sink));
    checks.add(new TransactionRightsCheck(sink.transactionalIdPrefix()));
    RestoredState restored = new RestoredState(settings, flink);
    checks.add(new PrefixCheck(sink, topics, flink, restored, replacesRunning));
    checks.add(new RestoredTransactionsCheck(kafka, sink, restored));
    return checks;
  }

  /** The topics of the job, with the numbers of partitions to suggest. */
  private static List<UsedTopic> topics(String servers, TopicSettings topics) {
    List<UsedTopic> all = new ArrayList<>();
    for (String clicks : topics.clicks()) {
      all.add(UsedTopic.byName(servers, clicks, UsedTopic.READ, 24, false));
    }
    all.add(UsedTopic.byName(servers, topics.profiles(), UsedTopic.READ, 3, true));
    all.add(UsedTopic.byName(servers, topics.products(), UsedTopic.READ, 3, true));
    for (String output : topics.outputs()) {
      int partitions = output.equals(topics.sessions()) ? 12 : 3;
      all.add(UsedTopic.byName(servers, output, UsedTopic.READ_WRITE, partitions, false));
    }
    return all;
  }

  private static List<Check> ofLoader(LoaderSettings settings, ReadableConfig flink) {
    KafkaSettings kafka = settings.kafka();
    TopicSettings topics = settings.topics();
    return List.of(
        CheckpointCheck.ofLoader(flink),
        new KafkaChecks(
            kafka,
            TIMEOUT,
            List.of(
                new TopicCheck(
                    UsedTopic.bySetting(
                        "topics.sessions",
                        topics.sessions(),
                        UsedTopic.READ,
                        "make it with PlanTopics --create, or correct topics.sessions")),
                new TopicCheck(
                    UsedTopic.bySetting(
                        "topics.rejected-sessions",
                        topics.rejectedSessions(),
                        UsedTopic.WRITE,
                        "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 1"
                            .formatted(kafka.bootstrapServers(), topics.rejectedSessions()))),
                GroupCheck.bySetting("ingest.group-id", settings.groupId()))),
        new ClickHouseCheck(settings.clickHouse(), Columns.of(settings.definitions())));
  }
}
