package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the sessions of one visitor after the other with those of the batch.
 *
 * <p>Where the gap was changed within the range, every session must still be made of neighbouring
 * batch sessions of the shortest gap, all of its clicks, and none of two batch sessions of the
 * longest.
 */
final class VisitorComparison {

  /**
   * Clicks of visitors who are cut depend on the order of arrival: only their sums are compared.
   */
  private static final String CUT = "of a visitor whose sessions are cut";

  private final SessionSettings settings;
  private final Columns columns;
  private final @Nullable String repeatedTopic;
  private final SideRecords repeated;
  private final boolean hasOneTopic;
  private final Thresholds thresholds;
  private final ComparedTime time;
  private final Findings findings;

  /** Where there are cuts or passive clicks; else null. */
  private final @Nullable CutComparison cut;

  private long inSessions;
  private long duplicates;
  private long sessions;
  private long withoutDefinitions;

  VisitorComparison(
      ClickstreamSettings settings,
      Columns columns,
      SideRecords repeated,
      Thresholds thresholds,
      ComparedTime time,
      Findings findings,
      boolean severalPartitions,
      boolean isRunning) {
    this.settings = settings.session();
    this.columns = columns;
    this.repeatedTopic = settings.topics().duplicates();
    this.repeated = repeated;
    this.hasOneTopic = settings.topics().clicks().size() == 1;
    this.thresholds = thresholds;
    this.time = time;
    this.findings = findings;
    this.cut =
        columns.cuts().areAny() || columns.cuts().letWait()
            ? new CutComparison(
                this.settings,
                columns,
                thresholds,
                time,
                findings,
                kept(),
                severalPartitions,
                isRunning)
            : null;
  }

  private CutComparison.Kept kept() {
    return new CutComparison.Kept() {
      @Override
      public boolean has(Click click) {
        return repeated.at(click.origin()) != null;
      }

      @Override
      public void missing(Click duplicate) {
        findKept(duplicate);
      }
    };
  }

  /**
   * Compares one visitor.
   *
   * @param clicks that were accepted, in the order of arrival
   * @param published the latest revisions that are not deleted
   */
  void compare(List<Arrived> clicks, List<JsonNode> published) {
    if (cut == null) {
      compareUncut(clicks.stream().map(Arrived::click).toList(), published);
    } else {
      cut.compare(clicks, published);
    }
  }

  private void compareUncut(List<Click> clicks, List<JsonNode> published) {
    DistinctClicks distinct =
        DistinctClicks.split(
            inOrder(clicks), thresholds.longestGap(), settings.dedupKey().withType());
    inSessions += distinct.inSessions();
    duplicates += distinct.duplicates().size();
    distinct.duplicates().forEach(this::findKept);
    List<List<Click>> split = distinct.sessions();
    Map<Long, JsonNode> byStart = new HashMap<>();
    for (JsonNode session : published) {
      if (byStart.put(PublishedSessions.start(session), session) != null) {
        findings.duplicated(
            "session_id=%s begins when another does", PublishedSessions.id(session));
      }
    }
    if (split.stream().anyMatch(this::isCut)) {
      compareSums(split, published);
      return;
    }
    for (List<Click> longest : split) {
      boolean compared = time.contains(start(longest), end(longest));
      for (List<Click> session : parts(longest, byStart)) {
        JsonNode found = byStart.remove(start(session));
        if (compared) {
          compareSession(session, found);
        }
      }
    }
    findUnexpected(split, byStart.values());
  }

  /** Of clicks of one id in several partitions, the job knows alone which came first. */
  private List<Click> inOrder(List<Click> clicks) {
    if (repeatedTopic == null) {
      return clicks;
    }
    List<Click> ordered = new ArrayList<>(clicks);
    ordered.sort(Comparator.comparing(click -> repeated.at(click.origin()) != null));
    return ordered;
  }

  private void findKept(Click duplicate) {
    if (repeatedTopic != null
        && repeated.at(duplicate.origin()) == null
        && time.contains(duplicate.timestamp(), duplicate.timestamp())) {
      findings.lost(1, "%s is a duplicate, and not in %s", place(duplicate), repeatedTopic);
    }
  }

  /** Reports the published sessions of a visitor who has no clicks. */
  void compareWithNone(List<JsonNode> published) {
    for (JsonNode session : published) {
      if (isCompared(session)) {
        findings.wrong("session_id=%s has no clicks in the input", PublishedSessions.id(session));
      }
    }
  }

