package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.reconcile.SideRecords.Place;
import io.clickstream.reconcile.SideRecords.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a job wrote with what it read, record by record.
 *
 * <p>Every record of the input must be exactly one of in a session, duplicate, late and rejected.
 * Late ones are judged one by one: the newest click earlier in its own partition must really have
 * put it behind, or it counts as lost. The rest, sorted and split by {@link BatchSessions}, must be
 * what the folded output says, field by field.
 *
 * <p>A repeated event id counts as a duplicate if the click with it lies within a gap of the
 * session that its first one is in. That is what the job decides, too, unless the sessions grew
 * together only after the copy came, or the id had been forgotten: such a visitor may be reported.
 *
 * <p>Where the gap or the lateness was changed within the range, every session must still be made
 * of neighbouring batch sessions of the shortest gap, all of its clicks, and none of two batch
 * sessions of the longest; a late click must have been behind by the smallest sum of both.
 *
 * <p>Memory: the late and rejected records' places, and one slice of the visitors with all their
 * clicks. Every slice reads the topics once.
 */
public final class Reconciliation {

  /** How long a topic is waited for. */
  public static final Duration PATIENCE = TopicRange.PATIENCE;

  /**
   * Clicks of visitors who are cut depend on the order of arrival: only their sums are compared.
   */
  private static final String CUT = "of a visitor whose sessions are cut";

  private final ClickstreamSettings settings;
  private final TopicRange input;

  /** The part of it whose event time closes sessions. */
  private final TopicRange judgedBy;

  private final TopicRange output;
  private final SideRecords late;
  private final SideRecords rejected;
  private final Findings findings;
  private final long shortestGap;
  private final long longestGap;
  private final long behind;
  private final boolean fromTime;

  /** Of sessions that begin up to then, earlier clicks may not have been read. */
  private long comparedFrom;

  /** The Kafka timestamp at which each partition's range begins. */
  private final Map<Integer, Long> beginnings = new HashMap<>();

  /** How long behind the event time of the input's end a session was closed for good. */
  private final long settled;

  private long read;
  private long inSessions;
  private long duplicates;
  private long lateClicks;
  private long rejectedRecords;
  private long sessions;
  private long closedBefore;

  /**
   * What to compare.
   *
   * @param fromMs Kafka timestamp of the first record of the input; {@link Long#MIN_VALUE} for all
   * @param toMs Kafka timestamp before which the input ends; {@link Long#MAX_VALUE} for all
   * @param slices in how many parts, each with a pass over the topics of its own
   * @param shown how many differences are told in words
   * @param otherGaps what else {@code session.gap} has been within the range
   * @param otherLateness the {@code session.allowed-lateness} of each of them; empty if it always
   *     was the same
   * @param whileRunning whether the job runs and clicks flow: what it has not written yet is waited
   *     for, and of the sessions those are compared that no click can change any more
   */
  public record Scope(
      long fromMs,
      long toMs,
      int slices,
      int shown,
      List<Duration> otherGaps,
      List<Duration> otherLateness,
      boolean whileRunning) {

    /** All there is, at once, of a job that has written what it can. */
    public static Scope everything() {
      return inSlices(1);
    }

    /** The same in several passes. */
    public static Scope inSlices(int slices) {
      return new Scope(Long.MIN_VALUE, Long.MAX_VALUE, slices, 20, List.of(), List.of(), false);
    }
  }

  /**
   * What was found.
   *
   * @param range of the input, in words
   * @param sessions that were compared
   * @param until the end of the latest of them at most, epoch ms
   * @param lost clicks and rejected records that are nowhere
   * @param duplicated records and sessions that are there more than once
   * @param wrong records and sessions that say something else than the input
   * @param differences the first of them, with their places
   */
  public record Report(
      String range,
      long read,
      long inSessions,
      long duplicates,
      long late,
      long rejected,
      long sessions,
      long until,
      long lost,
      long duplicated,
      long wrong,
      List<String> differences) {

    /** Whether everything agrees. */
    public boolean agrees() {
      return lost == 0 && duplicated == 0 && wrong == 0;
    }
  }

