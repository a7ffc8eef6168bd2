package io.clickstream.session;

import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.Goal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a session did for each of the goals, as {@link GoalParts} in bytes. */
final class GoalsSection extends ChunksSection {

  /** A goal that was not reached. */
  private static final byte[] NOT_REACHED = notReached();

  private final Reached[] goals;

  GoalsSection(List<StoredColumn> columns) {
    super(
        "goals",
        columns.stream().map(StoredColumn::key).toList(),
        new ClickFilter(
            List.of(),
            columns.stream().map(column -> ((Reached) column.aggregate()).mark()).toList()));
    this.goals = columns.stream().map(StoredColumn::aggregate).toArray(Reached[]::new);
  }

  private static byte[] notReached() {
    Scratch bytes = new Scratch();
    new GoalParts().write(bytes);
    return bytes.copy();
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    Reached goal = goals[column];
    if (!click.marks().has(goal.mark().index())) {
      return false;
    }
    return length == 0
        ? change(goal, click, NOT_REACHED, 0, NOT_REACHED.length)
        : change(goal, click, bytes, at, length);
  }

  private boolean change(Reached goal, Click click, byte[] bytes, int at, int length) {
    Source oncePer = goal.oncePer();
    if (oncePer != null && ClickFilter.has(click.texts(), oncePer.index())) {
      long text = Fingerprint.of(click.texts(), oncePer.index());
      return GoalParts.addOnce(bytes, at, length, text, click, goal, chunk);
    }
    GoalParts.add(bytes, at, length, click, goal, chunk);
    return true;
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

  /** What is published of all goals. */
  List<Goal> values(Block block) {
    List<Goal> values = new ArrayList<>(Collections.nCopies(count(), Goal.NOT_REACHED));
    if (!isEmpty(block)) {
      byte[] bytes = block.sessions().bytes;
      int[] places = places(block);
      for (int i = 0; i < places.length; i++) {
        int length = Scratch.lengthAt(bytes, places[i]);
        if (length > 0) {
          values.set(
              i, GoalParts.of(bytes, places[i] + Scratch.sizeOf(length), length).goal());
        }
      }
    }
    return values;
  }
}
