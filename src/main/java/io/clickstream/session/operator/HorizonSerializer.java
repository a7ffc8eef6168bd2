package io.clickstream.session.operator;

import io.clickstream.wire.ImmutableSerializer;
import io.clickstream.wire.Versioned;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Three longs behind a version byte. */
final class HorizonSerializer extends ImmutableSerializer<Horizon> {

  static final HorizonSerializer INSTANCE = new HorizonSerializer();

  private static final long serialVersionUID = 1L;
  private static final Versioned VERSION = new Versioned("the horizon", 1);

  @Override
  public Horizon createInstance() {
    return new Horizon(Long.MIN_VALUE, 0, 0);
  }

  @Override
  public void serialize(Horizon horizon, DataOutputView out) throws IOException {
    VERSION.write(out);
    out.writeLong(horizon.time());
    out.writeLong(horizon.gapMs());
    out.writeLong(horizon.latenessMs());
  }

  @Override
  public Horizon deserialize(DataInputView in) throws IOException {
    VERSION.read(in);
    return new Horizon(in.readLong(), in.readLong(), in.readLong());
  }

  @Override
  public TypeSerializerSnapshot<Horizon> snapshotConfiguration() {
    return new Snapshot();
  }

  /** For Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Horizon> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
