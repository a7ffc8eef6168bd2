package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
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
    }
    return key.toString();
  }

  private static void append(StringBuilder key, Source source, @Nullable EventKind kind) {
    key.append(source.name());
    if (kind != null) {
      key.append(" of ").append(kind);
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
    }
  }

  private static void write(int what, Source source, @Nullable EventKind kind, DataOutput out)
      throws IOException {
    out.writeByte(what);
    Wire.writeText(out, source.name());
    // The first values of a page are told by their event, so it matters which one it is.
    Wire.writeUnsigned(out, source.index());
    Wire.writeText(out, kind == null ? null : kind.name());
  }

  /**
   * Reads a column that any release up to this one has written.
   *
   * @throws IOException if a newer one wrote it
   */
  public static StoredColumn read(DataInput in) throws IOException {
    String name = Wire.readRequiredText(in);
    int what = in.readUnsignedByte();
    if (what == COUNT) {
      return new StoredColumn(name, new Count(EventKind.valueOf(Wire.readRequiredText(in))));
    }
    Source source = new Source(Wire.readRequiredText(in), Wire.readSize(in));
    String kindName = Wire.readText(in);
    EventKind kind = kindName == null ? null : EventKind.valueOf(kindName);
    return switch (what) {
      case FIRST -> new StoredColumn(name, new First(source, kind));
      case LAST -> new StoredColumn(name, new Last(source, kind));
      case DISTINCT -> new StoredColumn(name, new Distinct(source, kind, Wire.readSize(in)));
      default ->
          throw new IOException(
              "column %s has an aggregate that this release does not know: start a newer one"
                  .formatted(name));
    };
  }
}
