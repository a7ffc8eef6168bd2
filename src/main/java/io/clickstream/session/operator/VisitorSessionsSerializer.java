package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.session.StateFormat;
import io.clickstream.session.StoredColumn;
import io.clickstream.session.VisitorSessions;
import io.clickstream.wire.Versioned;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a visitor in state: a version byte, then their {@link StateFormat}.
 *
 * <p>The layouts that a state has had are in its snapshot, by number, with their columns. So a
 * savepoint needs no migration when columns come or go: a value is read as it was written, and is
 * written in the newest layout when it next changes.
 *
 * <p>To change the form of all values, raise its version, and read the older one as it was.
 */
final class VisitorSessionsSerializer extends TypeSerializer<VisitorSessions> {

  static final Versioned VERSION = new Versioned("session state", StateFormat.NEWEST);

  /** That of a value. Only one that has walls is of the newest: others can be read as before. */
  private static final Versioned OF_VALUE = new Versioned("session state", StateFormat.WITH_WALLS);

  private static final long serialVersionUID = 1L;

  /** By number: the columns of every layout that values of this state may have. */
  private final StoredColumn[][] history;

  /** The number of the layout that is written. */
  private final int current;

  /** Made when first needed; a serializer serves one thread. */
  private transient @Nullable StateFormat format;

  /** The serializer of a state that begins with this table. */
  VisitorSessionsSerializer(Columns columns) {
    this(List.of(StoredColumn.of(columns)), 0);
  }

  VisitorSessionsSerializer(List<List<StoredColumn>> history, int current) {
    this.history =
        history.stream()
            .map(columns -> columns.toArray(new StoredColumn[0]))
            .toArray(StoredColumn[][]::new);
    this.current = current;
  }

  /** The columns of every layout, by number. */
  List<List<StoredColumn>> history() {
    return Arrays.stream(history).map(List::of).toList();
  }

  private StateFormat format() {
    StateFormat made = format;
    if (made == null) {
      made = new StateFormat(history(), current);
      format = made;
    }
    return made;
  }

  @Override
  public void serialize(VisitorSessions sessions, DataOutputView out) throws IOException {
    (sessions.haveWalls() ? OF_VALUE : VERSION).write(out);
    format().write(sessions, out);
  }

  @Override
  public VisitorSessions deserialize(DataInputView in) throws IOException {
    return format().read(Math.min(OF_VALUE.read(in), StateFormat.NEWEST), in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<VisitorSessions> duplicate() {
    return new VisitorSessionsSerializer(history(), current);
  }

  @Override
  public VisitorSessions createInstance() {
    return new VisitorSessions();
  }

  @Override
  public VisitorSessions copy(VisitorSessions from) {
    return from.copy();
  }

  @Override
  public VisitorSessions copy(VisitorSessions from, VisitorSessions reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public VisitorSessions deserialize(VisitorSessions reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VisitorSessionsSerializer that
        && current == that.current
        && history().equals(that.history());
  }

  @Override
  public int hashCode() {
    return history().hashCode();
  }

  @Override
  public TypeSerializerSnapshot<VisitorSessions> snapshotConfiguration() {
    return new VisitorSessionsSerializerSnapshot(history(), current);
  }
}
