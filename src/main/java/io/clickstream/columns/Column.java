package io.clickstream.columns;

import io.clickstream.model.EnrichedSession;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One field of a session.
 *
 * @param name in the topic, in ClickHouse and in state; it never changes. One with a dot is
 *     published in an object: {@code fields.plan} as {@code plan} in {@code fields}; the columns of
 *     an object follow each other
 * @param type of what is published
 * @param nullable whether a session may be without a value
 * @param repeats whether a few values are those of most sessions
 * @param basis what it is made of
 * @param meaning one sentence for those who read the field
 * @param aggregate how it comes from the clicks; null if it is made of other columns, or of
 *     something else
 * @param publisher writes its value
 */
public record Column(
    String name,
    ColumnType type,
    boolean nullable,
    boolean repeats,
    Basis basis,
    String meaning,
    @Nullable Aggregate aggregate,
    Publisher publisher)
    implements Serializable {

  /** The source of a column. */
  public enum Basis {
    /** It says which session this is, and which revision of it; a retraction has it, too. */
    FRAME,
    /** Clicks, or columns that come from clicks. */
    CLICKS,
    /** Reference data, with or without clicks. */
    REFERENCE_DATA
  }

  /** The object in the record that it is published in, or null if it is the record itself. */
  public @Nullable String object() {
    int dot = name.indexOf('.');
    return dot < 0 ? null : name.substring(0, dot);
  }

  /** Its name in the record, or in its {@linkplain #object() object}. */
  public String key() {
    return name.substring(name.indexOf('.') + 1);
  }

  /** The condition of the clicks that it is made of, or null if there is none. */
  public @Nullable Mark mark() {
    if (aggregate instanceof Aggregate.Marked marked) {
      return marked.mark();
    }
    if (aggregate instanceof Aggregate.Reached reached) {
      return reached.mark();
    }
    return aggregate instanceof Aggregate.Pings pings ? pings.mark() : null;
  }

  /** Whether a retraction has it, too. */
  public boolean isFrame() {
    return basis == Basis.FRAME;
  }

  /** Writes the value of one column of a session. */
  @FunctionalInterface
  public interface Publisher extends Serializable {

    void publish(EnrichedSession session, ColumnWriter out) throws IOException;
  }
}
