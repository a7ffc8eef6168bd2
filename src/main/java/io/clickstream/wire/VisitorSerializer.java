package io.clickstream.wire;

import io.clickstream.model.FewTexts;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes equal visitors as equal bytes and different ones as different bytes, because state is
 * found by these bytes. They never change.
 */
public final class VisitorSerializer extends ImmutableSerializer<Visitor> {

  public static final VisitorSerializer INSTANCE = new VisitorSerializer();

  private static final long serialVersionUID = 1L;
  private static final VisitorKind[] KINDS = VisitorKind.values();

  @Override
  public Visitor createInstance() {
    return new Visitor(null, VisitorKind.DEVICE, "");
  }

  @Override
  public void serialize(Visitor visitor, DataOutputView out) throws IOException {
    Wire.writeText(out, visitor.appId());
    Wire.writeEnum(out, visitor.kind());
    Wire.writeText(out, visitor.id());
  }

  @Override
  public Visitor deserialize(DataInputView in) throws IOException {
    byte[] appId = Wire.readBytes(in);
    return new Visitor(
        appId == null ? null : FewTexts.of(appId, 0, appId.length),
        Wire.readEnum(in, KINDS),
        Wire.readRequiredText(in));
  }

  @Override
  public TypeSerializerSnapshot<Visitor> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Visitor> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
