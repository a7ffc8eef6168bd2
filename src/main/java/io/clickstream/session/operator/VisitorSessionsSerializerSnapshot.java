package io.clickstream.session.operator;

import io.clickstream.session.StoredColumn;
import io.clickstream.session.VisitorSessions;
import io.clickstream.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Keeps in a savepoint the columns of every layout that its values may have. An older release
 * refuses a newer format at the start, instead of failing on a value later.
 */
public final class VisitorSessionsSerializerSnapshot
    implements TypeSerializerSnapshot<VisitorSessions> {

  private List<List<StoredColumn>> history;
  private int current;

  /** For Flink, which reads the rest next. */
  public VisitorSessionsSerializerSnapshot() {
    this(List.of(), 0);
  }

  VisitorSessionsSerializerSnapshot(List<List<StoredColumn>> history, int current) {
    this.history = history;
    this.current = current;
  }

  @Override
  public int getCurrentVersion() {
    return VisitorSessionsSerializer.VERSION.newest();
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    Wire.writeUnsigned(out, current);
    Wire.writeUnsigned(out, history.size());
    for (List<StoredColumn> columns : history) {
      Wire.writeUnsigned(out, columns.size());
      for (StoredColumn column : columns) {
        column.write(out);
      }
    }
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    VisitorSessionsSerializer.VERSION.check(readVersion);
    current = Wire.readSize(in);
    List<List<StoredColumn>> read = new ArrayList<>();
    for (int layouts = Wire.readSize(in); layouts > 0; layouts--) {
      List<StoredColumn> columns = new ArrayList<>();
      for (int rest = Wire.readSize(in); rest > 0; rest--) {
        columns.add(StoredColumn.read(in));
      }
      read.add(columns);
    }
    history = read;
  }

  @Override
  public TypeSerializer<VisitorSessions> restoreSerializer() {
    return new VisitorSessionsSerializer(history, current);
  }

  @Override
  public TypeSerializerSchemaCompatibility<VisitorSessions> resolveSchemaCompatibility(
      TypeSerializerSnapshot<VisitorSessions> oldSerializerSnapshot) {
    if (!(oldSerializerSnapshot instanceof VisitorSessionsSerializerSnapshot old)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    List<StoredColumn> wanted = history.get(current);
    List<List<StoredColumn>> all = new ArrayList<>(old.history);
    if (!all.contains(wanted)) {
      all.add(wanted);
    }
    int number = all.indexOf(wanted);
    return all.equals(history) && number == current
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleWithReconfiguredSerializer(
            new VisitorSessionsSerializer(all, number));
  }
}
