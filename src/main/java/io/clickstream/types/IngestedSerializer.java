package io.clickstream.types;

import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes which of the two it is, then the click or the rejection. */
public final class IngestedSerializer extends ImmutableSerializer<Ingested> {

  public static final IngestedSerializer INSTANCE = new IngestedSerializer();

  private static final long serialVersionUID = 1L;

  @Override
  public Ingested createInstance() {
    return Ingested.of(ClickSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Ingested ingested, DataOutputView out) throws IOException {
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    out.writeBoolean(click != null);
    if (click != null) {
      ClickSerializer.INSTANCE.serialize(click, out);
    } else if (rejection != null) {
      RejectionSerializer.INSTANCE.serialize(rejection, out);
    }
  }

  @Override
  public Ingested deserialize(DataInputView in) throws IOException {
    return in.readBoolean()
        ? Ingested.of(ClickSerializer.INSTANCE.deserialize(in))
        : Ingested.of(RejectionSerializer.INSTANCE.deserialize(in));
  }

  @Override
  public TypeSerializerSnapshot<Ingested> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Ingested> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
