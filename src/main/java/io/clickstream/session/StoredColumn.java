package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.EventKind;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column as state knows it: its name, and how it is made of clicks. A column that is made in
 * another way is another one, and begins empty.
 *
 * @param name of the column
 * @param aggregate one of those that any column may have
 */
public record StoredColumn(String name, Aggregate aggregate) implements Serializable {

  private static final int COUNT = 1;
  private static final int FIRST = 2;
  private static final int LAST = 3;
  private static final int DISTINCT = 4;
  private static final int MARKED = 5;
  private static final int MIN = 6;
  private static final int MAX = 7;
  private static final int SUM = 8;
  private static final int TEXTS = 9;
  private static final int REACHED = 10;
  private static final int PINGS = 11;

  /** The columns of a table that have a state of their own. */
  public static List<StoredColumn> of(Columns columns) {
    List<StoredColumn> stored = new ArrayList<>();
    for (Column column : columns.all()) {
      if (column.aggregate() != null && !(column.aggregate() instanceof Aggregate.Own)) {
        stored.add(of(column));
      }
    }
    return stored;
  }

  static StoredColumn of(Column column) {
    if (column.aggregate() == null) {
      throw new IllegalArgumentException(column.name() + ": it is made of no clicks");
    }
    return new StoredColumn(column.name(), column.aggregate());
  }

  /** Whether it is one of an object, as those are that settings define. */
  boolean isInObject() {
    return name.indexOf('.') >= 0;
  }

  /**
   * Names the content: the column, and how it is made. The same key is the same in every version.
   */
  String key() {
    StringBuilder key = new StringBuilder(name);
    if (aggregate instanceof Count count) {
      key.append(" count ").append(count.kind());
    } else if (aggregate instanceof First first) {
      append(key.append(" first "), first.source(), first.kind());
    } else if (aggregate instanceof Last last) {
      append(key.append(" last "), last.source(), last.kind());
    } else if (aggregate instanceof Distinct distinct) {
      append(key.append(" distinct "), distinct.source(), distinct.kind());
      key.append(' ').append(distinct.limit());
    } else if (aggregate instanceof Marked marked) {
      key.append(" marked ").append(marked.mark().condition());
    } else if (aggregate instanceof Min min) {
      key.append(" min ").append(min.source().name());
    } else if (aggregate instanceof Max max) {
      key.append(" max ").append(max.source().name());
    } else if (aggregate instanceof Sum sum) {
      key.append(" sum ").append(sum.source().name());
    } else if (aggregate instanceof Texts texts) {
      key.append(" texts ").append(texts.source().name()).append(' ').append(texts.limit());
    } else if (aggregate instanceof Reached reached) {
      key.append(" reached ").append(reached.mark().condition());
      append(key, " value ", reached.value());
      append(key, " currency ", reached.currency());
      append(key, " once per ", reached.oncePer());
    } else if (aggregate instanceof Pings pings) {
      key.append(" pings ").append(pings.mark().condition());
      key.append(" every ").append(pings.heartbeatMs());
      key.append(" at least ").append(pings.minVisitMs());
      key.append(' ').append(pings.limit());
    }
    return key.toString();
  }

  private static void append(StringBuilder key, Source source, @Nullable EventKind kind) {
    key.append(source.name());
    if (kind != null) {
      key.append(" of ").append(kind);
    }
  }

  private static void append(StringBuilder key, String what, @Nullable Source source) {
    if (source != null) {
      key.append(what).append(source.name());
    }
  }

