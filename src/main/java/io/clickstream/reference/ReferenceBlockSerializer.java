package io.clickstream.reference;

import io.clickstream.wire.ImmutableSerializer;
import io.clickstream.wire.Wire;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes blocks for state, with their length in front. A copy is the block itself, so that a
 * checkpoint takes nothing but references on the task's thread; what is in a block is encoded when
 * it is written, on another.
 */
public final class ReferenceBlockSerializer extends ImmutableSerializer<ReferenceBlock> {

  public static final ReferenceBlockSerializer INSTANCE = new ReferenceBlockSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public ReferenceBlock createInstance() {
    return ReferenceBlock.of(List.of());
  }

  @Override
  public void serialize(ReferenceBlock block, DataOutputView out) throws IOException {
    Wire.writeBytes(out, block.encoded());
  }

  @Override
  public ReferenceBlock deserialize(DataInputView in) throws IOException {
    byte[] encoded = Wire.readBytes(in);
    if (encoded == null) {
      throw new IOException("expected a block of reference data: the data is corrupt");
    }
    return ReferenceBlock.ofEncoded(encoded);
  }

  @Override
  public TypeSerializerSnapshot<ReferenceBlock> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceBlock> {
    public Snapshot() {
      super(ReferenceBlockSerializer::new);
    }
  }
}
