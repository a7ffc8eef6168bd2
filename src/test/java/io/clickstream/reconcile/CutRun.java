package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Mark;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.output.SessionFormat;
import io.clickstream.session.Clicks;
import io.clickstream.session.CutScenario;
import io.clickstream.session.DefinedClicks;
import io.clickstream.session.PureSessionizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the job over a scenario with cuts, and what a comparison of their output with their
 * input says. The output may be spoilt in between.
 */
final class CutRun {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Enrichment NOTHING =
      new Enrichment(null, null, List.of(), null, null, EnrichmentStatus.FULL);

  /** What a comparison says. */
  record Verdict(
      long lost,
      long duplicated,
      long wrong,
      long undecided,
      long inSessions,
      long duplicates,
      long skipped,
      long sessions,
      List<String> texts) {

    boolean isWrong() {
      return lost + duplicated + wrong > 0;
    }
  }

  /** In which partition a click is, and whether the comparison may take it for one behind. */
  interface Arrivals {

    int partition(int arrival);

    boolean mayBeBehind(int arrival, boolean isBehind);
  }

  /** One partition, and the truth. */
  static final Arrivals KNOWN =
      new Arrivals() {
        @Override
        public int partition(int arrival) {
          return 0;
        }

        @Override
        public boolean mayBeBehind(int arrival, boolean isBehind) {
          return isBehind;
        }
      };

  /** Some partitions, and more clicks than were behind. */
  static Arrivals guessed(Random random, int partitions) {
    Map<Integer, Integer> chosen = new LinkedHashMap<>();
    return new Arrivals() {
      @Override
      public int partition(int arrival) {
        return chosen.computeIfAbsent(arrival, ignored -> random.nextInt(partitions));
      }

      @Override
      public boolean mayBeBehind(int arrival, boolean isBehind) {
        return isBehind || random.nextInt(3) == 0;
      }
    };
  }

  private final CutScenario scenario;
  private final Columns columns;
  final List<Arrived> accepted = new ArrayList<>();

  /** What each has beside the fields of all clicks, by offset. */
  private final Map<Long, DefinedClicks.Values> values = new LinkedHashMap<>();

  final Map<String, ObjectNode> published = new LinkedHashMap<>();
  private final Map<String, Visitor> owners = new LinkedHashMap<>();

  /** Up to which end sessions are compared. */
  private long closedBefore = Long.MAX_VALUE / 4;

  long inSessions;
  long duplicates;
  long skipped;
  long unmarked;
  boolean anyBehind;

  private CutRun(CutScenario scenario) {
    this.scenario = scenario;
    this.columns = columns(scenario);
  }

  private static Columns columns(CutScenario scenario) {
    return Columns.of(Definitions.NONE.with(scenario.cuts()));
  }

  /** All of it, to the end of the input. */
  static CutRun of(CutScenario scenario, Arrivals arrivals) throws Exception {
    CutRun run = new CutRun(scenario);
    run.play(arrivals, scenario.steps().size(), true);
    return run;
  }

  /** Up to a watermark that is the largest so far, the last of them; null if there is none. */
  static @Nullable CutRun untilLastWatermark(CutScenario scenario, Arrivals arrivals)
      throws Exception {
    long largest = Long.MIN_VALUE;
    int last = -1;
    for (int i = 0; i < scenario.steps().size(); i++) {
      if (scenario.steps().get(i) instanceof CutScenario.Mark mark && mark.watermark() > largest) {
        largest = mark.watermark();
        last = i;
      }
    }
    if (last < 0) {
      return null;
    }
    CutRun run = new CutRun(scenario);
    run.play(arrivals, last + 1, false);
    run.closedBefore = largest - scenario.settings().gap().toMillis();
    return run;
  }

