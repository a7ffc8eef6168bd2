package io.clickstream.preflight;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.kafka.KafkaAnswers;
import io.clickstream.kafka.ReadBounds;
import io.clickstream.kafka.TimedEnd;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Whether all clicks are there that a range of sessions takes. With some of them gone, sessions
 * would begin later than they did.
 */
final class RangeClicksCheck implements KafkaCheck {

  private static final String SUBJECT = "ingest.start-from";

  private static final Comparator<TopicPartition> PARTITIONS =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private final KafkaSettings kafka;
  private final List<String> clicks;
  private final SessionRange range;

  /** Kafka timestamps between which clicks are read. */
  private final long from;

  private final long stopAt;

  RangeClicksCheck(
      KafkaSettings kafka,
      List<String> clicks,
      SessionRange range,
      SessionSettings session,
      IngestSettings ingest) {
    this.kafka = kafka;
    this.clicks = clicks;
    this.range = range;
    this.from = range.readFrom(session, ingest);
    this.stopAt = range.stopAt(session, ingest);
  }

  @Override
  public String name() {
    return SUBJECT;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    List<DescribedTopic> described = clicks.stream().map(brokers::topic).toList();
    return findings -> {
      List<TopicDescription> topics = new ArrayList<>();
      for (DescribedTopic topic : described) {
        TopicDescription found = topic.found();
        if (found != null) {
          topics.add(found);
        }
      }
      if (topics.size() == described.size()) {
        report(topics, brokers, findings);
      }
    };
  }

  private void report(List<TopicDescription> topics, Brokers brokers, Findings findings) {
    try {
      report(look(topics, brokers), findings);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      findings.warning(
          SUBJECT,
          "what is left of the clicks could not be looked at: " + brokers.reason(e),
          "grant READ and DESCRIBE on %s, or look at it by hand"
              .formatted(UsedTopic.topics(clicks)));
    }
  }

  /**
   * The partitions of the clicks.
   *
   * @param all in their order
   * @param cut how many have lost records
   * @param first the first record that is left, of those that have lost some
   * @param ends where reading ends
   */
  private record Left(
      List<TopicPartition> all,
      int cut,
      Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first,
      Collection<TimedEnd> ends) {}

  private Left look(List<TopicDescription> topics, Brokers brokers) {
    Map<TopicPartition, OffsetSpec> earliest = new TreeMap<>(PARTITIONS);
    for (TopicDescription topic : topics) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        earliest.put(
            new TopicPartition(topic.name(), partition.partition()), OffsetSpec.earliest());
      }
    }
    Map<TopicPartition, Long> begins = new HashMap<>();
    KafkaAnswers.within(brokers.timeout())
        .get(brokers.admin().listOffsets(earliest).all())
        .forEach((partition, begin) -> begins.put(partition, begin.offset()));
    begins.values().removeIf(begin -> begin == 0);
    try (KafkaConsumer<byte[], byte[]> consumer = ReadBounds.consumer(kafka.clientProperties())) {
      ReadBounds bounds = new ReadBounds(consumer, brokers.timeout());
      Map<TopicPartition, TimedEnd> ends = bounds.ends(earliest.keySet(), stopAt);
      Map<TopicPartition, Long> stable = new HashMap<>();
      ends.forEach((partition, end) -> stable.put(partition, end.stable()));
      return new Left(
          List.copyOf(earliest.keySet()),
          begins.size(),
          bounds.first(begins, stable),
          ends.values());
    }
  }

  private void report(Left left, Findings findings) {
    TopicPartition worst = null;
    long oldest = from - 1;
    for (TopicPartition partition : left.all()) {
      ConsumerRecord<byte[], byte[]> record = left.first().get(partition);
      if (record != null && record.timestamp() > oldest) {
        worst = partition;
        oldest = record.timestamp();
      }
    }
    if (left.first().isEmpty() && left.cut() == left.all().size()) {
      findings.error(
          SUBJECT,
          "no click is left in %s: retention has deleted them".formatted(UsedTopic.topics(clicks)),
          "replay a later range");
    } else if (worst != null) {
      findings.error(
          SUBJECT,
          "clicks are needed from %s, a whole session before the range; in %s retention has deleted those before %s, and sessions could begin later than they did"
              .formatted(time(from), worst, time(oldest)),
          "set it to timestamp:%s or later"
              .formatted(
                  Instant.ofEpochMilli(range.from() + (oldest - from))
                      .plusSeconds(1)
                      .truncatedTo(ChronoUnit.SECONDS)));
    } else {
      findings.ok(
          SUBJECT,
          "sessions that start from %s to %s; clicks with Kafka timestamps from %s to %s are read"
              .formatted(time(range.from()), time(range.until()), time(from), time(stopAt)));
      reportOrder(left.ends(), findings);
    }
  }

  /** Where more is read than Kafka's look-up of the end says, see {@link TimedEnd}. */
  private static void reportOrder(Collection<TimedEnd> ends, Findings findings) {
    long partitions = ends.stream().filter(end -> end.more() > 0).count();
    if (partitions > 0) {
      findings.add(
          new PreflightReport.Finding(
              PreflightReport.Severity.INFO,
              RangeEndCheck.SUBJECT,
              "Kafka timestamps are those of producers (message.timestamp.type=CreateTime) in %d of %d partitions, and need not be in order: these are read to where they end now, %,d offsets more, and clicks that are not before the end are left out"
                  .formatted(
                      partitions, ends.size(), ends.stream().mapToLong(TimedEnd::more).sum()),
              "nothing to do but to wait; of clicks to come, message.timestamp.type=LogAppendTime lets a replay read no more than it needs"));
    }
  }

  private static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).toString();
  }
}
