package io.clickstream.enrich;

import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.types.ImmutableSerializer;
import io.clickstream.types.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes reference records on the edge behind their sources; they lie in no state. */
public final class ReferenceRecordSerializer extends ImmutableSerializer<ReferenceRecord> {

  static final ReferenceRecordSerializer INSTANCE = new ReferenceRecordSerializer();

  private static final long serialVersionUID = 1L;
  private static final RejectionReason[] REASONS = RejectionReason.values();

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
    out.writeBoolean(record.rejection() != null);
    if (record.rejection() != null) {
      writeRejection(record.rejection(), out);
    }
  }

  @Override
  public ReferenceRecord deserialize(DataInputView in) throws IOException {
    return new ReferenceRecord(
        in.readBoolean() ? ReferenceUpdateSerializer.INSTANCE.deserialize(in) : null,
        in.readBoolean() ? readRejection(in) : null);
  }

  @Override
  public TypeSerializerSnapshot<ReferenceRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  private static void writeRejection(Rejection rejection, DataOutputView out) throws IOException {
    Wire.writeEnum(out, rejection.reason());
    Wire.writeText(out, rejection.detail());
    Wire.writeText(out, rejection.origin().topic());
    Wire.writeUnsigned(out, rejection.origin().partition());
    Wire.writeUnsigned(out, rejection.origin().offset());
    Wire.writeBytes(out, rejection.origin().key());
    Wire.writeBytes(out, rejection.origin().value());
  }

  private static Rejection readRejection(DataInputView in) throws IOException {
    return new Rejection(
        Wire.readEnum(in, REASONS),
        Wire.readRequiredText(in),
        new Origin(
            Wire.readRequiredText(in),
            Wire.readSize(in),
            Wire.readUnsigned(in),
            Wire.readBytes(in),
            Wire.readBytes(in)));
  }

  /** Marks data that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceRecord> {
    public Snapshot() {
      super(ReferenceRecordSerializer::new);
    }
  }
}
