package io.clickstream.columns;

import io.clickstream.model.EnrichedSession;
import org.jspecify.annotations.Nullable;

/**
 * One field of a session.
 *
 * @param name in the topic, in ClickHouse and in state; it never changes
 * @param type of what is published
 * @param nullable whether a session may be without a value
 * @param repeats whether a few values are those of most sessions
 * @param frame whether a retraction has it, too
 * @param meaning one sentence for those who read the field
 * @param aggregate how it comes from the clicks; null if it is made of others or of reference data
 * @param publisher writes its value
 */
public record Column(
    String name,
    ColumnType type,
    boolean nullable,
    boolean repeats,
    boolean frame,
    String meaning,
    @Nullable Aggregate aggregate,
    Publisher publisher) {

  /** Writes the value of one column of a session. */
  @FunctionalInterface
  public interface Publisher {

    void publish(EnrichedSession session, ColumnWriter out);
  }
}
