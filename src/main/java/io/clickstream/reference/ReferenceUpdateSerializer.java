package io.clickstream.reference;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import io.clickstream.wire.ImmutableSerializer;
import io.clickstream.wire.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes reference updates on the broadcast edge; they lie in no state. */
public final class ReferenceUpdateSerializer extends ImmutableSerializer<ReferenceUpdate> {

  static final ReferenceUpdateSerializer INSTANCE = new ReferenceUpdateSerializer();

  private static final long serialVersionUID = 1L;
  private static final Kind[] KINDS = Kind.values();

  @Override
  public ReferenceUpdate createInstance() {
    return ReferenceUpdate.LOADED;
  }

  @Override
  public void serialize(ReferenceUpdate update, DataOutputView out) throws IOException {
    Wire.writeEnum(out, update.kind());
    Wire.writeText(out, update.id());
    UserProfile profile = update.profile();
    out.writeBoolean(profile != null);
    if (profile != null) {
      Wire.writeText(out, profile.segment());
      Wire.writeText(out, profile.tier());
    }
    Product product = update.product();
    out.writeBoolean(product != null);
    if (product != null) {
      Wire.writeText(out, product.category());
      Wire.writeText(out, product.brand());
    }
    Wire.writeSigned(out, update.partition());
    Wire.writeSigned(out, update.offset());
    out.writeBoolean(update.snapshot());
  }

  @Override
  public ReferenceUpdate deserialize(DataInputView in) throws IOException {
    return new ReferenceUpdate(
        Wire.readEnum(in, KINDS),
        Wire.readRequiredText(in),
        in.readBoolean() ? new UserProfile(Wire.readText(in), Wire.readText(in)) : null,
        in.readBoolean() ? new Product(Wire.readText(in), Wire.readText(in)) : null,
        Math.toIntExact(Wire.readSigned(in)),
        Wire.readSigned(in),
        in.readBoolean());
  }

  @Override
  public TypeSerializerSnapshot<ReferenceUpdate> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks data that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceUpdate> {
    public Snapshot() {
      super(ReferenceUpdateSerializer::new);
    }
  }
}
