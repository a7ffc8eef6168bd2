package io.clickstream.preflight;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.kafka.ReadBounds;
import io.clickstream.kafka.TimedEnd;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The part of the preflight that looks at a range of sessions to replay: whether all clicks are
 * there that it takes. With some of them gone, sessions would begin later than they did.
 */
final class RangeChecks {

  private static final String SUBJECT = "ingest.start-from";

  private static final Comparator<TopicPartition> PARTITIONS =
      Comparator.comparingInt(TopicPartition::partition);

  private final ClickstreamSettings settings;
  private final SessionRange range;
  private final Admin admin;
  private final Duration timeout;

  /** Kafka timestamps between which clicks are read. */
  private final long from;

  private final long until;

  private final long stopAt;

  private RangeChecks(
      ClickstreamSettings settings, SessionRange range, Admin admin, Duration timeout) {
    this.settings = settings;
    this.range = range;
    this.admin = admin;
    this.timeout = timeout;
    this.from = range.readFrom(settings.session(), settings.ingest());
    this.until = range.readUntil(settings.session(), settings.ingest());
    this.stopAt = range.stopAt(settings.session(), settings.ingest());
  }

  /**
   * Looks at what is left of the clicks.
   *
   * @param topic of the clicks
   * @param config of the topic, or null if it may not be looked at
   * @param now epoch ms
   * @param timeout of a request
   */
  static List<Finding> run(
      ClickstreamSettings settings,
      SessionRange range,
      Admin admin,
      TopicDescription topic,
      @Nullable Config config,
      long now,
      Duration timeout) {
    return new RangeChecks(settings, range, admin, timeout).run(topic, config, now);
  }

