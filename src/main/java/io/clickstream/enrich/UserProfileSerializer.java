package io.clickstream.enrich;

import io.clickstream.model.UserProfile;
import io.clickstream.types.ImmutableSerializer;
import io.clickstream.types.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes profiles for state and edges. Every value starts with the version of its layout, so that a
 * later release can keep more columns.
 */
public final class UserProfileSerializer extends ImmutableSerializer<UserProfile> {

  static final UserProfileSerializer INSTANCE = new UserProfileSerializer();

  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  public UserProfile createInstance() {
    return new UserProfile(null, null);
  }

  @Override
  public void serialize(UserProfile value, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    Wire.writeText(out, value.segment());
    Wire.writeText(out, value.tier());
  }

  @Override
  public UserProfile deserialize(DataInputView in) throws IOException {
    LayoutVersion.check("a profile", in.readUnsignedByte(), VERSION);
    return new UserProfile(Wire.readText(in), Wire.readText(in));
  }

  @Override
  public TypeSerializerSnapshot<UserProfile> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<UserProfile> {
    public Snapshot() {
      super(UserProfileSerializer::new);
    }
  }
}
