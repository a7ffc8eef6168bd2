package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.DedupKey;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.reconcile.BatchSessions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of the contract as plainly as it can be written: a session is the list of its
 * clicks. It is slow, unbounded, and shares nothing with the rules but the ids.
 */
final class SessionModel implements Sessionizer {

  /** One session. */
  private static final class Modelled {
    long start;
    long end;
    int ordinal;
    int revision;
    boolean changed;
    @Nullable EndReason cut;
    long duplicates;
    long behind;
    final List<Click> clicks = new ArrayList<>();
    final Map<UUID, Integer> replaced = new LinkedHashMap<>();
    List<List<String>> ids = new ArrayList<>();

    UUID id(Visitor visitor) {
      return SessionIds.of(visitor, start, ordinal);
    }
  }

  private final Map<Visitor, List<Modelled>> state = new LinkedHashMap<>();
  private final List<Session> output = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();
  private SessionSettings settings;
  private long watermark = Long.MIN_VALUE;
  private long horizon = Long.MIN_VALUE;
  private long inSessions;
  private long duplicates;

  SessionModel(SessionSettings settings) {
    this.settings = settings;
  }

  private long gap() {
    return settings.gap().toMillis();
  }

  @Override
  public void click(Click click) {
    long time = click.timestamp();
    if (time <= horizon) {
      long known = Math.max(watermark, horizon + gap() + settings.allowedLateness().toMillis());
      late.add(new LateClick(click, known - time, known));
      return;
    }
    List<Modelled> all = state.computeIfAbsent(click.visitor(), visitor -> new ArrayList<>());
    List<Modelled> touched =
        all.stream().filter(s -> s.start - gap() <= time && time <= s.end + gap()).toList();
    for (Modelled session : touched) {
      if (click.eventId() != null && session.ids.contains(key(click))) {
        session.duplicates++;
        duplicates++;
        return;
      }
    }
    inSessions++;
    Modelled inside =
        touched.stream()
            .filter(s -> s.start <= time && time <= s.end)
            .reduce((a, b) -> b)
            .orElse(null);
    Modelled left = touched.stream().filter(s -> s.end < time).reduce((a, b) -> b).orElse(null);
    Modelled right = touched.stream().filter(s -> s.start > time).findFirst().orElse(null);
    if (inside != null && !(time == inside.end && inside.clicks.size() >= settings.maxEvents())) {
      add(inside, click);
      return;
    }
    if (inside != null) {
      left = inside;
    }
    if (left != null && fits(left, time)) {
      if (right != null && left.cut == null) {
        if (right.end - left.start <= settings.maxDuration().toMillis()
            && left.clicks.size() + right.clicks.size() + 1 <= settings.maxEvents()) {
          merge(left, right, click.visitor());
          all.remove(right);
        } else {
          cut(left, right.end - left.start);
        }
      }
      add(left, click);
    } else if (right != null && fits(right, time)) {
      if (right.revision > 0) {
        right.replaced.put(right.id(click.visitor()), right.revision);
      }
      right.revision = 0;
      right.start = time;
      right.ordinal = left == null ? 0 : left.ordinal + 1;
      add(right, click);
      if (left != null) {
        cut(left, time - left.start);
      }
    } else {
      Modelled opened = new Modelled();
      opened.start = time;
      opened.end = time;
      opened.ordinal = left == null ? 0 : left.ordinal + 1;
      int place = (int) all.stream().filter(s -> s.start <= time).count();
      all.add(left == null ? place : all.indexOf(left) + 1, opened);
      add(opened, click);
      if (left != null) {
        cut(left, time - left.start);
      }
      if (right != null) {
        cut(opened, right.end - time);
      }
    }
  }

  private boolean fits(Modelled session, long time) {
    return Math.max(session.end, time) - Math.min(session.start, time)
            <= settings.maxDuration().toMillis()
        && session.clicks.size() < settings.maxEvents();
  }

  private void cut(Modelled session, long duration) {
    if (session.cut == null) {
      session.cut =
          duration > settings.maxDuration().toMillis()
              ? EndReason.MAX_DURATION
              : EndReason.MAX_EVENTS;
      session.changed = true;
    }
  }

  private void add(Modelled session, Click click) {
    session.end = Math.max(session.end, click.timestamp());
    session.clicks.add(click);
    session.behind += click.timestamp() <= watermark ? 1 : 0;
    session.changed = true;
    if (click.eventId() != null) {
      session.ids.add(key(click));
      forget(session);
    }
  }

  private void forget(Modelled session) {
    int surplus = Math.max(0, session.ids.size() - settings.dedupWindow());
    session.ids = new ArrayList<>(session.ids.subList(surplus, session.ids.size()));
  }

  private List<String> key(Click click) {
    String id = Objects.requireNonNull(click.eventId());
    return settings.dedupKey() == DedupKey.EVENT_ID
        ? List.of(id)
        : List.of(id, String.valueOf(click.eventType()));
  }

  private void merge(Modelled earlier, Modelled later, Visitor visitor) {
    if (later.revision > 0) {
      earlier.replaced.put(later.id(visitor), later.revision);
    }
    earlier.replaced.putAll(later.replaced);
    earlier.end = later.end;
    earlier.clicks.addAll(later.clicks);
    earlier.duplicates += later.duplicates;
    earlier.behind += later.behind;
    if (!later.ids.isEmpty()) {
      earlier.ids.addAll(later.ids);
      forget(earlier);
    }
    earlier.cut = later.cut;
    earlier.changed = true;
  }

  @Override
  public void watermark(long relative) {
    advance(Clicks.EPOCH + relative);
  }

  @Override
  public void end() {
    advance(Long.MAX_VALUE);
  }

  private void advance(long next) {
    if (next <= watermark) {
      return;
    }
    watermark = next;
    horizon = Math.max(horizon, watermark - gap() - settings.allowedLateness().toMillis());
    state.forEach(this::emit);
    state.values().forEach(all -> all.removeIf(s -> !s.changed && s.end + gap() <= horizon));
    state.values().removeIf(List::isEmpty);
  }

  private void emit(Visitor visitor, List<Modelled> sessions) {
    for (Modelled session : sessions) {
      if (!session.changed || watermark < session.end + gap()) {
        continue;
      }
      UUID id = session.id(visitor);
      session.replaced.forEach(
          (old, revision) ->
              output.add(
                  new Session(old, revision + 1, id, visitor, SessionIds.startOf(old), null)));
      session.revision = 1 + session.replaced.values().stream().reduce(session.revision, Math::max);
      session.replaced.clear();
      session.changed = false;
      output.add(new Session(id, session.revision, null, visitor, session.start, facts(session)));
    }
  }

  private SessionValues facts(Modelled session) {
    SessionValues facts =
        BatchSessions.values(
            Columns.BUILT_IN,
            settings.ownHosts(),
            BatchSessions.split(session.clicks, Long.MAX_VALUE).get(0));
    return ScenarioCheck.with(
        facts,
        session.cut == null ? EndReason.TIMEOUT : session.cut,
        session.duplicates,
        session.behind);
  }

  @Override
  public void restart(SessionSettings changed) {
    settings = changed;
    watermark = Long.MIN_VALUE;
  }

  @Override
  public List<Session> sessions() {
    return output;
  }

  @Override
  public List<LateClick> late() {
    return late;
  }

  @Override
  public long inSessions() {
    return inSessions;
  }

  @Override
  public long duplicates() {
    return duplicates;
  }

  @Override
  public int stateEntries() {
    return state.size();
  }

  @Override
  public int timers() {
    return 0;
  }

  @Override
  public void close() {}
}