  /** Writes the column to the snapshot of a state. */
  public void write(DataOutput out) throws IOException {
    Wire.writeText(out, name);
    if (aggregate instanceof Count count) {
      out.writeByte(COUNT);
      Wire.writeText(out, count.kind().name());
    } else if (aggregate instanceof First first) {
      write(FIRST, first.source(), first.kind(), out);
    } else if (aggregate instanceof Last last) {
      write(LAST, last.source(), last.kind(), out);
    } else if (aggregate instanceof Distinct distinct) {
      write(DISTINCT, distinct.source(), distinct.kind(), out);
      Wire.writeUnsigned(out, distinct.limit());
    } else if (aggregate instanceof Marked marked) {
      out.writeByte(MARKED);
      write(marked.mark(), out);
    } else if (aggregate instanceof Min min) {
      write(MIN, min.source(), out);
    } else if (aggregate instanceof Max max) {
      write(MAX, max.source(), out);
    } else if (aggregate instanceof Sum sum) {
      write(SUM, sum.source(), out);
    } else if (aggregate instanceof Texts texts) {
      write(TEXTS, texts.source(), out);
      Wire.writeUnsigned(out, texts.limit());
    } else if (aggregate instanceof Reached reached) {
      out.writeByte(REACHED);
      write(reached.mark(), out);
      writeNullable(reached.value(), out);
      writeNullable(reached.currency(), out);
      writeNullable(reached.oncePer(), out);
    } else if (aggregate instanceof Pings pings) {
      out.writeByte(PINGS);
      write(pings.mark(), out);
      Wire.writeUnsigned(out, pings.heartbeatMs());
      Wire.writeUnsigned(out, pings.minVisitMs());
      Wire.writeUnsigned(out, pings.limit());
    }
  }

  private static void write(int what, Source source, @Nullable EventKind kind, DataOutput out)
      throws IOException {
    write(what, source, out);
    Wire.writeText(out, kind == null ? null : kind.name());
  }

  private static void write(int what, Source source, DataOutput out) throws IOException {
    out.writeByte(what);
    write(source, out);
  }

  private static void write(Source source, DataOutput out) throws IOException {
    Wire.writeText(out, source.name());
    // The first values of a page are told by their event, so it matters which one it is.
    Wire.writeUnsigned(out, source.index());
  }

  private static void writeNullable(@Nullable Source source, DataOutput out) throws IOException {
    out.writeBoolean(source != null);
    if (source != null) {
      write(source, out);
    }
  }

  private static void write(Mark mark, DataOutput out) throws IOException {
    Wire.writeText(out, mark.condition());
    Wire.writeUnsigned(out, mark.index());
  }

  /**
   * Reads a column that any release up to this one has written.
   *
   * @throws IOException if a newer one wrote it
   */
  public static StoredColumn read(DataInput in) throws IOException {
    String name = Wire.readRequiredText(in);
    int what = in.readUnsignedByte();
    return new StoredColumn(
        name,
        switch (what) {
          case COUNT -> new Count(EventKind.valueOf(Wire.readRequiredText(in)));
          case FIRST -> new First(readSource(in), readKind(in));
          case LAST -> new Last(readSource(in), readKind(in));
          case DISTINCT -> new Distinct(readSource(in), readKind(in), Wire.readSize(in));
          case MARKED -> new Marked(readMark(in));
          case MIN -> new Min(readSource(in));
          case MAX -> new Max(readSource(in));
          case SUM -> new Sum(readSource(in));
          case TEXTS -> new Texts(readSource(in), Wire.readSize(in));
          case REACHED ->
              new Reached(readMark(in), readNullable(in), readNullable(in), readNullable(in));
          case PINGS ->
              new Pings(
                  readMark(in), Wire.readUnsigned(in), Wire.readUnsigned(in), Wire.readSize(in));
          default ->
              throw new IOException(
                  "column %s has an aggregate that this release does not know: start a newer one"
                      .formatted(name));
        });
  }

  private static Source readSource(DataInput in) throws IOException {
    return new Source(Wire.readRequiredText(in), Wire.readSize(in));
  }

  private static @Nullable Source readNullable(DataInput in) throws IOException {
    return in.readBoolean() ? readSource(in) : null;
  }

  private static @Nullable EventKind readKind(DataInput in) throws IOException {
    String kind = Wire.readText(in);
    return kind == null ? null : EventKind.valueOf(kind);
  }

  private static Mark readMark(DataInput in) throws IOException {
    return new Mark(Wire.readRequiredText(in), Wire.readSize(in));
  }
}
