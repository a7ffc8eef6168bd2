package io.clickstream.columns;

import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Texts;
import org.jspecify.annotations.Nullable;

/** How large the record of a session can be at most, whatever its clicks say. */
public final class RecordSize {

  /**
   * Bytes of a record without what settings define; there is room for a dozen columns more than
   * there are.
   */
  public static final int BUILT_IN = 2_000_000;

  /** Of a character, a control character written in JSON. */
  private static final long CHARACTER = 6;

  /** Characters of a text that only definitions read, and of an id. */
  private static final long SHORT = 1_024;

  /** Characters of a text that every click has. */
  private static final long LONG = 4_096;

  /** Quotes, colon and comma. */
  private static final long MARKS = 4;

  /** Characters of a number, and of a sum of as many as a session can have. */
  private static final long NUMBER = 80;

  /** The names within a goal. */
  private static final long GOAL = 60;

  private RecordSize() {}

  /** Bytes of the JSON, before it is compressed. */
  public static long written(Columns columns) {
    long bytes = BUILT_IN;
    for (Column column : columns.all()) {
      if (column.object() != null) {
        bytes += column.name().length() + MARKS + value(columns, column);
      }
    }
    return bytes;
  }

  /**
   * Bytes that may be left once it is compressed: a character of more than three bytes in the JSON
   * is one of a few.
   */
  public static long compressed(Columns columns) {
    return written(columns) / 2;
  }

  private static long value(Columns columns, Column column) {
    return switch (column.type()) {
      case TEXT -> text(columns, column.aggregate());
      case TEXTS -> {
        int texts = column.aggregate() instanceof Texts set ? set.limit() : 0;
        yield MARKS + texts * text(columns, column.aggregate());
      }
      case GOAL -> GOAL + 3 * NUMBER + SHORT * CHARACTER;
      default -> NUMBER;
    };
  }

  private static long text(Columns columns, @Nullable Aggregate aggregate) {
    Source source = null;
    if (aggregate instanceof First first) {
      source = first.source();
    } else if (aggregate instanceof Last last) {
      source = last.source();
    } else if (aggregate instanceof Texts texts) {
      source = texts.source();
    }
    boolean isDefined = source != null && columns.defined(source.index()) != null;
    return MARKS + CHARACTER * (isDefined ? SHORT : LONG);
  }
}
