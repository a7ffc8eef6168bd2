package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.session.ClickTable;
import io.clickstream.session.Waiting;
import io.clickstream.wire.Versioned;
import io.clickstream.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The clicks of a visitor that wait, in state: a version byte, the number of the table that they
 * were read for, then all of it. The tables that a state has had are in its snapshot, by number.
 */
final class WaitingSerializer extends TypeSerializer<Waiting> {

  private static final Versioned VERSION = new Versioned("clicks that wait", 1);

  private static final long serialVersionUID = 1L;

  private final List<ClickTable> tables;
  private final int current;

  /** The serializer of a state that begins with this table. */
  WaitingSerializer(Columns columns) {
    this(List.of(ClickTable.of(columns)), 0);
  }

  private WaitingSerializer(List<ClickTable> tables, int current) {
    this.tables = List.copyOf(tables);
    this.current = current;
  }

  @Override
  public void serialize(Waiting waiting, DataOutputView out) throws IOException {
    VERSION.write(out);
    Wire.writeUnsigned(out, current);
    waiting.write(out);
  }

  @Override
  public Waiting deserialize(DataInputView in) throws IOException {
    VERSION.read(in);
    int number = Wire.readSize(in);
    if (number >= tables.size()) {
      throw new IOException(
          "clicks that wait have table %d, of which their snapshot knows %d: the data is corrupt"
              .formatted(number, tables.size()));
    }
    Waiting waiting = Waiting.read(in);
    ClickTable to = tables.get(current);
    ClickTable from = tables.get(number);
    return to.equals(from)
        ? waiting
        : waiting.with(click -> to.translate(click, from), new ClickBytes());
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<Waiting> duplicate() {
    return this;
  }

  @Override
  public Waiting createInstance() {
    return new Waiting();
  }

  @Override
  public Waiting copy(Waiting from) {
    return from.copy();
  }

  @Override
  public Waiting copy(Waiting from, Waiting reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public Waiting deserialize(Waiting reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WaitingSerializer that
        && current == that.current
        && tables.equals(that.tables);
  }

  @Override
  public int hashCode() {
    return tables.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<Waiting> snapshotConfiguration() {
    return new Snapshot(tables, current);
  }

  /** Keeps the tables in a savepoint. */
  public static final class Snapshot implements TypeSerializerSnapshot<Waiting> {

    private List<ClickTable> tables;
    private int current;

    /** For Flink, which reads the rest next. */
    public Snapshot() {
      this(List.of(), 0);
    }

    private Snapshot(List<ClickTable> tables, int current) {
      this.tables = tables;
      this.current = current;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION.newest();
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      Wire.writeUnsigned(out, current);
      Wire.writeUnsigned(out, tables.size());
      for (ClickTable table : tables) {
        table.write(out);
      }
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
        throws IOException {
      VERSION.check(readVersion);
      current = Wire.readSize(in);
      List<ClickTable> read = new ArrayList<>();
      for (int rest = Wire.readSize(in); rest > 0; rest--) {
        read.add(ClickTable.read(in));
      }
      tables = read;
    }

    @Override
    public TypeSerializer<Waiting> restoreSerializer() {
      return new WaitingSerializer(tables, current);
    }

    @Override
    public TypeSerializerSchemaCompatibility<Waiting> resolveSchemaCompatibility(
        TypeSerializerSnapshot<Waiting> oldSerializerSnapshot) {
      if (!(oldSerializerSnapshot instanceof Snapshot old)) {
        return TypeSerializerSchemaCompatibility.incompatible();
      }
      ClickTable wanted = tables.get(current);
      List<ClickTable> all = new ArrayList<>(old.tables);
      if (!all.contains(wanted)) {
        all.add(wanted);
      }
      int number = all.indexOf(wanted);
      return all.equals(tables) && number == current
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.compatibleWithReconfiguredSerializer(
              new WaitingSerializer(all, number));
    }
  }
}
