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
public final class PackedSessionsSerializerSnapshot
    implements TypeSerializerSnapshot<PackedSessions> {

  private int format;

  /** For Flink, which reads the format next. */
  public PackedSessionsSerializerSnapshot() {
    this(PackedSessionsSerializer.VERSION);
  }

  PackedSessionsSerializerSnapshot(int format) {
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
  public TypeSerializer<PackedSessions> restoreSerializer() {
    return PackedSessionsSerializer.INSTANCE;
  }

  @Override
  public TypeSerializerSchemaCompatibility<PackedSessions> resolveSchemaCompatibility(
      TypeSerializerSnapshot<PackedSessions> oldSerializerSnapshot) {
    return oldSerializerSnapshot instanceof PackedSessionsSerializerSnapshot old
            && old.format <= format
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
