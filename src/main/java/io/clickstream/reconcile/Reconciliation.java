package io.clickstream.reconcile;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.Witnesses;
import io.clickstream.ingest.framing.FormatOfSettings;
import io.clickstream.kafka.Place;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.Visitor;
import io.clickstream.registry.SchemaFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a job wrote with what it read, record by record.
 *
 * <p>Every click of the input must be exactly one of in a session, duplicate, late, rejected, left
 * out, and, while the job runs, waiting. Late ones are judged one by one: the newest click earlier
 * in its own partition must really have put it behind, or it counts as lost. The rest, sorted and
 * split by {@link BatchSessions}, must be what the folded output says, field by field.
 *
 * <p>A repeated event id counts as a duplicate if the click with it lies within a gap of the
 * session that its first one is in. That is what the job decides, too, unless the sessions grew
 * together only after the copy came, or the id had been forgotten: such a visitor may be reported.
 * Where duplicates are kept ({@code topics.duplicates}), each must be there as it was.
 *
 * <p>Where marks and midnights end sessions, {@link CutComparison} says what is compared, and what
 * cannot be decided.
 *
 * <p>Where the gap or the lateness was changed within the range, every session must still be made
 * of neighbouring batch sessions of the shortest gap, all of its clicks, and none of two batch
 * sessions of the longest; a late click must have been behind by the smallest sum of both.
 *
 * <p>Memory: the places of late, rejected and kept duplicate records, and one share of the visitors
 * with all their clicks. Every share reads the topics once.
 */
public final class Reconciliation {

  /** How long a topic is waited for. */
  public static final Duration PATIENCE = TopicRange.PATIENCE;

  private final ClickstreamSettings settings;
  private final TopicRange input;

  /** The part of it whose event time closes sessions. */
  private final TopicRange judgedBy;

  private final TopicRange output;
  private final SideRecords late;

  /** Duplicates; none if they are only counted. */
  private final SideRecords repeated;

  private final Columns columns;
  private final Findings findings;
  private final ComparedTime time;
  private final RecordJudge judge;
  private final VisitorComparison visitors;

  /**
   * The part of the topics that is compared.
   *
   * @param fromMs Kafka timestamp of the first record of the input; {@link Long#MIN_VALUE} for all
   * @param toMs Kafka timestamp before which the input ends; {@link Long#MAX_VALUE} for all
   * @param shares in how many shares the visitors are compared, each with a pass over the topics of
   *     its own
   * @param shown how many differences are told in words
   * @param otherGaps what else {@code session.gap} has been within the range
   * @param otherLateness the {@code session.allowed-lateness} of each of them; empty if it always
   *     was the same
   * @param whileRunning whether the job runs and clicks flow: what it has not written yet is waited
   *     for, and of the sessions those are compared that no click can change any more
   * @param definedSinceMs Kafka timestamp of the first click that was read under the definitions of
   *     the settings; {@link Long#MIN_VALUE} if all were
   */
  public record Scope(
      long fromMs,
      long toMs,
      int shares,
      int shown,
      List<Duration> otherGaps,
      List<Duration> otherLateness,
      boolean whileRunning,
      long definedSinceMs) {

    /** All there is, at once, of a job that has written what it can. */
    public static Scope everything() {
      return inShares(1);
    }

    /** The same in several passes. */
    public static Scope inShares(int shares) {
      return new Scope(
          Long.MIN_VALUE, Long.MAX_VALUE, shares, 20, List.of(), List.of(), false, Long.MIN_VALUE);
    }
  }

  /**
   * The result.
   *
   * @param range of the input, in words
   * @param waiting clicks that the watermark has not reached; 0 unless the job runs and lets them
   *     wait
   * @param sessions that were compared
   * @param withoutDefinitions of these, how many apart from what definitions decide
   * @param until the end of the latest of them at most, epoch ms
   * @param lost clicks and rejected records that are nowhere
   * @param duplicated records and sessions that are there more than once
   * @param wrong records and sessions that say something else than the input
   * @param undecided sessions that may be right, but nothing tells; they are no difference
   * @param differences the first of all of these, with their places
   */
  public record Report(
      String range,
      long read,
      long inSessions,
      long duplicates,
      long late,
      long rejected,
      long skipped,
      long waiting,
      long sessions,
      long withoutDefinitions,
      long until,
      long lost,
      long duplicated,
      long wrong,
      long undecided,
      List<String> differences) {

    /** Whether everything agrees that can be decided. */
    public boolean agrees() {
      return lost == 0 && duplicated == 0 && wrong == 0;
    }
  }

