package io.clickstream.kafka;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.kafka.PreflightReport.Finding;
import io.clickstream.kafka.PreflightReport.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The part of the preflight that looks at a range of sessions to replay: whether all clicks are
 * there that it takes. With some of them gone, sessions would begin later than they did.
 */
final class RangeChecks {

  private static final String SUBJECT = "ingest.start-from";

  private final ClickstreamSettings settings;
  private final SessionRange range;
  private final Admin admin;
  private final Duration timeout;

  private RangeChecks(
      ClickstreamSettings settings, SessionRange range, Admin admin, Duration timeout) {
    this.settings = settings;
    this.range = range;
    this.admin = admin;
    this.timeout = timeout;
  }

  /**
   * Looks at what is left of the clicks.
   *
   * @param topic of the clicks
   * @param now epoch ms
   * @param timeout of a request
   */
  static List<Finding> run(
      ClickstreamSettings settings,
      SessionRange range,
      Admin admin,
      TopicDescription topic,
      long now,
      Duration timeout) {
    return new RangeChecks(settings, range, admin, timeout).run(topic, now);
  }

  private List<Finding> run(TopicDescription topic, long now) {
    SessionSettings session = settings.session();
    long from = range.readFrom(session, settings.ingest());
    long until = range.readUntil(session, settings.ingest());
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> first = new HashMap<>();
    topic
        .partitions()
        .forEach(
            partition -> {
              TopicPartition key = new TopicPartition(topic.name(), partition.partition());
              earliest.put(key, OffsetSpec.earliest());
              first.put(key, OffsetSpec.forTimestamp(Math.max(0, from)));
            });
    try {
      // In this order: what is deleted in between only makes the first later.
      Map<TopicPartition, ListOffsetsResultInfo> begins = offsets(earliest);
      Map<TopicPartition, ListOffsetsResultInfo> reads = offsets(first);
      for (TopicPartition partition : earliest.keySet()) {
        ListOffsetsResultInfo begin = begins.get(partition);
        ListOffsetsResultInfo read = reads.get(partition);
        if (begin != null && read != null && begin.offset() > 0) {
          if (read.offset() < 0) {
            return List.of(nothingLeft(partition));
          }
          if (read.offset() <= begin.offset()) {
            return List.of(tooLate(partition, from, read.timestamp()));
          }
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      return List.of(
          new Finding(
              Severity.WARNING,
              SUBJECT,
              "whether all clicks of the range are left could not be looked at: "
                  + (e.getCause() == null ? e : e.getCause()).getMessage(),
              "grant DESCRIBE on topic " + topic.name() + ", or look at it by hand"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    }
    return List.of(
        until <= now
            ? new Finding(
                Severity.OK,
                SUBJECT,
                "sessions that start from %s to %s; clicks with Kafka timestamps from %s to %s are read"
                    .formatted(time(range.from()), time(range.until()), time(from), time(until)),
                null)
            : new Finding(
                Severity.WARNING,
                "ingest.stop-at",
                "not all clicks are there yet that the sessions which start before %s may need: those that are open where reading ends are not emitted"
                    .formatted(time(range.until())),
                "start after %s, or set it to %s or earlier"
                    .formatted(time(until), time(range.until() - (until - now)))));
  }

  private Finding nothingLeft(TopicPartition partition) {
    return new Finding(
        Severity.ERROR,
        SUBJECT,
        "no clicks are left from the range in %s: retention has deleted them".formatted(partition),
        "replay a later range");
  }

  private Finding tooLate(TopicPartition partition, long from, long oldest) {
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

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(Map<TopicPartition, OffsetSpec> specs)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin.listOffsets(specs).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).toString();
  }
}
