package io.clickstream.session;

import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.ValueSource;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions under cuts as the contract says them, of one visitor: walk over the clicks that were on
 * time, sort all, split. It shares nothing with the rules, and looks at everything anew after each
 * click.
 */
final class CutOracle {

  /** An accepted click. */
  static final class Taken {
    final Click click;
    final DefinedClicks.Values values;

    /** Whether the walk did not see it. */
    final boolean behind;

    /** Whether it did not wait for lack of room. */
    final boolean unmarked;

    /** Of a passive click: one of the session that it was counted in. */
    final @Nullable Taken anchor;

    Taken(
        Click click,
        DefinedClicks.Values values,
        boolean behind,
        boolean unmarked,
        @Nullable Taken anchor) {
      this.click = click;
      this.values = values;
      this.behind = behind;
      this.unmarked = unmarked;
      this.anchor = anchor;
    }

    long time() {
      return click.timestamp();
    }

    boolean is(String condition) {
      return values.conditions().contains(condition);
    }
  }

  /** A session. */
  record Expected(
      List<Taken> clicks, List<Taken> passive, int ordinal, EndReason endReason, boolean atMark) {

    long start() {
      return clicks.get(0).time();
    }

    long end() {
      return clicks.get(clicks.size() - 1).time();
    }

    List<Click> all() {
      List<Click> all = new ArrayList<>();
      clicks.forEach(taken -> all.add(taken.click));
      passive.forEach(taken -> all.add(taken.click));
      all.sort(Comparator.comparingLong(Click::timestamp));
      return all;
    }

    boolean has(Taken taken) {
      return clicks.contains(taken) || passive.contains(taken);
    }
  }

  private final CutDefinitions cuts;
  private final long gap;

  /** All that were accepted, in the order in which they were taken. */
  private final List<Taken> accepted = new ArrayList<>();

  /** Those of the accepted clicks; null until somebody asks for them. */
  private @Nullable List<Expected> sessions;

  private final Map<Long, LocalDate> dates = new HashMap<>();

  CutOracle(CutDefinitions cuts, long gap) {
    this.cuts = cuts;
    this.gap = gap;
  }

  /** The order in which waiting clicks are taken. */
  static final Comparator<Taken> ORDER_WITHOUT_PASSIVE =
      Comparator.comparingLong(Taken::time)
          .thenComparing(taken -> taken.click.eventId() == null ? "" : taken.click.eventId())
          .thenComparing(taken -> String.valueOf(taken.click.eventType()))
          .thenComparing(
              taken -> Objects.requireNonNull(taken.click.origin().value()),
              Arrays::compareUnsigned);

  /** The same where some are passive. */
  static final Comparator<Taken> ORDER =
      Comparator.comparingLong(Taken::time)
          .thenComparing(taken -> taken.is("passive"))
          .thenComparing(ORDER_WITHOUT_PASSIVE);

  void accept(Taken taken) {
    accepted.add(taken);
    sessions = null;
  }

  List<Taken> accepted() {
    return accepted;
  }

  /** The sessions of all that were accepted so far, in order. */
  List<Expected> sessions() {
    List<Expected> present = sessions;
    if (present == null) {
      present = List.copyOf(split());
      sessions = present;
    }
    return present;
  }

  private List<Expected> split() {
    Map<Taken, EndReason> marks = marks();
    List<Taken> sorted = new ArrayList<>();
    accepted.stream().filter(taken -> taken.anchor == null).forEach(sorted::add);
    // The sort is stable: at one time the walk's order, which is that of being taken.
    sorted.sort(Comparator.comparingLong(Taken::time).thenComparing(taken -> taken.behind));
    List<List<Taken>> split = new ArrayList<>();
    Taken last = null;
    for (Taken taken : sorted) {
      if (last == null
          || taken.time() - last.time() > gap
          || marks.containsKey(taken)
          || isOtherDate(last.time(), taken.time())) {
        split.add(new ArrayList<>());
      }
      split.get(split.size() - 1).add(taken);
      last = taken;
    }
    List<Expected> sessions = new ArrayList<>();
    Map<Long, Integer> marksAt = new HashMap<>();
    for (int i = 0; i < split.size(); i++) {
      List<Taken> clicks = split.get(i);
      Taken first = clicks.get(0);
      int ordinal = 0;
      if (marks.containsKey(first)) {
        ordinal = marksAt.merge(first.time(), 1, Integer::sum) << 20;
      }
      EndReason reason = EndReason.TIMEOUT;
      boolean atMark = false;
      if (i + 1 < split.size()) {
        Taken next = split.get(i + 1).get(0);
        if (marks.containsKey(next)) {
          reason = marks.get(next);
          atMark = true;
        } else if (next.time() - clicks.get(clicks.size() - 1).time() <= gap) {
          reason = EndReason.MIDNIGHT;
        }
      }
      List<Taken> passive =
          accepted.stream()
              .filter(taken -> taken.anchor != null && clicks.contains(taken.anchor))
              .toList();
      sessions.add(new Expected(clicks, passive, ordinal, reason, atMark));
    }
    return sessions;
  }

