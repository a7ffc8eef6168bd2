package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Mark;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.reconcile.CutSearch.Verdict;
import io.clickstream.reconcile.CutSearch.Visit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Compares one visitor after the other where sessions are cut at marks and midnights, or where
 * clicks may be passive.
 *
 * <p><b>The rule.</b> A visit is the clicks that are no more than a gap apart, without passive
 * ones; visits do not depend on each other, as the walk forgets at such a gap. Sorted, split before
 * every marked click and between dates, the clicks of a visit must give just the sessions that are
 * published: in number, start and end, {@code end_reason}, {@code session_id}, and every column.
 * Which clicks are marked depends on which were behind the watermark when they came: the walk does
 * not see those. {@link CutSearch} looks for a choice that gives what is published, as many in each
 * session as its {@code late_event_count} says. Where it says 0 there is no choice.
 *
 * <p>A click was behind only if its own partition had been ahead of it, for the watermark is the
 * minimum over all that are not idle. If no such choice explains the sessions, then they are wrong,
 * except in three cases, which are counted as undecided and said:
 *
 * <ul>
 *   <li>the search had to give up;
 *   <li>there are several partitions, and a choice among all clicks explains them: others may have
 *       been ahead of a partition that was idle;
 *   <li>the visitor has more bytes of clicks than may wait ({@code session.max-waiting}), and
 *       sessions from there on have clicks that count as behind: some may not have been marked for
 *       lack of room.
 * </ul>
 *
 * <p><b>Not seen</b> are faults that only move a border to where another choice would have put it,
 * among clicks that were behind; and where a passive click or a copy with other values depends on
 * what came first, both outcomes pass. Of a session that limits divide, the sums, the outer times
 * and the first id are compared. Where settings changed within the range, borders are not.
 */
final class CutComparison {

  /** More clicks of a visitor never wait at once, whatever they take. */
  private static final int MAX_WAITING_CLICKS = 1 << 20;

  private final SessionSettings settings;
  private final Columns columns;
  private final CutSearch.Rules rules;
  private final Thresholds thresholds;
  private final ComparedTime time;
  private final Findings findings;
  private final Kept kept;
  private final boolean severalPartitions;
  private final boolean isRunning;
  private final boolean sameGap;

  private long inSessions;
  private long duplicates;
  private long skipped;
  private long waiting;
  private long sessions;
  private long withoutDefinitions;

  /** Where duplicates are kept. */
  interface Kept {

    /** Whether it is known which clicks were dropped, and this one was. */
    boolean has(Click click);

    /** Reports a duplicate that is not there. */
    void missing(Click duplicate);
  }

  /**
   * For a job.
   *
   * @param severalPartitions whether clicks come in more than one
   * @param isRunning whether clicks may wait that the watermark has not reached
   */
  CutComparison(
      SessionSettings settings,
      Columns columns,
      Thresholds thresholds,
      ComparedTime time,
      Findings findings,
      Kept kept,
      boolean severalPartitions,
      boolean isRunning) {
    this.settings = settings;
    this.columns = columns;
    this.thresholds = thresholds;
    this.time = time;
    this.findings = findings;
    this.kept = kept;
    this.severalPartitions = severalPartitions;
    this.isRunning = isRunning;
    this.sameGap = thresholds.shortestGap() == thresholds.longestGap();
    this.rules =
        new CutSearch.Rules(
            columns.cuts(),
            new Dates(columns.cuts().midnight()),
            thresholds.longestGap(),
            settings.dedupWindow());
  }

  private boolean isPassive(Click click) {
    Mark passive = columns.cuts().passive();
    return passive != null && click.marks().has(passive.index());
  }

  /**
   * Compares one visitor.
   *
   * @param clicks that were accepted, at least one, those of a partition in the order of arrival
   * @param published the latest revisions that are not deleted
   */
  void compare(List<Arrived> clicks, List<JsonNode> published) {
    Visitor visitor = clicks.get(0).click().visitor();
    List<Piece> pieces = Piece.of(clicks, settings.dedupKey().withType(), this::isPassive);
    int partitions =
        (int)
            clicks.stream()
                .map(each -> each.click().origin())
                .map(origin -> new TopicPartition(origin.topic(), origin.partition()))
                .distinct()
                .count();
    boolean fits =
        clicks.size() <= MAX_WAITING_CLICKS && waitingBytes(clicks) <= columns.cuts().maxWaiting();
    List<List<Piece>> visits = visits(pieces);
    long mayLackRoomUntil = fits ? Long.MIN_VALUE : lastBehind(clicks, published);
    List<JsonNode> sorted = new ArrayList<>(published);
    sorted.sort(Comparator.comparingLong(PublishedSessions::start));
    int next = 0;
    for (List<Piece> visit : visits) {
      long start = visit.get(0).time();
      long end = lastOf(visit);
      next = findUnexpected(sorted, next, start - 1);
      List<JsonNode> own = new ArrayList<>();
      while (next < sorted.size() && PublishedSessions.start(sorted.get(next)) <= end) {
        own.add(sorted.get(next++));
      }
      compare(
          new Visit(visit, partitions, PublishedRow.of(visitor, own), time.closedBefore(), false),
          start <= mayLackRoomUntil);
    }
    findUnexpected(sorted, next, Long.MAX_VALUE);
  }