  private List<Finding> run(TopicDescription topic, @Nullable Config config, long now) {
    List<Finding> findings = new ArrayList<>();
    try {
      checkClicks(topic, findings);
      checkGroup(findings);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      findings.add(
          new Finding(
              Severity.WARNING,
              SUBJECT,
              "what is left of the clicks, and whose the group is, could not be looked at: "
                  + (e.getCause() == null ? e : e.getCause()).getMessage(),
              "grant READ and DESCRIBE on topic "
                  + topic.name()
                  + " and on the group, or look at it by hand"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    }
    checkClocks(config, findings);
    checkEnd(now, findings);
    if (settings.sink().generation() == 0) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "sink.generation",
              "it is 0, as that of the job that runs: of two equal revisions a table keeps either",
              "set it to a number that no job or replay before had, unless the table is empty"));
    }
    return findings;
  }

  private void checkClicks(TopicDescription topic, List<Finding> findings)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> earliest = new TreeMap<>(PARTITIONS);
    topic
        .partitions()
        .forEach(
            partition ->
                earliest.put(
                    new TopicPartition(topic.name(), partition.partition()),
                    OffsetSpec.earliest()));
    Map<TopicPartition, Long> begins = new HashMap<>();
    offsets(earliest).forEach((partition, begin) -> begins.put(partition, begin.offset()));
    begins.values().removeIf(begin -> begin == 0);
    Map<TopicPartition, TimedEnd> ends;
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first;
    try (KafkaConsumer<byte[], byte[]> consumer =
        ReadBounds.consumer(settings.kafka().clientProperties())) {
      ReadBounds bounds = new ReadBounds(consumer, timeout);
      ends = bounds.ends(earliest.keySet(), stopAt);
      Map<TopicPartition, Long> stable = new HashMap<>();
      ends.forEach((partition, end) -> stable.put(partition, end.stable()));
      first = bounds.first(begins, stable);
    }
    TopicPartition worst = null;
    long oldest = from - 1;
    for (TopicPartition partition : earliest.keySet()) {
      ConsumerRecord<byte[], byte[]> record = first.get(partition);
      if (record != null && record.timestamp() > oldest) {
        worst = partition;
        oldest = record.timestamp();
      }
    }
    if (first.isEmpty() && begins.size() == earliest.size()) {
      findings.add(
          new Finding(
              Severity.ERROR,
              SUBJECT,
              "no click is left in topic " + topic.name() + ": retention has deleted them",
              "replay a later range"));
    } else if (worst != null) {
      findings.add(tooLate(worst, oldest));
    } else {
      findings.add(
          new Finding(
              Severity.OK,
              SUBJECT,
              "sessions that start from %s to %s; clicks with Kafka timestamps from %s to %s are read"
                  .formatted(time(range.from()), time(range.until()), time(from), time(stopAt)),
              null));
      checkOrder(ends.values(), findings);
    }
  }

  /** Where more is read than Kafka's look-up of the end says, see {@link TimedEnd}. */
  private static void checkOrder(Collection<TimedEnd> ends, List<Finding> findings) {
    long partitions = ends.stream().filter(end -> end.more() > 0).count();
    if (partitions > 0) {
      findings.add(
          new Finding(
              Severity.INFO,
              "ingest.stop-at",
              "Kafka timestamps are those of producers (message.timestamp.type=CreateTime) in %d of %d partitions, and need not be in order: these are read to where they end now, %,d offsets more, and clicks that are not before the end are left out"
                  .formatted(
                      partitions, ends.size(), ends.stream().mapToLong(TimedEnd::more).sum()),
              "nothing to do but to wait; of clicks to come, message.timestamp.type=LogAppendTime lets a replay read no more than it needs"));
    }
  }

  private Finding tooLate(TopicPartition partition, long oldest) {
    long earliest = range.from() + (oldest - from);
    return new Finding(
        Severity.ERROR,
        SUBJECT,
        "clicks are needed from %s, a whole session before the range; in %s retention has deleted those before %s, and sessions could begin later than they did"
            .formatted(time(from), partition, time(oldest)),
        "set it to timestamp:%s or later"
            .formatted(
                Instant.ofEpochMilli(earliest).plusSeconds(1).truncatedTo(ChronoUnit.SECONDS)));
  }

  /** A replay commits where it reads, and those who watch the lag of a job see that. */
  private void checkGroup(List<Finding> findings)
      throws InterruptedException, ExecutionException, TimeoutException {
    String group = settings.ingest().groupId();
    boolean isUsed =
        !admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .isEmpty();
    if (isUsed) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "ingest.group-id",
              group
                  + " has offsets, which this replay sets back: are they those of a job that runs?",
              "give it a group of its own"));
    }
  }

  /** Where reading stops, see {@link SessionRange#stopAt}. */
  private static void checkClocks(@Nullable Config config, List<Finding> findings) {
    ConfigEntry type = config == null ? null : config.get("message.timestamp.type");
    ConfigEntry ahead = config == null ? null : config.get("message.timestamp.after.max.ms");
    if (type != null
        && ahead != null
        && !"LogAppendTime".equals(type.value())
        && Long.parseLong(ahead.value()) > SessionRange.CLOCK_AHEAD.toMillis()) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "ingest.stop-at",
              "message.timestamp.after.max.ms is %s: a click of a producer whose clock is ahead by more than an hour may be left out near the end of the range, and its session lacks it"
                  .formatted(ahead.value()),
              "look whether there are such clicks in the range; for those to come, message.timestamp.type=LogAppendTime"));
    }
  }

  /** What the running job can still correct would be behind the replay's, for ever. */
  private void checkEnd(long now, List<Finding> findings) {
    Duration settled = settings.session().gap().plus(settings.session().allowedLateness());
    long missing = until + settled.toMillis() - now;
    if (missing > 0) {
      findings.add(
          new Finding(
              Severity.ERROR,
              "ingest.stop-at",
              "sessions that start before %s may still be open or corrected, and what a job says of them later would be behind the replay's"
                  .formatted(time(range.until())),
              "start after %s, or set it to timestamp:%s or earlier"
                  .formatted(
                      time(now + missing),
                      Instant.ofEpochMilli(range.until() - missing)
                          .truncatedTo(ChronoUnit.SECONDS))));
    }
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(Map<TopicPartition, OffsetSpec> specs)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin.listOffsets(specs).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).toString();
  }
}