  private Reconciliation(ClickstreamSettings settings, Scope scope) {
    this.settings = settings;
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
    this.late =
        SideRecords.read(
            all(settings.topics().late()), settings.topics().clicks(), input, findings);
    this.rejected =
        SideRecords.read(
            all(settings.topics().rejected()), settings.topics().clicks(), input, findings);
    LongSummaryStatistics gaps = all(settings.session().gap(), scope.otherGaps());
    this.shortestGap = gaps.getMin();
    this.longestGap = gaps.getMax();
    this.behind = bound() + leastBehind(scope);
    // A click that is not late can touch what ended a gap before it.
    this.settled =
        scope.whileRunning()
            ? 2 * longestGap
                + all(settings.session().allowedLateness(), scope.otherLateness()).getMax()
            : longestGap;
    this.fromTime = scope.fromMs() != Long.MIN_VALUE;
    this.comparedFrom = fromTime ? firstWhole(scope.fromMs()) : Long.MIN_VALUE;
  }

  /** When a session begins at the earliest of which nothing lies before a Kafka timestamp. */
  private long firstWhole(long fromMs) {
    return fromMs + longestGap + settings.ingest().maxFutureSkew().toMillis();
  }

  private static TopicRange input(ClickstreamSettings settings, Scope scope) {
    return TopicRange.of(
        settings.kafka(), settings.topics().clicks(), scope.fromMs(), scope.toMs());
  }

  /** How far behind its partition a click was late at least, under any of the settings. */
  private long leastBehind(Scope scope) {
    long least = settings.session().gap().plus(settings.session().allowedLateness()).toMillis();
    for (int i = 0; i < scope.otherGaps().size(); i++) {
      Duration lateness =
          scope.otherLateness().isEmpty()
              ? settings.session().allowedLateness()
              : scope.otherLateness().get(i);
      least = Math.min(least, scope.otherGaps().get(i).plus(lateness).toMillis());
    }
    return least;
  }

  private static LongSummaryStatistics all(Duration now, List<Duration> others) {
    return Stream.concat(Stream.of(now), others.stream())
        .mapToLong(Duration::toMillis)
        .summaryStatistics();
  }

