package io.clickstream.wire;

import io.clickstream.model.LateClick;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the click, then by how much it was late and what for. */
public final class LateClickSerializer extends ImmutableSerializer<LateClick> {

  public static final LateClickSerializer INSTANCE = new LateClickSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public LateClick createInstance() {
    return new LateClick(ClickSerializer.INSTANCE.createInstance(), 0, 0);
  }

  @Override
  public void serialize(LateClick late, DataOutputView out) throws IOException {
    ClickSerializer.INSTANCE.serialize(late.click(), out);
    Wire.writeSigned(out, late.latenessMs());
    Wire.writeSigned(out, late.watermark());
  }

  @Override
  public LateClick deserialize(DataInputView in) throws IOException {
    return new LateClick(
        ClickSerializer.INSTANCE.deserialize(in), Wire.readSigned(in), Wire.readSigned(in));
  }

  @Override
  public TypeSerializerSnapshot<LateClick> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LateClick> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
