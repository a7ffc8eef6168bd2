package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.session.operator.ClickBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules alone: every visitor is asked at every watermark, and each state passes through bytes.
 */
public final class PureSessionizer implements Sessionizer {

  /** The columns of every table that there was. */
  private final List<List<StoredColumn>> history = new ArrayList<>();

  private final Map<Visitor, VisitorSessions> state = new LinkedHashMap<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();
  private final @Nullable SessionRange range;
  private Columns columns;
  private StateFormat format;
  private SessionRules rules;
  private long watermark = Long.MIN_VALUE;
  private long horizon = Long.MIN_VALUE;
  private long inSessions;
  private long duplicates;
  private long skipped;
  private long waiting;
  private long unmarked;

  /** What the clicks that wait were read for. */
  private ClickTable written;

  /** The largest watermark so far. */
  private long reached = Long.MIN_VALUE;

  PureSessionizer(SessionSettings settings) {
    this(settings, null);
  }

  PureSessionizer(SessionSettings settings, @Nullable SessionRange range) {
    this(settings, range, Columns.BUILT_IN);
  }

  public PureSessionizer(SessionSettings settings, @Nullable SessionRange range, Columns columns) {
    this.range = range;
    this.columns = columns;
    written = ClickTable.of(columns);
    history.add(StoredColumn.of(columns));
    format = new StateFormat(history, 0);
    begin(settings);
  }

  private void begin(SessionSettings settings) {
    rules = new SessionRules(columns, settings, range, new ClickBytes());
    rules.reach(reached);
    rules.listen(
        new SessionRules.Listener() {
          @Override
          public void taken(Click click, SessionRules.Outcome outcome) {
            waiting--;
            count(outcome);
          }

          @Override
          public void unmarked() {
            unmarked++;
          }
        });
  }

  private void count(SessionRules.Outcome outcome) {
    switch (outcome) {
      case ACCEPTED -> inSessions++;
      case DUPLICATE -> duplicates++;
      case SKIPPED -> skipped++;
      case WAITING -> waiting++;
      case LATE -> throw new IllegalStateException("a late click is taken nowhere");
    }
  }

  @Override
  public void click(Click click) {
    VisitorSessions visitor = new VisitorSessions();
    VisitorSessions present = state.get(click.visitor());
    if (present != null) {
      visitor = throughBytes(present);
    }
    SessionRules.Outcome outcome = rules.accept(visitor, click, watermark, horizon);
    if (outcome == SessionRules.Outcome.LATE) {
      long known = Math.max(watermark, rules.watermarkOf(horizon));
      late.add(new LateClick(click, known - click.timestamp(), known));
      return;
    }
    count(outcome);
    if (visitor.isEmpty()) {
      state.remove(click.visitor());
    } else {
      state.put(click.visitor(), visitor);
    }
  }

  private VisitorSessions throughBytes(VisitorSessions sessions) {
    return throughBytes(sessions, format);
  }

  private VisitorSessions throughBytes(VisitorSessions sessions, StateFormat to) {
    try {
      VisitorSessions read =
          to.read(
              StateFormat.NEWEST,
              new DataInputStream(
                  new ByteArrayInputStream(SessionSamples.written(sessions, format))));
      Waiting present = sessions.waiting();
      if (present != null) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        present.write(new DataOutputStream(bytes));
        ClickTable table = ClickTable.of(columns);
        read.waiting(
            Waiting.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())))
                .with(click -> table.translate(click, written), new ClickBytes()));
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void watermark(long relative) {
    advance(Clicks.EPOCH + relative);
  }

  @Override
  public void end() {
    if (range == null) {
      advance(Long.MAX_VALUE);
    } else {
      watermark = Math.max(watermark, rules.watermarkOf(horizon));
      advanceAll();
      state.values().forEach(rules::takeAll);
    }
  }

  private void advance(long next) {
    if (next <= watermark) {
      return;
    }
    watermark = next;
    reached = Math.max(reached, next);
    rules.reach(next);
    horizon = rules.horizon(horizon, watermark);
    advanceAll();
  }

  private void advanceAll() {
    Iterator<Map.Entry<Visitor, VisitorSessions>> entries = state.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Visitor, VisitorSessions> entry = entries.next();
      rules.advance(entry.getKey(), entry.getValue(), watermark, horizon, sessions::add);
      if (entry.getValue().isEmpty()) {
        entries.remove();
      }
    }
  }

  @Override
  public void restart(SessionSettings settings) {
    restart(settings, columns);
  }

  @Override
  public void restart(SessionSettings settings, Columns changed) {
    columns = changed;
    history.add(StoredColumn.of(columns));
    StateFormat next = new StateFormat(history, history.size() - 1);
    state.replaceAll((visitor, sessions) -> throughBytes(sessions, next));
    format = next;
    written = ClickTable.of(columns);
    begin(settings);
    watermark = Long.MIN_VALUE;
  }

  @Override
  public List<Session> sessions() {
    return sessions;
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
  public long skipped() {
    return skipped;
  }

  @Override
  public long waiting() {
    return waiting;
  }

  @Override
  public long unmarked() {
    return unmarked;
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
