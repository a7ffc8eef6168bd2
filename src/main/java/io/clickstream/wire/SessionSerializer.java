package io.clickstream.wire;

import io.clickstream.model.EndReason;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes sessions for edges and for the state in which they wait for reference data.
 *
 * <p>Every value starts with the version of its layout, so that a later release can add fields and
 * still read what an earlier one left in a savepoint.
 */
public final class SessionSerializer extends ImmutableSerializer<Session> {

  public static final SessionSerializer INSTANCE = new SessionSerializer();

  private static final long serialVersionUID = 1L;
  private static final int VERSION = 2;
  private static final EndReason[] END_REASONS = EndReason.values();

  @Override
  public Session createInstance() {
    return new Session(
        new UUID(0, 0), 0, new UUID(0, 0), new Visitor(null, VisitorKind.DEVICE, "-"), 0, null);
  }

  @Override
  public void serialize(Session session, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    writeId(session.id(), out);
    Wire.writeUnsigned(out, session.revision());
    out.writeBoolean(session.supersededBy() != null);
    if (session.supersededBy() != null) {
      writeId(session.supersededBy(), out);
    }
    VisitorSerializer.INSTANCE.serialize(session.visitor(), out);
    Wire.writeSigned(out, session.start());
    out.writeBoolean(session.facts() != null);
    if (session.facts() != null) {
      writeFacts(session.facts(), session.start(), out);
    }
  }

  @Override
  public Session deserialize(DataInputView in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "a session of layout version="
              + version
              + " cannot be read, expected version=1 to "
              + VERSION
              + ": the state was written by a newer release, restore it with that one");
    }
    UUID id = readId(in);
    int revision = Wire.readSize(in);
    UUID supersededBy = in.readBoolean() ? readId(in) : null;
    Visitor visitor = VisitorSerializer.INSTANCE.deserialize(in);
    long start = Wire.readSigned(in);
    SessionFacts facts = in.readBoolean() ? readFacts(start, version, in) : null;
    return new Session(id, revision, supersededBy, visitor, start, facts);
  }

  @Override
  public TypeSerializerSnapshot<Session> snapshotConfiguration() {
    return new Snapshot();
  }

  private static void writeFacts(SessionFacts facts, long start, DataOutputView out)
      throws IOException {
    Wire.writeSigned(out, facts.end() - start);
    Wire.writeEnum(out, facts.endReason());
    Wire.writeText(out, facts.userId());
    Wire.writeText(out, facts.anonymousId());
    Wire.writeUnsigned(out, facts.eventCount());
    Wire.writeUnsigned(out, facts.pageViews());
    Wire.writeUnsigned(out, facts.uniquePages());
    Wire.writeUnsigned(out, facts.productViews());
    Wire.writeUnsigned(out, facts.searches());
    Wire.writeUnsigned(out, facts.cartAdds());
    Wire.writeUnsigned(out, facts.cartRemoves());
    Wire.writeUnsigned(out, facts.checkouts());
    Wire.writeUnsigned(out, facts.purchases());
    Wire.writeUnsigned(out, facts.revenue().size());
    for (Money money : facts.revenue()) {
      Wire.writeText(out, money.currency());
      Wire.writeSigned(out, money.amount().scale());
      Wire.writeBytes(out, money.amount().unscaledValue().toByteArray());
    }
    Wire.writeUnsigned(out, facts.duplicateCount());
    Wire.writeUnsigned(out, facts.lateEventCount());
    Wire.writeText(out, facts.entryPage());
    Wire.writeText(out, facts.exitPage());
    Wire.writeText(out, facts.referrer());
    Wire.writeText(out, facts.utmSource());
    Wire.writeText(out, facts.utmMedium());
    Wire.writeText(out, facts.utmCampaign());
    Wire.writeText(out, facts.deviceType());
    Wire.writeText(out, facts.country());
    Wire.writeText(out, facts.userAgent());
    Wire.writeUnsigned(out, facts.products().size());
    for (ProductActivity product : facts.products()) {
      Wire.writeText(out, product.productId());
      Wire.writeUnsigned(out, product.views());
      Wire.writeUnsigned(out, product.cartAdds());
      Wire.writeUnsigned(out, product.purchases());
    }
    out.writeBoolean(facts.productsTruncated());
    out.writeBoolean(facts.ordersTruncated());
  }

  private static SessionFacts readFacts(long start, int version, DataInputView in)
      throws IOException {
    return new SessionFacts(
        start + Wire.readSigned(in),
        Wire.readEnum(in, END_REASONS),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readSize(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        readRevenue(in),
        Wire.readUnsigned(in),
        Wire.readUnsigned(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readText(in),
        readProducts(in),
        in.readBoolean(),
        version > 1 && in.readBoolean());
  }

  private static List<Money> readRevenue(DataInputView in) throws IOException {
    int size = Wire.readSize(in);
    if (size == 0) {
      return List.of();
    }
    List<Money> revenue = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String currency = Wire.readRequiredText(in);
      int scale = Math.toIntExact(Wire.readSigned(in));
      byte[] unscaled = required(Wire.readBytes(in));
      revenue.add(new Money(currency, new BigDecimal(new BigInteger(unscaled), scale)));
    }
    return revenue;
  }

  private static List<ProductActivity> readProducts(DataInputView in) throws IOException {
    int size = Wire.readSize(in);
    if (size == 0) {
      return List.of();
    }
    List<ProductActivity> products = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      products.add(
          new ProductActivity(
              Wire.readRequiredText(in), Wire.readSize(in), Wire.readSize(in), Wire.readSize(in)));
    }
    return products;
  }

  private static byte[] required(byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      throw new IOException("expected an amount: the data is corrupt");
    }
    return bytes;
  }

  private static void writeId(UUID id, DataOutputView out) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(DataInputView in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Session> {
    public Snapshot() {
      super(SessionSerializer::new);
    }
  }
}