  /** The session in which a passive click counts now, or null. */
  @Nullable Expected sessionOfPassive(long time) {
    Expected found = null;
    for (Expected session : sessions()) {
      if (session.start() <= time) {
        found = session;
      }
    }
    return found == null || time - found.end() > gap || isOtherDate(found.start(), time)
        ? null
        : found;
  }

  private boolean isOtherDate(long left, long right) {
    return cuts.midnight() != null && !date(left).equals(date(right));
  }

  private LocalDate date(long time) {
    return dates.computeIfAbsent(time, this::dateThatHasBegun);
  }

  /** The latest one. */
  private LocalDate dateThatHasBegun(long time) {
    Instant instant = Instant.ofEpochMilli(time);
    LocalDate date = instant.atZone(cuts.midnight()).toLocalDate();
    LocalDate next = date.plusDays(1);
    return next.atStartOfDay(cuts.midnight()).toInstant().isAfter(instant) ? date : next;
  }

  /** Which clicks are marked, and why. */
  private Map<Taken, EndReason> marks() {
    List<Taken> walked =
        accepted.stream().filter(taken -> !taken.behind && taken.anchor == null).toList();
    Map<Taken, EndReason> marks = new HashMap<>();
    for (int i = 0; i < walked.size(); i++) {
      Taken taken = walked.get(i);
      EndReason reason = reason(walked, i);
      if (reason != null && !isSpoilt(taken)) {
        marks.put(taken, reason);
      }
    }
    return marks;
  }

  /** Whether a click was placed already that did not wait, and is not before it. */
  private boolean isSpoilt(Taken marked) {
    return accepted.subList(0, accepted.indexOf(marked)).stream()
        .anyMatch(other -> other.unmarked && other.anchor == null && other.time() >= marked.time());
  }

  private @Nullable EndReason reason(List<Taken> walked, int at) {
    int first = at;
    while (first > 0 && walked.get(first).time() - walked.get(first - 1).time() <= gap) {
      first--;
    }
    Taken taken = walked.get(at);
    List<Taken> before = walked.subList(first, at);
    if (cuts.user() && isOther(before, taken, other -> other.click.userId())) {
      return EndReason.USER;
    }
    if (cuts.campaign() != null && campaign(taken) != null) {
      boolean appears = before.stream().allMatch(other -> campaign(other) == null);
      if (isOther(before, taken, CutOracle::campaign)
          || (cuts.campaign() == Campaigns.CHANGE_OR_APPEAR && appears && !before.isEmpty())) {
        return EndReason.CAMPAIGN;
      }
    }
    for (ValueSource path : cuts.onChange()) {
      if (isOther(before, taken, other -> other.values.texts().get(path.yaml()))) {
        return EndReason.CHANGED;
      }
    }
    if (cuts.startAt() != null && !before.isEmpty() && taken.is("start")) {
      return EndReason.START_AT;
    }
    if (cuts.endAfter() != null && !before.isEmpty() && before.get(before.size() - 1).is("end")) {
      return EndReason.END_AFTER;
    }
    return null;
  }

  /** Whether it has a value, and the last one before it that had one had another. */
  private static boolean isOther(
      List<Taken> before, Taken taken, Function<Taken, @Nullable String> value) {
    String own = value.apply(taken);
    String last = null;
    for (Taken other : before) {
      String found = value.apply(other);
      last = found == null ? last : found;
    }
    return own != null && last != null && !own.equals(last);
  }

  private static @Nullable String campaign(Taken taken) {
    Click click = taken.click;
    List<String> all = new ArrayList<>();
    all.add(click.utmSource());
    all.add(click.utmMedium());
    all.add(click.utmCampaign());
    all.add(click.clickId());
    return all.stream().allMatch(Objects::isNull) ? null : all.toString();
  }
}
