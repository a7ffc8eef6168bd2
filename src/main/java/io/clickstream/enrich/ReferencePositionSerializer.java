package io.clickstream.enrich;

import io.clickstream.types.ImmutableSerializer;
import io.clickstream.types.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes positions for state. Every value starts with the version of its layout. */
public final class ReferencePositionSerializer extends ImmutableSerializer<ReferencePosition> {

  static final ReferencePositionSerializer INSTANCE = new ReferencePositionSerializer();

  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  public ReferencePosition createInstance() {
    return new ReferencePosition(0, 0);
  }

  @Override
  public void serialize(ReferencePosition position, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    Wire.writeUnsigned(out, position.partition());
    Wire.writeUnsigned(out, position.offset());
  }

  @Override
  public ReferencePosition deserialize(DataInputView in) throws IOException {
    LayoutVersion.check("a position", in.readUnsignedByte(), VERSION);
    return new ReferencePosition(Wire.readSize(in), Wire.readUnsigned(in));
  }

  @Override
  public TypeSerializerSnapshot<ReferencePosition> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferencePosition> {
    public Snapshot() {
      super(ReferencePositionSerializer::new);
    }
  }
}
