package io.clickstream.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Goals of the sessions that finished in the last five minutes: a later revision takes the place of
 * the one before, and a retracted session counts no more. Not thread-safe.
 */
final class LiveGoals {

  static final long SPAN_MS = 300_000;

  private final Map<UUID, Seen> sessions = new HashMap<>();
  private final Deque<Read> order = new ArrayDeque<>();
  private final Map<String, Total> totals = new LinkedHashMap<>();
  private long converted;

  private record Read(UUID id, long at) {}

  private record Seen(long at, int revision, List<Part> parts) {}

  private record Part(String goal, long count, String currency, @Nullable BigDecimal value) {}

  private static final class Total {
    private long sessions;
    private long count;
    private final Map<String, BigDecimal> values = new TreeMap<>();
  }

  /**
   * The figures of all goals.
   *
   * @param sessions that finished
   * @param converted how many of them reached a goal
   */
  record Figures(long sessions, long converted, List<GoalFigures> goals) {}

  /**
   * The figures of one goal.
   *
   * @param sessions that reached it
   * @param count how often they did
   * @param values sums by currency; of sessions without one by an empty text
   */
  record GoalFigures(String name, long sessions, long count, Map<String, String> values) {}

  /**
   * For these goals.
   *
   * @param names in the order in which they are shown
   */
  LiveGoals(List<String> names) {
    names.forEach(name -> totals.put(name, new Total()));
  }

  /**
   * A record of a session was read.
   *
   * @param now epoch ms
   */
  void add(SessionRecord record, long now) {
    Seen before = sessions.get(record.id());
    if (before != null && before.revision() >= record.revision()) {
      return;
    }
    remove(record.id());
    if (!record.isDeleted()) {
      List<Part> parts = parts(record.json().path("goals"));
      sessions.put(record.id(), new Seen(now, record.revision(), parts));
      order.addLast(new Read(record.id(), now));
      count(parts, 1);
    }
  }

  private void remove(UUID id) {
    Seen seen = sessions.remove(id);
    if (seen != null) {
      count(seen.parts(), -1);
    }
  }

  private static List<Part> parts(JsonNode goals) {
    List<Part> parts = new ArrayList<>();
    goals
        .properties()
        .forEach(
            goal -> {
              JsonNode reached = goal.getValue();
              if (reached.path("count").longValue() > 0) {
                JsonNode value = reached.path("value");
                parts.add(
                    new Part(
                        goal.getKey(),
                        reached.path("count").longValue(),
                        reached.path("currency").asText(""),
                        value.isTextual() ? new BigDecimal(value.textValue()) : null));
              }
            });
    return parts;
  }

  private void count(List<Part> parts, int sign) {
    converted += parts.isEmpty() ? 0 : sign;
    for (Part part : parts) {
      Total total = totals.computeIfAbsent(part.goal(), name -> new Total());
      total.sessions += sign;
      total.count += sign * part.count();
      if (part.value() != null) {
        BigDecimal value = sign > 0 ? part.value() : part.value().negate();
        total.values.merge(part.currency(), value, BigDecimal::add);
      }
    }
  }

  /**
   * The figures.
   *
   * @param now epoch ms
   */
  Figures figures(long now) {
    while (!order.isEmpty() && order.getFirst().at() < now - SPAN_MS) {
      Read read = order.removeFirst();
      Seen seen = sessions.get(read.id());
      if (seen != null && seen.at() == read.at()) {
        remove(read.id());
      }
    }
    List<GoalFigures> goals = new ArrayList<>();
    totals.forEach(
        (name, total) -> {
          Map<String, String> values = new TreeMap<>();
          total.values.forEach(
              (currency, value) -> {
                if (value.signum() != 0) {
                  values.put(currency, value.stripTrailingZeros().toPlainString());
                }
              });
          goals.add(new GoalFigures(name, total.sessions, total.count, values));
        });
    return new Figures(sessions.size(), converted, goals);
  }
}
