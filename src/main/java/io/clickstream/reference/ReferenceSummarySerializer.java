package io.clickstream.reference;

import io.clickstream.wire.ImmutableSerializer;
import io.clickstream.wire.Versioned;
import io.clickstream.wire.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes summaries for state. Every value starts with the version of its layout. */
public final class ReferenceSummarySerializer extends ImmutableSerializer<ReferenceSummary> {

  public static final ReferenceSummarySerializer INSTANCE = new ReferenceSummarySerializer();

  private static final long serialVersionUID = 1L;
  private static final Versioned VERSION = new Versioned("a summary of reference data", 1);

  @Override
  public ReferenceSummary createInstance() {
    return new ReferenceSummary(false, 0);
  }

  @Override
  public void serialize(ReferenceSummary summary, DataOutputView out) throws IOException {
    VERSION.write(out);
    out.writeBoolean(summary.loaded());
    Wire.writeUnsigned(out, summary.entries());
  }

  @Override
  public ReferenceSummary deserialize(DataInputView in) throws IOException {
    VERSION.read(in);
    return new ReferenceSummary(in.readBoolean(), Wire.readSize(in));
  }

  @Override
  public TypeSerializerSnapshot<ReferenceSummary> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceSummary> {
    public Snapshot() {
      super(ReferenceSummarySerializer::new);
    }
  }
}