  private TopicRange all(String topic) {
    return TopicRange.of(settings.kafka(), topic, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long bound() {
    return settings.ingest().maxOutOfOrderness().toMillis();
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
    for (int i = 0; i < scope.slices(); i++) {
      reconciliation.compare(new Slice(i, scope.slices()));
    }
    return reconciliation.report();
  }

  private Report report() {
    return new Report(
        input.text(),
        read,
        inSessions,
        duplicates,
        lateClicks,
        rejectedRecords,
        sessions,
        closedBefore,
        findings.lost(),
        findings.duplicated(),
        findings.wrong(),
        findings.differences());
  }

  private void compare(Slice slice) {
    Map<Visitor, List<Click>> accepted = readInput(slice);
    PublishedSessions published = PublishedSessions.read(output, slice, findings);
    accepted.forEach((visitor, clicks) -> compare(clicks, published.take(visitor)));
    for (Visitor visitor : published.rest()) {
      for (JsonNode session : published.take(visitor)) {
        if (isCompared(start(session), end(session))) {
          findings.wrong("session_id=%s has no clicks in the input", id(session));
        }
      }
    }
  }

  /** The clicks that must be in sessions or are duplicates, by visitor, in the order of arrival. */
  private Map<Visitor, List<Click>> readInput(Slice slice) {
    JsonClickFormat format = new JsonClickFormat(settings.ingest());
    Map<Visitor, List<Click>> accepted = new HashMap<>();
    Map<Integer, Long> newest = new HashMap<>();
    Map<Integer, Long> newestJudging = new HashMap<>();
    input.read(
        record -> {
          boolean begins = beginnings.putIfAbsent(record.partition(), record.timestamp()) == null;
          if (begins && input.isCutOff(record.partition())) {
            comparedFrom = Math.max(comparedFrom, firstWhole(record.timestamp()));
          }
          Place place = new Place(record.partition(), record.offset());
          Origin origin =
              new Origin(
                  record.topic(),
                  record.partition(),
                  record.offset(),
                  record.key(),
                  record.value());
          // The clock is never behind the record's timestamp by more than clocks differ.
          Ingested ingested = format.parse(origin, record.timestamp(), Long.MAX_VALUE);
          Click click = ingested.click();
          if (slice.isFirst()) {
            judge(record, place, click, newest.get(record.partition()));
          }
          if (click != null) {
            newest.merge(record.partition(), click.timestamp(), Math::max);
            if (judgedBy.contains(record.partition(), record.offset())) {
              newestJudging.merge(record.partition(), click.timestamp(), Math::max);
            }
            if (slice.has(click.visitor()) && late.at(place) == null) {
              accepted.computeIfAbsent(click.visitor(), ignored -> new ArrayList<>()).add(click);
            }
          }
        });
    closedBefore =
        newestJudging.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE)
            - bound()
            - 1
            - settled;
    return accepted;
  }

  private void judge(
      ConsumerRecord<byte[], byte[]> record,
      Place place,
      @Nullable Click click,
      @Nullable Long newestBefore) {
    read++;
    Side rejection = rejected.at(place);
    Side lateness = late.at(place);
    if (click == null) {
      rejectedRecords++;
      if (rejection == null) {
        findings.lost(1, "%s is no click, and not in %s", place, settings.topics().rejected());
      } else {
        checkBytes(record, place, rejection, settings.topics().rejected());
      }
      if (lateness != null) {
        findings.duplicated("%s is rejected and late", place);
      }
      return;
    }
    if (rejection != null) {
      findings.wrong("%s is a click, but in %s", place, settings.topics().rejected());
    }
    if (lateness != null) {
      lateClicks++;
      checkBytes(record, place, lateness, settings.topics().late());
      checkLate(place, click, lateness, newestBefore);
    }
  }

  private void checkBytes(
      ConsumerRecord<byte[], byte[]> record, Place place, Side side, String topic) {
    if (!side.isOf(record)) {
      findings.wrong("%s is in %s with other bytes", place, topic);
    }
  }

  private void checkLate(Place place, Click click, Side side, @Nullable Long newestBefore) {
    boolean isBehind = newestBefore != null && click.timestamp() <= newestBefore - behind - 1;
    if (!isBehind && !mayBeBehindEarlier(place.partition(), newestBefore)) {
      findings.lost(
          1,
          "%s is in %s, but the newest click before it in its partition is only %s ms newer;"
              + " expected more than %d",
          place,
          settings.topics().late(),
          newestBefore == null ? "none," : newestBefore - click.timestamp(),
          behind);
    }
    if (side.latenessMs() != side.watermark() - click.timestamp()) {
      findings.wrong(
          "%s is in %s with lateness_ms=%d and watermark=%d",
          place, settings.topics().late(), side.latenessMs(), side.watermark());
    }
  }

  /** Whether a click before the range may be newer than all of the partition in it. */
  private boolean mayBeBehindEarlier(int partition, @Nullable Long newest) {
    Long first = beginnings.get(partition);
    return (fromTime || input.isCutOff(partition))
        && (newest == null
            || first == null
            || newest < first + settings.ingest().maxFutureSkew().toMillis());
  }

  private boolean isCompared(long start, long end) {
    return start > comparedFrom && end <= closedBefore;
  }

  private void compare(List<Click> clicks, List<JsonNode> published) {
    List<List<Click>> split = split(clicks);
    Map<Long, JsonNode> byStart = new HashMap<>();
    for (JsonNode session : published) {
      if (byStart.put(start(session), session) != null) {
        findings.duplicated("session_id=%s begins when another does", id(session));
      }
    }
    boolean cut = split.stream().anyMatch(this::isCut);
    if (cut) {
      compareSums(split, published);
      return;
    }
    for (List<Click> longest : split) {
      boolean compared =
          isCompared(longest.get(0).timestamp(), longest.get(longest.size() - 1).timestamp());
      for (List<Click> session : parts(longest, byStart)) {
        JsonNode found = byStart.remove(session.get(0).timestamp());
        if (compared) {
          compareSession(session, found);
        }
      }
    }
    findUnexpected(split, byStart.values());
  }

  /**
   * One session, unless the gap was changed: then it is joined from the sessions of the shortest
   * gap as the published ones span them.
   */
  private List<List<Click>> parts(List<Click> longest, Map<Long, JsonNode> byStart) {
    if (shortestGap == longestGap) {
      return List.of(longest);
    }
    List<List<Click>> parts = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (List<Click> shortest : BatchSessions.split(longest, shortestGap)) {
      long start = shortest.get(0).timestamp();
      if (start <= end) {
        parts.get(parts.size() - 1).addAll(shortest);
      } else {
        parts.add(shortest);
        JsonNode published = byStart.get(start);
        end = published == null ? Long.MIN_VALUE : end(published);
      }
    }
    return parts;
  }

  private void compareSession(List<Click> session, @Nullable JsonNode found) {
    ExpectedSession expected = new ExpectedSession(session);
    sessions++;
    if (found == null) {
      findings.lost(
          expected.events(),
          "no session of the %d clicks from %s to %s",
          expected.events(),
          place(session.get(0)),
          place(session.get(session.size() - 1)));
      return;
    }
    List<String> differences = expected.differences(found);
    if (!differences.isEmpty()) {
      long missing = expected.events() - found.path("event_count").asLong();
      if (missing > 0) {
        findings.lost(missing, "%d clicks are not in session_id=%s", missing, id(found));
      }
      findings.wrong("session_id=%s: %s", id(found), String.join(", ", differences));
    }
  }

  /** What is published beside the sessions that were expected. */
  private void findUnexpected(List<List<Click>> split, Collection<JsonNode> unexpected) {
    for (JsonNode session : unexpected) {
      if (!isCompared(start(session), end(session))) {
        continue;
      }
      boolean overlaps =
          split.stream()
              .anyMatch(
                  other ->
                      other.get(0).timestamp() <= end(session)
                          && other.get(other.size() - 1).timestamp() >= start(session));
      if (overlaps) {
        findings.duplicated("session_id=%s overlaps with another", id(session));
      } else {
        findings.wrong(
            "session_id=%s has no clicks in the input, its visitor has others", id(session));
      }
    }
  }

  /** Whoever is too long or too full is cut, and where depends on the order of arrival. */
  private boolean isCut(List<Click> session) {
    long duration = session.get(session.size() - 1).timestamp() - session.get(0).timestamp();
    return duration > settings.session().maxDuration().toMillis()
        || session.size() >= settings.session().maxEvents();
  }

  private void compareSums(List<List<Click>> split, List<JsonNode> published) {
    for (List<Click> session : split) {
      long start = session.get(0).timestamp();
      long end = session.get(session.size() - 1).timestamp();
      if (!isCompared(start, end)) {
        continue;
      }
      sessions++;
      long found =
          published.stream()
              .filter(part -> start(part) >= start && end(part) <= end)
              .mapToLong(part -> part.path("event_count").asLong())
              .sum();
      if (found < session.size()) {
        findings.lost(
            session.size() - found,
            "%d of the %d clicks from %s on, %s",
            session.size() - found,
            session.size(),
            place(session.get(0)),
            CUT);
      } else if (found > session.size()) {
        findings.duplicated(
            "%d clicks instead of %d from %s on, %s",
            found, session.size(), place(session.get(0)), CUT);
      }
    }
  }

  /** The batch sessions without duplicates, of which the first one that came counts. */
  private List<List<Click>> split(List<Click> clicks) {
    Set<EventKey> ids = new HashSet<>();
    List<Click> first = new ArrayList<>();
    List<Click> copies = new ArrayList<>();
    for (Click click : clicks) {
      (click.eventId() == null || ids.add(EventKey.of(click)) ? first : copies).add(click);
    }
    List<List<Click>> split = BatchSessions.split(first, longestGap);
    List<Click> more = new ArrayList<>();
    for (Click copy : copies) {
      boolean touches =
          split.stream()
              .filter(
                  session ->
                      session.get(0).timestamp() - longestGap <= copy.timestamp()
                          && copy.timestamp()
                              <= session.get(session.size() - 1).timestamp() + longestGap)
              .anyMatch(
                  session ->
                      session.stream()
                          .anyMatch(click -> EventKey.of(copy).equals(EventKey.of(click))));
      if (touches) {
        duplicates++;
      } else {
        more.add(copy);
      }
    }
    if (!more.isEmpty()) {
      first.addAll(more);
      split = BatchSessions.split(first, longestGap);
    }
    inSessions += first.size();
    return split;
  }

  /** By which a click is known for a duplicate: an id that comes with another type is another's. */
  private record EventKey(@Nullable String id, @Nullable String type) {

    static EventKey of(Click click) {
      return new EventKey(click.eventId(), click.eventType());
    }
  }

  private static String place(Click click) {
    return click.origin().partition() + "/" + click.origin().offset();
  }

  private static String id(JsonNode session) {
    return session.path("session_id").asText();
  }

  private static long start(JsonNode session) {
    return session.path("session_start").asLong();
  }

  private static long end(JsonNode session) {
    return session.path("session_end").asLong();
  }
}