  private Reconciliation(ClickstreamSettings settings, Scope scope) {
    this.settings = settings;
    this.columns = Columns.of(settings.session().definitions());
    this.findings = new Findings(scope.shown());
    if (scope.whileRunning()) {
      this.judgedBy = input(settings, scope);
      JobProgress.awaitEventTime(settings, judgedBy, JobProgress.PATIENCE);
      this.input = input(settings, scope);
      JobProgress.awaitWritten(settings, input, JobProgress.PATIENCE);
    } else {
      this.input = input(settings, scope);
      this.judgedBy = input;
    }
    this.output = all(settings.topics().sessions());
    this.late = side(settings.topics().late());
    SideRecords rejected = side(settings.topics().rejected());
    String duplicates = settings.topics().duplicates();
    this.repeated = duplicates == null ? SideRecords.none() : side(duplicates);
    Thresholds thresholds = Thresholds.of(settings, scope);
    this.time = new ComparedTime(input::isCutOff, thresholds, scope.fromMs());
    this.judge =
        new RecordJudge(
            settings.topics(), input, late, rejected, repeated, thresholds, time, findings);
    this.visitors =
        new VisitorComparison(
            settings,
            columns,
            repeated,
            thresholds,
            time,
            findings,
            input.ends().size() > 1,
            scope.whileRunning());
  }

  private static TopicRange input(ClickstreamSettings settings, Scope scope) {
    return TopicRange.of(
        settings.kafka(), settings.topics().clicks(), scope.fromMs(), scope.toMs());
  }

  private TopicRange all(String topic) {
    return TopicRange.of(settings.kafka(), List.of(topic), Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private SideRecords side(String topic) {
    return SideRecords.read(all(topic), input, findings);
  }

  /**
   * Compares. Of sessions those that were closed when the input ended (for good, while the job
   * runs), and that cannot have begun before it: further than a gap behind its beginning.
   *
   * @throws io.clickstream.config.UserErrorException if a topic cannot be read, or, while the job
   *     runs, does not commit or decide its transactions within minutes
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  public static Report compare(ClickstreamSettings settings, Scope scope) {
    Reconciliation reconciliation = new Reconciliation(settings, scope);
    for (int i = 0; i < scope.shares(); i++) {
      reconciliation.compare(new VisitorShare(i, scope.shares()));
    }
    return reconciliation.report();
  }

  private void compare(VisitorShare share) {
    Map<Visitor, List<Arrived>> accepted = readInput(share);
    PublishedSessions published = PublishedSessions.read(output, share, findings);
    accepted.forEach((visitor, clicks) -> visitors.compare(clicks, published.take(visitor)));
    for (Visitor visitor : published.rest()) {
      visitors.compareWithNone(published.take(visitor));
    }
  }

  /** The clicks that must be in sessions or are duplicates, by visitor, in the order of arrival. */
  private Map<Visitor, List<Arrived>> readInput(VisitorShare share) {
    ClickFormat format = FormatOfSettings.of(settings.ingest(), columns, SchemaFile::read);
    Map<Visitor, List<Arrived>> accepted = new HashMap<>();
    Map<TopicPartition, Witnesses> newest = new HashMap<>();
    Map<TopicPartition, Witnesses> newestJudging = new HashMap<>();
    input.read(
        record -> {
          Place place = new Place(record.topic(), record.partition(), record.offset());
          TopicPartition partition = place.topicPartition();
          time.read(partition, record.timestamp());
          Origin origin = ClickDeserializer.origin(record, format.needsReceivedAt());
          // The clock is never behind the record's timestamp by more than clocks differ.
          int[] index = {0};
          format.parse(
              origin,
              record.timestamp(),
              Long.MAX_VALUE,
              ingested -> {
                Origin read = origin(ingested, origin, index[0]++);
                Long before = time(newest.get(partition));
                if (share.isFirst()) {
                  judge.judge(ingested, read, before);
                }
                Click click = ingested.click();
                if (click == null) {
                  return;
                }
                add(click, partition, newest);
                if (judgedBy.contains(place)) {
                  add(click, partition, newestJudging);
                }
                if (share.has(click.visitor()) && late.at(read) == null) {
                  accepted
                      .computeIfAbsent(click.visitor(), ignored -> new ArrayList<>())
                      .add(
                          new Arrived(
                              click, time.mayBeBehind(partition, click.timestamp(), before)));
                }
              });
        });
    time.ended(
        newestJudging.values().stream()
            .map(Reconciliation::time)
            .filter(Objects::nonNull)
            .toList());
    return accepted;
  }

  private void add(Click click, TopicPartition partition, Map<TopicPartition, Witnesses> newest) {
    newest
        .computeIfAbsent(
            partition, ignored -> new Witnesses(settings.ingest().watermarkWitnesses()))
        .add(click.visitor(), click.timestamp());
  }

  /** The event time of a partition, or null if it has none yet. */
  private static @Nullable Long time(@Nullable Witnesses newest) {
    return newest == null || newest.time() == Witnesses.NONE ? null : newest.time();
  }

  /** Where something was read: the record, or one of several clicks in it. */
  private static Origin origin(Ingested ingested, Origin record, int index) {
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    byte[] value = record.value();
    if (click != null) {
      return click.origin();
    }
    if (rejection != null) {
      return rejection.origin();
    }
    return index == 0 || value == null ? record : record.element(index, value);
  }

  private Report report() {
    return new Report(
        input.text(),
        judge.read(),
        visitors.inSessions(),
        visitors.duplicates(),
        judge.late(),
        judge.rejected(),
        judge.skipped() + visitors.skipped(),
        visitors.waiting(),
        visitors.sessions(),
        visitors.withoutDefinitions(),
        time.closedBefore(),
        findings.lost(),
        findings.duplicated(),
        findings.wrong(),
        findings.undecided(),
        findings.differences());
  }
}
