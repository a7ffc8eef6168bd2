package io.clickstream.wire;

import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes reason, detail and the record with its bytes. */
public final class RejectionSerializer extends ImmutableSerializer<Rejection> {

  public static final RejectionSerializer INSTANCE = new RejectionSerializer();

  private static final long serialVersionUID = 1L;
  private static final RejectionReason[] REASONS = RejectionReason.values();

  @Override
  public Rejection createInstance() {
    return new Rejection(
        RejectionReason.MALFORMED_JSON, "", OriginSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Rejection rejection, DataOutputView out) throws IOException {
    Wire.writeEnum(out, rejection.reason());
    Wire.writeText(out, rejection.detail());
    OriginSerializer.INSTANCE.serialize(rejection.origin(), out);
  }

  @Override
  public Rejection deserialize(DataInputView in) throws IOException {
    return new Rejection(
        Wire.readEnum(in, REASONS),
        Wire.readRequiredText(in),
        OriginSerializer.INSTANCE.deserialize(in));
  }

  @Override
  public TypeSerializerSnapshot<Rejection> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Rejection> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
