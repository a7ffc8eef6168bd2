package io.clickstream.session;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Says in a savepoint which format its session state may hold, so that an older release refuses it
 * at the start instead of failing on a value later.
 */
public final class VisitorSessionsSerializerSnapshot
    implements TypeSerializerSnapshot<VisitorSessions> {

  private int format;

  /** For Flink, which reads the format next. */
  public VisitorSessionsSerializerSnapshot() {
    this(VisitorSessionsSerializer.VERSION);
  }

  VisitorSessionsSerializerSnapshot(int format) {
    this.format = format;
  }

  @Override
  public int getCurrentVersion() {
    return 1;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(format);
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    format = in.readInt();
  }

  @Override
  public TypeSerializer<VisitorSessions> restoreSerializer() {
    return VisitorSessionsSerializer.INSTANCE;
  }

  @Override
  public TypeSerializerSchemaCompatibility<VisitorSessions> resolveSchemaCompatibility(
      TypeSerializerSnapshot<VisitorSessions> oldSerializerSnapshot) {
    return oldSerializerSnapshot instanceof VisitorSessionsSerializerSnapshot old
            && old.format <= format
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
