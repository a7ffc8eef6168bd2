package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays random clicks on two sessionizers: one reads all of them, the other a range of past
 * sessions, from a part of the clicks. It emits in the range what the first one has emitted.
 */
public final class RangeCheck {

  private static final int BOUND = 3;
  private static final int SKEW = 5;
  private static final IngestSettings INGEST = ingest();

  /** Cuts by what all clicks have. */
  public static final Columns USERS_AND_CAMPAIGNS =
      Columns.of(
          Definitions.NONE.with(
              new CutDefinitions(
                  true,
                  Campaigns.CHANGE_OR_APPEAR,
                  List.of(),
                  null,
                  null,
                  null,
                  null,
                  CutDefinitions.MAX_WAITING)));

  /** Makes a sessionizer. */
  public interface Opener {
    Sessionizer open(SessionSettings settings, @Nullable SessionRange range) throws Exception;
  }

  /** A click, and when Kafka got it. */
  private record Arrival(long at, Click click) {}

  private RangeCheck() {}

  /** Returns what was seen. */
  public static Map<String, Boolean> check(long seed, Opener opener) throws Exception {
    Random random = new Random(seed);
    SessionSettings settings =
        SessionSemantics.settings(
            10, random.nextInt(20), 5 + random.nextInt(200), 3 + random.nextInt(40), 5);
    List<Arrival> arrivals = arrivals(random, new Random(seed + 1));
    long first = arrivals.get(0).at();
    long last = arrivals.get(arrivals.size() - 1).at();
    long from = first + random.nextInt((int) (last - first));
    SessionRange range = new SessionRange(from, from + 1 + random.nextInt(400));

    Map<UUID, Session> live = folded(arrivals, opener.open(settings, null), settings, -1);
    List<Arrival> read =
        arrivals.stream()
            .filter(arrival -> arrival.at() >= range.readFrom(settings, INGEST))
            .filter(arrival -> arrival.at() < range.readUntil(settings, INGEST))
            .toList();
    Map<UUID, Session> replayed =
        folded(read, opener.open(settings, range), settings, random.nextInt(read.size() + 1));

    long readUntil = read.isEmpty() ? first : newest(read) - BOUND - 1;
    Predicate<Session> isClosed =
        session -> facts(session).end() + settings.gap().toMillis() <= readUntil;

    replayed.forEach(
        (id, session) -> {
          assertThat(range.contains(session.start())).isTrue();
          assertThat(live).containsKey(id);
          if (!isClosed.test(live.get(id))) {
            // Opened again, and what was emitted before stands.
            return;
          }
          assertThat(withoutLate(session)).isEqualTo(withoutLate(live.get(id)));
        });
    List<Session> missing =
        live.values().stream()
            .filter(session -> range.contains(session.start()))
            .filter(session -> !replayed.containsKey(session.id()))
            .filter(isClosed)
            .toList();
    for (Session session : missing) {
      assertThat(beginning(session, live.values(), settings))
          .as("the beginning of the row that %s is cut off from", session)
          .isLessThan(range.knownFrom(settings));
    }
    return Map.of(
        "replayed",
        !replayed.isEmpty(),
        "left out",
        !missing.isEmpty(),
        "at marks",
        replayed.values().stream().anyMatch(session -> facts(session).endReason().isMark()));
  }

  /** Where the row of sessions that are no more than a gap apart begins, back from one of them. */
  private static long beginning(
      Session session, Iterable<Session> sessions, SessionSettings settings) {
    long start = session.start();
    boolean found = true;
    while (found) {
      found = false;
      for (Session other : sessions) {
        if (other.visitor().equals(session.visitor())
            && other.start() < start
            && facts(other).end() + settings.gap().toMillis() >= start) {
          start = other.start();
          found = true;
        }
      }
    }
    return start;
  }

  private static SessionValues withoutLate(Session session) {
    return ValuesBuilder.from(facts(session)).number("late_event_count", 0).build();
  }

  private static SessionValues facts(Session session) {
    SessionValues facts = session.values();
    assertThat(facts).isNotNull();
    return facts;
  }

  private static long newest(List<Arrival> arrivals) {
    return arrivals.stream().mapToLong(arrival -> arrival.click().timestamp()).max().orElseThrow();
  }

  /**
   * The latest revision of each session; of a live run those too that its end closes.
   *
   * @param restartAfter a snapshot is taken and restored after so many clicks; none if it is -1
   */
  private static Map<UUID, Session> folded(
      List<Arrival> arrivals, Sessionizer sessionizer, SessionSettings settings, int restartAfter)
      throws Exception {
    long newest = Long.MIN_VALUE;
    int count = 0;
    for (Arrival arrival : arrivals) {
      sessionizer.click(arrival.click());
      newest = Math.max(newest, arrival.click().timestamp());
      sessionizer.watermark(newest - BOUND - 1 - Clicks.EPOCH);
      if (++count == restartAfter) {
        sessionizer.restart(settings);
      }
    }
    sessionizer.end();
    Map<UUID, Session> folded = new HashMap<>();
    List<Session> sessions = List.copyOf(sessionizer.sessions());
    sessionizer.close();
    for (Session session : sessions) {
      Session earlier = folded.put(session.id(), session);
      assertThat(session.isDeleted() && earlier == null)
          .as("%s retracts what was never emitted", session)
          .isFalse();
      assertThat(session.revision()).isGreaterThan(earlier == null ? 0 : earlier.revision());
    }
    return folded.values().stream()
        .filter(session -> !session.isDeleted())
        .collect(Collectors.toMap(Session::id, session -> session));
  }

  /** Clicks that come out of order, late, and ahead of their time; some visitors rest for long. */
  private static List<Arrival> arrivals(Random random, Random details) {
    List<Arrival> arrivals = new ArrayList<>();
    long[] restsUntil = new long[4];
    long now = Clicks.EPOCH;
    for (int i = 0; i < 400; i++) {
      now += random.nextInt(5);
      // Somebody always clicks, so that event time goes on with the clock.
      arrivals.add(new Arrival(now, click("always", now).click()));
      int visitor = random.nextInt(restsUntil.length);
      if (now < restsUntil[visitor]) {
        continue;
      }
      if (random.nextInt(8) == 0) {
        restsUntil[visitor] = now + random.nextInt(60);
      }
      int dice = random.nextInt(20);
      long time =
          dice == 0
              ? now + random.nextInt(SKEW + 1)
              : dice < 3 ? now - random.nextInt(60) : now - random.nextInt(BOUND + 1);
      arrivals.add(
          new Arrival(
              now,
              click("v" + visitor, time)
                  .id(random.nextInt(10) == 0 ? "e" + random.nextInt(i + 1) : "e" + i)
                  .kind(EventKind.values()[random.nextInt(EventKind.values().length)])
                  .page("/" + random.nextInt(5))
                  .user(details.nextInt(4) == 0 ? "u" + details.nextInt(2) : null)
                  .campaign(details.nextInt(9) == 0 ? "s" + details.nextInt(2) : null, null, null)
                  .click()));
    }
    return arrivals;
  }

  private static Clicks.Builder click(String visitor, long time) {
    return Clicks.at(time - Clicks.EPOCH).visitor(new Visitor(null, VisitorKind.DEVICE, visitor));
  }

  private static IngestSettings ingest() {
    return IngestSettings.defaults()
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(BOUND))
        .with(IngestSettings.MAX_FUTURE_SKEW, Duration.ofMillis(SKEW));
  }
}
