package io.clickstream.reconcile;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.Column;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.Goal;
import io.clickstream.model.TextSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The oracle of the columns that settings define: each is looked up anew in all events. It shares
 * no code with the rules.
 */
final class BatchFields {

  /** Of one goal. */
  private static final int MAX_ONCE = 1_000;

  private static final int MAX_CURRENCIES = 8;

  /** Texts by their code points, which is not their order as strings. */
  private static final Comparator<String> BY_CODE_POINTS =
      (left, right) -> Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

  private static final Comparator<Click> BY_ID =
      Comparator.comparing(Click::eventId, Comparator.nullsLast(Comparator.naturalOrder()));

  private static final Comparator<Click> FIRST =
      Comparator.comparingLong(Click::timestamp).thenComparing(BY_ID);

  private static final Comparator<Click> LAST =
      Comparator.comparingLong(Click::timestamp).reversed().thenComparing(BY_ID);

  private BatchFields() {}

  /** A click that was read for another table may lack the texts that this one added. */
  static @Nullable String text(Click click, @Nullable Source source) {
    return source != null && source.index() < click.texts().count()
        ? click.texts().get(source.index())
        : null;
  }

  static List<Click> marked(Mark mark, List<Click> session) {
    return session.stream().filter(click -> click.marks().has(mark.index())).toList();
  }

  static @Nullable String first(Source source, List<Click> session) {
    return winner(source, session, FIRST);
  }

  static @Nullable String last(Source source, List<Click> session) {
    return winner(source, session, LAST);
  }

  private static @Nullable String winner(
      Source source, List<Click> session, Comparator<Click> order) {
    return session.stream()
        .filter(click -> text(click, source) != null)
        .min(order.thenComparing(click -> required(click, source), BY_CODE_POINTS))
        .map(click -> text(click, source))
        .orElse(null);
  }

  private static String required(Click click, Source source) {
    return Objects.requireNonNull(text(click, source));
  }

  private static List<String> texts(Source source, List<Click> session) {
    return session.stream()
        .filter(click -> text(click, source) != null)
        .map(click -> required(click, source))
        .toList();
  }

  private static List<BigDecimal> numbers(Source source, List<Click> session) {
    return texts(source, session).stream().map(BigDecimal::new).toList();
  }

  static @Nullable BigDecimal decimal(Column column, List<Click> session) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Min min) {
      return plain(
          numbers(min.source(), session).stream().min(Comparator.naturalOrder()).orElse(null));
    }
    if (aggregate instanceof Max max) {
      return plain(
          numbers(max.source(), session).stream().max(Comparator.naturalOrder()).orElse(null));
    }
    if (aggregate instanceof Sum sum) {
      return plain(numbers(sum.source(), session).stream().reduce(BigDecimal::add).orElse(null));
    }
    throw BatchSessions.unknown(column);
  }

  /** Without exponent and without zeros behind the point that say nothing. */
  private static @Nullable BigDecimal plain(@Nullable BigDecimal number) {
    return number == null ? null : new BigDecimal(number.stripTrailingZeros().toPlainString());
  }

  static TextSet set(Column column, List<Click> session) {
    if (!(column.aggregate() instanceof Texts texts)) {
      throw BatchSessions.unknown(column);
    }
    List<String> all =
        texts(texts.source(), session).stream().distinct().sorted(BY_CODE_POINTS).toList();
    return all.size() <= texts.limit()
        ? new TextSet(all, false)
        : new TextSet(all.subList(0, texts.limit()), true);
  }

  static Goal goal(Column column, List<Click> session) {
    if (!(column.aggregate() instanceof Reached goal)) {
      throw BatchSessions.unknown(column);
    }
    List<Click> marked = marked(goal.mark(), session);
    if (marked.isEmpty()) {
      return Goal.NOT_REACHED;
    }
    List<Click> counted = counted(goal, marked);
    TreeMap<String, BigDecimal> sums = new TreeMap<>();
    for (Click click : counted) {
      if (text(click, goal.value()) != null) {
        sums.merge(currency(goal, click), value(goal, click), BigDecimal::add);
      }
    }
    Map.Entry<String, BigDecimal> largest =
        sums.entrySet().stream()
            .limit(MAX_CURRENCIES)
            .min(
                Map.Entry.<String, BigDecimal>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .orElse(null);
    return new Goal(
        counted.size() - Math.max(0, different(goal, marked) - MAX_ONCE),
        largest == null ? null : plain(largest.getValue()),
        largest == null || largest.getKey().isEmpty() ? null : largest.getKey(),
        counted.stream().mapToLong(Click::timestamp).min().orElseThrow());
  }

  /** Of the clicks that have one text the first alone. */
  private static List<Click> counted(Reached goal, List<Click> marked) {
    Comparator<Click> order =
        FIRST
            .thenComparing(
                click -> text(click, goal.value()), Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(click -> currency(goal, click));
    List<Click> counted = new ArrayList<>();
    Map<String, Click> once = new HashMap<>();
    for (Click click : marked) {
      String text = text(click, goal.oncePer());
      if (text == null) {
        counted.add(click);
      } else {
        once.merge(text, click, (one, other) -> order.compare(one, other) <= 0 ? one : other);
      }
    }
    counted.addAll(once.values());
    return counted;
  }

  private static long different(Reached goal, List<Click> marked) {
    return goal.oncePer() == null ? 0 : texts(goal.oncePer(), marked).stream().distinct().count();
  }

  /**
   * Whether hashes that only the rules know decide which clicks count: there are more texts of
   * which one click each does than are kept. How many count is known even then.
   */
  static boolean isDecidedByHashes(Column column, List<Click> session) {
    return column.aggregate() instanceof Reached goal
        && different(goal, marked(goal.mark(), session)) > MAX_ONCE;
  }

  private static BigDecimal value(Reached goal, Click click) {
    return new BigDecimal(Objects.requireNonNull(text(click, goal.value())));
  }

  private static String currency(Reached goal, Click click) {
    return Objects.requireNonNullElse(text(click, goal.currency()), "").toUpperCase(Locale.ROOT);
  }

  /** Engaged time by signs of life. */
  static long engaged(Pings pings, List<Click> session) {
    List<Click> signs = marked(pings.mark(), session);
    long pages = signs.stream().map(BatchFields::page).distinct().limit(pings.limit()).count();
    long pairs =
        signs.stream()
            .map(
                click ->
                    List.of(page(click), Math.floorDiv(click.timestamp(), pings.heartbeatMs())))
            .distinct()
            .limit(pings.limit())
            .count();
    return pings.heartbeatMs() * (pairs - pages) + pings.minVisitMs() * pages;
  }

  private static String page(Click click) {
    return Objects.requireNonNullElse(click.pageUrl(), "");
  }
}
