package io.clickstream.types;

import io.clickstream.model.Origin;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the place, then key and value, each with its length or as null. */
public final class OriginSerializer extends ImmutableSerializer<Origin> {

  public static final OriginSerializer INSTANCE = new OriginSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public Origin createInstance() {
    return new Origin("", 0, 0, null, null);
  }

  @Override
  public void serialize(Origin origin, DataOutputView out) throws IOException {
    Wire.writeText(out, origin.topic());
    Wire.writeUnsigned(out, origin.partition());
    Wire.writeUnsigned(out, origin.offset());
    Wire.writeBytes(out, origin.key());
    Wire.writeBytes(out, origin.value());
  }

  @Override
  public Origin deserialize(DataInputView in) throws IOException {
    return new Origin(
        Wire.readRequiredText(in),
        Wire.readSize(in),
        Wire.readUnsigned(in),
        Wire.readBytes(in),
        Wire.readBytes(in));
  }

  @Override
  public TypeSerializerSnapshot<Origin> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Origin> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