  /** Reports sessions up to a start that are in no visit; returns which one follows. */
  private int findUnexpected(List<JsonNode> sorted, int from, long until) {
    int at = from;
    while (at < sorted.size() && PublishedSessions.start(sorted.get(at)) <= until) {
      JsonNode session = sorted.get(at++);
      if (time.contains(PublishedSessions.start(session), PublishedSessions.end(session))) {
        findings.wrong(
            "session_id=%s has no clicks in the input, its visitor has others",
            PublishedSessions.id(session));
      }
    }
    return at;
  }

  /** The most that the clicks of a visitor can take in state at once. */
  private static long waitingBytes(List<Arrived> clicks) {
    long bytes = 0;
    for (Arrived each : clicks) {
      Origin origin = each.click().origin();
      bytes += 64 + lengthOf(origin.value()) + lengthOf(origin.key());
      for (ClickText text : ClickText.values()) {
        String value = each.click().texts().get(text);
        bytes += value == null ? 0 : 3L * value.length();
      }
    }
    return bytes;
  }

  private static long lengthOf(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /**
   * The latest time at which a click may have had no room: it counts as behind, unless it is
   * passive and was left out.
   */
  private long lastBehind(List<Arrived> clicks, List<JsonNode> published) {
    return columns.cuts().passive() != null
            || clicks.stream().anyMatch(each -> each.click().timestamp() > time.closedBefore())
        ? Long.MAX_VALUE
        : published.stream()
            .filter(session -> session.path("late_event_count").asLong() > 0)
            .mapToLong(PublishedSessions::end)
            .max()
            .orElse(Long.MIN_VALUE);
  }

  /** Splits clicks at gaps; passive ones without a near neighbour before them are left out. */
  private List<List<Piece>> visits(List<Piece> pieces) {
    List<List<Piece>> visits = new ArrayList<>();
    long last = 0;
    for (Piece piece : pieces) {
      boolean isNear = !visits.isEmpty() && piece.time() - last <= rules.gap();
      if (!isNear && piece.isPassive()) {
        if (mayWait(piece)) {
          waiting += piece.count();
        } else {
          skipped += piece.count();
        }
        continue;
      }
      if (!isNear) {
        visits.add(new ArrayList<>());
      }
      visits.get(visits.size() - 1).add(piece);
      last = piece.isPassive() ? last : piece.time();
    }
    return visits;
  }

  private boolean mayWait(Piece piece) {
    return isRunning && columns.cuts().letWait() && piece.time() > time.watermark();
  }

  private static long lastOf(List<Piece> visit) {
    return visit.stream()
        .filter(piece -> !piece.isPassive())
        .mapToLong(Piece::time)
        .max()
        .orElse(0);
  }

  private void compare(Visit visit, boolean mayLackRoom) {
    long start = visit.pieces().get(0).time();
    if (!time.contains(start, Long.MIN_VALUE)) {
      count(visit, null);
      return;
    }
    long published =
        visit.rows().stream()
            .filter(row -> row.end() <= visit.until())
            .mapToLong(row -> row.parts().size())
            .sum();
    boolean sameDefinitions = start > thresholds.definedFrom();
    if (!sameGap || !sameDefinitions) {
      count(visit, null);
      compareSums(visit);
      sessions += published;
      if (sameDefinitions) {
        findings.undecided(published, "the gap was changed, borders %s", from(visit));
      } else {
        withoutDefinitions += published;
      }
      return;
    }
    CutSearch.Result result = CutSearch.search(rules, visit, this::difference);
    sessions += result.verdict() == Verdict.IMPOSSIBLE ? Math.max(1, published) : published;
    if (result.verdict() == Verdict.IMPOSSIBLE && severalPartitions && columns.cuts().letWait()) {
      CutSearch.Result any =
          CutSearch.search(
              rules,
              new Visit(visit.pieces(), visit.partitions(), visit.rows(), visit.until(), true),
              this::difference);
      if (any.verdict() != Verdict.IMPOSSIBLE) {
        count(visit, any.way());
        findings.undecided(
            published, "right only if clicks of an idle partition were behind, %s", from(visit));
        return;
      }
    }
    count(visit, result.way());
    switch (result.verdict()) {
      case POSSIBLE -> {}
      case GAVE_UP -> findings.undecided(published, "%s, %s", result.problem(), from(visit));
      case IMPOSSIBLE -> {
        if (mayLackRoom) {
          findings.undecided(
              published,
              "right only if clicks had no room to wait (session.max-waiting), %s; else %s",
              from(visit),
              result.problem());
        } else {
          findings.wrong("%s", result.problem());
          compareSums(visit);
        }
      }
    }
  }

  private static String from(Visit visit) {
    Piece first = visit.pieces().get(0);
    return "of the visit from %s, %s"
        .formatted(
            Instant.ofEpochMilli(first.time()), ClickPlace.of(first.click().origin()).text(false));
  }

  /** Whether clicks are missing, or there are too many. */
  private void compareSums(Visit visit) {
    if (visit.goesOn()) {
      return;
    }
    CutState least = new CutState(MarkMemory.empty(columns.cuts()), visit.partitions());
    count(visit.pieces(), least);
    long expected = least.inSessions;
    long found = visit.rows().stream().mapToLong(PublishedRow::events).sum();
    if (found < expected) {
      findings.lost(
          expected - found, "%d of the %d clicks %s", expected - found, expected, from(visit));
    } else if (found > expected) {
      findings.duplicated("%d clicks instead of %d %s", found, expected, from(visit));
    }
  }

  /** Adds to the accounts what became of the clicks of a visit. */
  private void count(Visit visit, @Nullable CutState way) {
    CutState counted = way;
    if (counted == null || visit.goesOn()) {
      counted = new CutState(MarkMemory.empty(columns.cuts()), visit.partitions());
      count(visit.pieces(), counted);
    }
    inSessions += counted.inSessions;
    duplicates += counted.duplicates;
    skipped += counted.skipped;
    for (Piece piece : visit.pieces()) {
      findKept(piece);
    }
  }

  /** Of clicks that are alike all but one are duplicates, and kept where that is set. */
  private void findKept(Piece piece) {
    List<Click> missing = new ArrayList<>();
    if (!kept.has(piece.click())) {
      missing.add(piece.click());
    }
    for (Click other : piece.others()) {
      if (!kept.has(other)) {
        missing.add(other);
      }
    }
    missing.stream().skip(1).forEach(kept::missing);
  }

  /** The most probable outcome of clicks, where it is not known. */
  private void count(List<Piece> pieces, CutState counted) {
    long last = 0;
    for (Piece piece : pieces) {
      if (mayWait(piece)) {
        waiting += piece.count();
        continue;
      }
      Piece.Copies copies = piece.copies();
      Long before = copies == null ? null : counted.counted.get(copies);
      if (before != null && piece.time() - before <= rules.gap()) {
        counted.duplicates += piece.count();
        continue;
      }
      if (piece.isPassive()
          && (piece.time() - last > rules.gap()
              || rules.dates().of(piece.time()) != rules.dates().of(last))) {
        counted.skipped += piece.count();
        continue;
      }
      if (copies != null) {
        counted.counted = new HashMap<>(counted.counted);
        counted.counted.put(copies, piece.time());
      }
      counted.inSessions++;
      counted.duplicates += piece.count() - 1;
      last = piece.isPassive() ? last : piece.time();
    }
  }

  private @Nullable String difference(
      PublishedRow row, List<Click> clicks, long end, EndReason reason) {
    if (row.parts().size() > 1) {
      return differenceOfRow(row, clicks, end, reason);
    }
    ExpectedSession expected =
        new ExpectedSession(
            columns, settings.definitions(), settings.ownHosts(), clicks, end, reason);
    List<String> differences = expected.differences(row.first());
    return differences.isEmpty() ? null : String.join(", ", differences);
  }

  /** Where limits divide a session depends on the order of arrival, but not that they may. */
  private @Nullable String differenceOfRow(
      PublishedRow row, List<Click> clicks, long end, EndReason reason) {
    long longest = settings.maxDuration().toMillis();
    boolean isOverLimits =
        end - clicks.get(0).timestamp() > longest || clicks.size() > settings.maxEvents();
    if (!isOverLimits) {
      return "divided into %d, but within the limits".formatted(row.parts().size());
    }
    if (row.longest() > longest) {
      return "longer than session.max-duration";
    }
    return Objects.equals(row.endReason(), reason.name())
        ? null
        : "end_reason=%s expected=%s in the last of a row".formatted(row.endReason(), reason);
  }

  /** How many clicks are in sessions, compared or not. */
  long inSessions() {
    return inSessions;
  }

  /** How many are duplicates. */
  long duplicates() {
    return duplicates;
  }

  /** How many passive ones found no session. */
  long skipped() {
    return skipped;
  }

  /** How many the watermark has not reached, while the job runs. */
  long waiting() {
    return waiting;
  }

  /** How many sessions were compared. */
  long sessions() {
    return sessions;
  }

  /** How many of them only by their sums, since the definitions were others. */
  long withoutDefinitions() {
    return withoutDefinitions;
  }
}