  /**
   * One session, unless the gap was changed: then it is joined from the sessions of the shortest
   * gap as the published ones span them.
   */
  private List<List<Click>> parts(List<Click> longest, Map<Long, JsonNode> byStart) {
    if (thresholds.shortestGap() == thresholds.longestGap()) {
      return List.of(longest);
    }
    List<List<Click>> parts = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (List<Click> shortest : BatchSessions.split(longest, thresholds.shortestGap())) {
      long start = start(shortest);
      if (start <= end) {
        parts.get(parts.size() - 1).addAll(shortest);
      } else {
        parts.add(shortest);
        JsonNode published = byStart.get(start);
        end = published == null ? Long.MIN_VALUE : PublishedSessions.end(published);
      }
    }
    return parts;
  }

  private void compareSession(List<Click> session, @Nullable JsonNode found) {
    ExpectedSession expected =
        new ExpectedSession(columns, settings.definitions(), settings.ownHosts(), session);
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
    List<String> differences = differences(expected, found);
    if (!differences.isEmpty()) {
      String id = PublishedSessions.id(found);
      long missing = expected.events() - PublishedSessions.events(found);
      if (missing > 0) {
        findings.lost(missing, "%d clicks are not in session_id=%s", missing, id);
      }
      findings.wrong("session_id=%s: %s", id, String.join(", ", differences));
    }
  }

  /** Where a click may have been read under other definitions, these are not compared. */
  private List<String> differences(ExpectedSession expected, JsonNode found) {
    if (expected.start() > thresholds.definedFrom()) {
      return expected.differences(found);
    }
    withoutDefinitions++;
    return expected.differencesApartFromDefinitions(found);
  }

  /** Sessions that are published beside those that were expected. */
  private void findUnexpected(List<List<Click>> split, Collection<JsonNode> unexpected) {
    for (JsonNode session : unexpected) {
      if (!isCompared(session)) {
        continue;
      }
      boolean overlaps =
          split.stream()
              .anyMatch(
                  other ->
                      start(other) <= PublishedSessions.end(session)
                          && end(other) >= PublishedSessions.start(session));
      String id = PublishedSessions.id(session);
      if (overlaps) {
        findings.duplicated("session_id=%s overlaps with another", id);
      } else {
        findings.wrong("session_id=%s has no clicks in the input, its visitor has others", id);
      }
    }
  }

  private boolean isCompared(JsonNode session) {
    return time.contains(PublishedSessions.start(session), PublishedSessions.end(session));
  }

  /** A session that is too long or too full is cut, and the order of arrival decides where. */
  private boolean isCut(List<Click> session) {
    return end(session) - start(session) > settings.maxDuration().toMillis()
        || session.size() >= settings.maxEvents();
  }

  private void compareSums(List<List<Click>> split, List<JsonNode> published) {
    for (List<Click> session : split) {
      long start = start(session);
      long end = end(session);
      if (!time.contains(start, end)) {
        continue;
      }
      sessions++;
      long found =
          published.stream()
              .filter(
                  part ->
                      PublishedSessions.start(part) >= start && PublishedSessions.end(part) <= end)
              .mapToLong(PublishedSessions::events)
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

  /** How many clicks are in the batch sessions, compared or not. */
  long inSessions() {
    return inSessions + (cut == null ? 0 : cut.inSessions());
  }

  /** How many clicks are duplicates of others. */
  long duplicates() {
    return duplicates + (cut == null ? 0 : cut.duplicates());
  }

  /** How many passive clicks are in no session. */
  long skipped() {
    return cut == null ? 0 : cut.skipped();
  }

  /** How many clicks the watermark has not reached, where they wait and the job runs. */
  long waiting() {
    return cut == null ? 0 : cut.waiting();
  }

  /** How many sessions were compared. */
  long sessions() {
    return sessions + (cut == null ? 0 : cut.sessions());
  }

  /** How many of them were compared apart from what definitions decide. */
  long withoutDefinitions() {
    return withoutDefinitions + (cut == null ? 0 : cut.withoutDefinitions());
  }

  /** The topic is only named where there are several. */
  private String place(Click click) {
    return ClickPlace.of(click.origin()).text(hasOneTopic);
  }

  private static long start(List<Click> session) {
    return session.get(0).timestamp();
  }

  private static long end(List<Click> session) {
    return session.get(session.size() - 1).timestamp();
  }
}
