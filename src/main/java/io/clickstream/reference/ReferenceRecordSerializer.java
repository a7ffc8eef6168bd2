package io.clickstream.reference;

import io.clickstream.wire.ImmutableSerializer;
import io.clickstream.wire.RejectionSerializer;
import io.clickstream.wire.Wire;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes reference records on the edge behind their sources; they lie in no state. */
public final class ReferenceRecordSerializer extends ImmutableSerializer<ReferenceRecord> {

  static final ReferenceRecordSerializer INSTANCE = new ReferenceRecordSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public ReferenceRecord createInstance() {
    return ReferenceRecord.of(ReferenceUpdate.LOADED);
  }

  @Override
  public void serialize(ReferenceRecord record, DataOutputView out) throws IOException {
    out.writeBoolean(record.update() != null);
    if (record.update() != null) {
      ReferenceUpdateSerializer.INSTANCE.serialize(record.update(), out);
    }
    Wire.writeUnsigned(out, record.problems().size());
    for (String column : record.problems()) {
      Wire.writeText(out, column);
    }
    out.writeBoolean(record.rejection() != null);
    if (record.rejection() != null) {
      RejectionSerializer.INSTANCE.serialize(record.rejection(), out);
    }
  }

  @Override
  public ReferenceRecord deserialize(DataInputView in) throws IOException {
    ReferenceUpdate update =
        in.readBoolean() ? ReferenceUpdateSerializer.INSTANCE.deserialize(in) : null;
    Set<String> problems = new HashSet<>();
    for (int left = Wire.readSize(in); left > 0; left--) {
      problems.add(Wire.readRequiredText(in));
    }
    return new ReferenceRecord(
        update,
        in.readBoolean() ? RejectionSerializer.INSTANCE.deserialize(in) : null,
        Set.copyOf(problems));
  }

  @Override
  public TypeSerializerSnapshot<ReferenceRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks data that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceRecord> {
    public Snapshot() {
      super(ReferenceRecordSerializer::new);
    }
  }
}
