package io.clickstream.session;

import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.Goal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The conversions of a session for each goal, as {@link GoalParts} in bytes. */
final class GoalsSection extends ChunksSection {

  private final Reached[] goals;

  GoalsSection(List<StoredColumn> columns) {
    super(
        "goals",
        columns.stream().map(StoredColumn::key).toList(),
        columns.stream()
            .map(column -> ClickFilter.of(((Reached) column.aggregate()).mark()))
            .toList());
    this.goals = columns.stream().map(StoredColumn::aggregate).toArray(Reached[]::new);
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    Reached goal = goals[column];
    GoalParts.Reaching reaching = reaching(goal, click);
    Source oncePer = goal.oncePer();
    if (oncePer != null && ClickFilter.has(click.texts(), oncePer.index())) {
      long text = Fingerprint.of(click.texts(), oncePer.index());
      return GoalParts.addOnce(bytes, at, length, text, reaching, chunk);
    }
    GoalParts.add(bytes, at, length, reaching, chunk);
    return true;
  }

  private static GoalParts.Reaching reaching(Reached goal, Click click) {
    String value = text(click, goal.value());
    String currency = text(click, goal.currency());
    return new GoalParts.Reaching(
        new Stamp(click.timestamp(), click.eventId(), null),
        value == null ? null : new BigDecimal(value),
        currency == null ? "" : currency.toUpperCase(Locale.ROOT));
  }

  private static @Nullable String text(Click click, @Nullable Source source) {
    return source != null && ClickFilter.has(click.texts(), source.index())
        ? click.texts().get(source.index())
        : null;
  }

  @Override
  boolean merge(
      int column,
      byte[] bytes,
      int at,
      int length,
      byte[] otherBytes,
      int otherAt,
      int otherLength) {
    GoalParts parts = GoalParts.of(bytes, at, length);
    parts.addAll(GoalParts.of(otherBytes, otherAt, otherLength));
    parts.write(chunk);
    return true;
  }

  /** The published form of all goals. */
  List<Goal> values(Block block) {
    List<Goal> values = new ArrayList<>(Collections.nCopies(count(), Goal.NOT_REACHED));
    if (!isEmpty(block)) {
      byte[] bytes = block.sessions().bytes;
      int[] places = places(block);
      for (int i = 0; i < places.length; i++) {
        int length = Scratch.lengthAt(bytes, places[i]);
        if (length > 0) {
          values.set(i, GoalParts.of(bytes, places[i] + Scratch.sizeOf(length), length).goal());
        }
      }
    }
    return values;
  }
}