  private void play(Arrivals arrivals, int steps, boolean toTheEnd) throws Exception {
    PureSessionizer sessionizer = new PureSessionizer(scenario.settings(), null, columns);
    DefinedClicks.Reader reader = new DefinedClicks.Reader(columns);
    List<Arrived> all = new ArrayList<>();
    long reached = Long.MIN_VALUE;
    for (int i = 0; i < steps; i++) {
      CutScenario.Step step = scenario.steps().get(i);
      if (step instanceof CutScenario.Arrival arrival) {
        Origin from = arrival.click().origin();
        Click click =
            reader
                .read(arrival.click(), arrival.values())
                .withOrigin(new Origin("raw-clicks", arrivals.partition(i), i, null, from.value()));
        values.put((long) i, arrival.values());
        sessionizer.click(click);
        boolean isBehind = click.timestamp() <= reached;
        anyBehind |= isBehind;
        all.add(new Arrived(click, arrivals.mayBeBehind(i, isBehind)));
      } else if (step instanceof CutScenario.Mark mark) {
        sessionizer.watermark(mark.watermark() - Clicks.EPOCH);
        reached = Math.max(reached, mark.watermark());
      } else {
        sessionizer.restart(scenario.settings());
      }
    }
    if (toTheEnd) {
      sessionizer.end();
    }
    Set<Long> late = new HashSet<>();
    for (LateClick click : sessionizer.late()) {
      late.add(click.click().origin().offset());
    }
    all.stream()
        .filter(arrived -> !late.contains(arrived.click().origin().offset()))
        .forEach(accepted::add);
    for (Session session : sessionizer.sessions()) {
      String id = session.id().toString();
      owners.put(id, session.visitor());
      if (session.isDeleted()) {
        published.remove(id);
      } else {
        published.put(id, record(session, columns));
      }
    }
    inSessions = sessionizer.inSessions();
    duplicates = sessionizer.duplicates();
    skipped = sessionizer.skipped();
    unmarked = sessionizer.unmarked();
  }

  private static ObjectNode record(Session session, Columns columns) throws IOException {
    OutputRecord record =
        new SessionFormat(columns)
            .format(
                new EnrichedSession(session, NOTHING, session.revision(), 0, OutputRecord.NOT_DUE));
    return (ObjectNode) JSON.readTree(record.value());
  }

  /** Replaces the id of a session. */
  void rename(String id, UUID other) {
    ObjectNode session = published.remove(id);
    published.put(other.toString(), session.put("session_id", other.toString()));
    owners.put(other.toString(), owners.get(id));
  }

  /** Lets the input have a click that the job did not see; returns whether there is a fit one. */
  boolean addUnseenClick(Random random) {
    Click click = accepted.get(random.nextInt(accepted.size())).click();
    Mark passive = columns.cuts().passive();
    if (click.eventId() != null || (passive != null && click.marks().has(passive.index()))) {
      return false;
    }
    Origin unseen =
        new Origin("raw-clicks", click.origin().partition(), 1_000, null, click.origin().value());
    values.put(unseen.offset(), values.get(click.origin().offset()));
    accepted.add(new Arrived(click.withOrigin(unseen), false));
    return true;
  }

  Visitor owner(String id) {
    return owners.get(id);
  }

  Verdict compare() {
    return compare(scenario.cuts(), false);
  }

  /** Compares, as if the job had had these cuts. */
  Verdict compare(CutDefinitions cuts, boolean severalPartitions) {
    SessionSettings settings = scenario.settings();
    Columns columns = Columns.of(Definitions.NONE.with(cuts));
    long gap = settings.gap().toMillis();
    Thresholds thresholds = new Thresholds(gap, gap, 0, gap, 0, 0, Long.MIN_VALUE);
    ComparedTime time = new ComparedTime(ignored -> false, thresholds, Long.MIN_VALUE);
    time.ended(List.of(closedBefore + gap + 1));
    Findings findings = new Findings(20);
    CutComparison comparison =
        new CutComparison(
            settings,
            columns,
            thresholds,
            time,
            findings,
            new CutComparison.Kept() {
              @Override
              public boolean has(Click click) {
                return false;
              }

              @Override
              public void missing(Click duplicate) {}
            },
            severalPartitions,
            false);
    Map<Visitor, List<Arrived>> byVisitor = new LinkedHashMap<>();
    DefinedClicks.Reader reader = new DefinedClicks.Reader(columns);
    for (Arrived arrived : accepted) {
      Click click = arrived.click();
      Click read = reader.read(click, values.get(click.origin().offset()));
      byVisitor
          .computeIfAbsent(click.visitor(), ignored -> new ArrayList<>())
          .add(new Arrived(read, arrived.mayBeBehind()));
    }
    byVisitor.forEach(
        (visitor, clicks) -> {
          List<JsonNode> own = new ArrayList<>();
          published.forEach(
              (id, session) -> {
                if (visitor.equals(owners.get(id))) {
                  own.add(session);
                }
              });
          comparison.compare(clicks, own);
        });
    return new Verdict(
        findings.lost(),
        findings.duplicated(),
        findings.wrong(),
        findings.undecided(),
        comparison.inSessions(),
        comparison.duplicates(),
        comparison.skipped(),
        comparison.sessions(),
        findings.differences());
  }
}
