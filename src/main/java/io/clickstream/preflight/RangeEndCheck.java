package io.clickstream.preflight;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Whether the sessions at the end of a range are whole, and no job changes them any more. */
final class RangeEndCheck implements KafkaCheck {

  /** The setting that all findings about the end are about. */
  static final String SUBJECT = "ingest.stop-at";

  private final List<String> clicks;
  private final SessionRange range;
  private final long settledAt;
  private final LongSupplier clock;

  /**
   * For a replay.
   *
   * @param clock epoch ms
   */
  RangeEndCheck(
      List<String> clicks,
      SessionRange range,
      SessionSettings session,
      IngestSettings ingest,
      LongSupplier clock) {
    this.clicks = clicks;
    this.range = range;
    this.settledAt =
        range.readUntil(session, ingest) + session.gap().plus(session.allowedLateness()).toMillis();
    this.clock = clock;
  }

  @Override
  public String name() {
    return SUBJECT;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    List<DescribedTopic> topics = clicks.stream().map(brokers::topic).toList();
    return findings -> {
      topics.stream()
          .filter(RangeEndCheck::mayBeFarAhead)
          .findFirst()
          .ifPresent(topic -> reportClocks(topic, findings));
      reportUnsettled(findings);
    };
  }

  private static boolean mayBeFarAhead(DescribedTopic topic) {
    String type = topic.value("message.timestamp.type");
    Long ahead = topic.number("message.timestamp.after.max.ms");
    return type != null
        && ahead != null
        && !"LogAppendTime".equals(type)
        && ahead > SessionRange.CLOCK_AHEAD.toMillis();
  }

  /** Where reading stops, see {@link SessionRange#stopAt}. */
  private static void reportClocks(DescribedTopic topic, Findings findings) {
    findings.warning(
        SUBJECT,
        "message.timestamp.after.max.ms is %d: a click of a producer whose clock is ahead by more than an hour may be left out near the end of the range, and its session lacks it"
            .formatted(topic.number("message.timestamp.after.max.ms")),
        "look whether there are such clicks in the range; for those to come, message.timestamp.type=LogAppendTime");
  }

  /** Corrections by the running job would stay behind the replay's revisions. */
  private void reportUnsettled(Findings findings) {
    long now = clock.getAsLong();
    long missing = settledAt - now;
    if (missing > 0) {
      findings.error(
          SUBJECT,
          "sessions that start before %s may still be open or corrected, and what a job says of them later would be behind the replay's"
              .formatted(Instant.ofEpochMilli(range.until())),
          "start after %s, or set it to timestamp:%s or earlier"
              .formatted(
                  Instant.ofEpochMilli(now + missing),
                  Instant.ofEpochMilli(range.until() - missing).truncatedTo(ChronoUnit.SECONDS)));
    }
  }
}
