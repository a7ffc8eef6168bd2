package io.clickstream.types;

import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes which components are there as the bits of one integer, then only those. The visitor's id
 * is one of the click's own two as a rule and then not written again.
 */
public final class ClickSerializer extends ImmutableSerializer<Click> {

  public static final ClickSerializer INSTANCE = new ClickSerializer();

  private static final long serialVersionUID = 1L;
  private static final EventKind[] KINDS = EventKind.values();

  private static final int EVENT_ID = 1;
  private static final int USER_ID = 1 << 1;
  private static final int ANONYMOUS_ID = 1 << 2;
  private static final int PAGE_URL = 1 << 3;
  private static final int REFERRER = 1 << 4;
  private static final int USER_AGENT = 1 << 5;
  private static final int DEVICE_TYPE = 1 << 6;
  private static final int COUNTRY = 1 << 7;
  private static final int UTM_SOURCE = 1 << 8;
  private static final int UTM_MEDIUM = 1 << 9;
  private static final int UTM_CAMPAIGN = 1 << 10;
  private static final int PRODUCT_ID = 1 << 11;
  private static final int PRICE = 1 << 12;
  private static final int CURRENCY = 1 << 13;
  private static final int QUANTITY = 1 << 14;
  private static final int APP_ID = 1 << 15;
  private static final int IS_USER = 1 << 16;
  private static final int VISITOR_ID = 1 << 17;

  @Override
  public Click createInstance() {
    return new Click(
        VisitorSerializer.INSTANCE.createInstance(),
        0,
        null,
        EventKind.OTHER,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        1,
        null,
        null,
        null,
        null,
        null,
        OriginSerializer.INSTANCE.createInstance());
  }

  @Override
  public void serialize(Click click, DataOutputView out) throws IOException {
    Visitor visitor = click.visitor();
    BigDecimal price = click.price();
    boolean isUser = visitor.kind() == VisitorKind.USER;
    String ownId = isUser ? click.userId() : click.anonymousId();
    boolean hasOtherId = !visitor.id().equals(ownId);
    int present =
        bit(EVENT_ID, click.eventId() != null)
            | bit(USER_ID, click.userId() != null)
            | bit(ANONYMOUS_ID, click.anonymousId() != null)
            | bit(PAGE_URL, click.pageUrl() != null)
            | bit(REFERRER, click.referrer() != null)
            | bit(USER_AGENT, click.userAgent() != null)
            | bit(DEVICE_TYPE, click.deviceType() != null)
            | bit(COUNTRY, click.country() != null)
            | bit(UTM_SOURCE, click.utmSource() != null)
            | bit(UTM_MEDIUM, click.utmMedium() != null)
            | bit(UTM_CAMPAIGN, click.utmCampaign() != null)
            | bit(PRODUCT_ID, click.productId() != null)
            | bit(PRICE, price != null)
            | bit(CURRENCY, click.currency() != null)
            | bit(QUANTITY, click.quantity() != 1)
            | bit(APP_ID, visitor.appId() != null)
            | bit(IS_USER, isUser)
            | bit(VISITOR_ID, hasOtherId);
    Wire.writeUnsigned(out, present);
    Wire.writeSigned(out, click.timestamp());
    Wire.writeEnum(out, click.kind());
    write(out, click.eventId());
    write(out, click.userId());
    write(out, click.anonymousId());
    write(out, visitor.appId());
    write(out, hasOtherId ? visitor.id() : null);
    write(out, click.pageUrl());
    write(out, click.referrer());
    write(out, click.utmSource());
    write(out, click.utmMedium());
    write(out, click.utmCampaign());
    write(out, click.productId());
    if (click.quantity() != 1) {
      Wire.writeSigned(out, click.quantity());
    }
    if (price != null) {
      Wire.writeSigned(out, price.scale());
      Wire.writeBytes(out, price.unscaledValue().toByteArray());
    }
    write(out, click.currency());
    write(out, click.userAgent());
    write(out, click.deviceType());
    write(out, click.country());
    OriginSerializer.INSTANCE.serialize(click.origin(), out);
  }

  @Override
  public Click deserialize(DataInputView in) throws IOException {
    int present = Wire.readSize(in);
    long timestamp = Wire.readSigned(in);
    EventKind kind = Wire.readEnum(in, KINDS);
    String eventId = read(in, present, EVENT_ID);
    String userId = read(in, present, USER_ID);
    String anonymousId = read(in, present, ANONYMOUS_ID);
    String appId = read(in, present, APP_ID);
    String otherId = read(in, present, VISITOR_ID);
    boolean isUser = (present & IS_USER) != 0;
    String visitorId = otherId != null ? otherId : isUser ? userId : anonymousId;
    return new Click(
        new Visitor(
            appId,
            isUser ? VisitorKind.USER : VisitorKind.DEVICE,
            Objects.requireNonNull(visitorId, "visitor id: the data is corrupt")),
        timestamp,
        eventId,
        kind,
        userId,
        anonymousId,
        read(in, present, PAGE_URL),
        read(in, present, REFERRER),
        read(in, present, UTM_SOURCE),
        read(in, present, UTM_MEDIUM),
        read(in, present, UTM_CAMPAIGN),
        read(in, present, PRODUCT_ID),
        (present & QUANTITY) != 0 ? Wire.readSigned(in) : 1,
        (present & PRICE) != 0 ? readDecimal(in) : null,
        read(in, present, CURRENCY),
        read(in, present, USER_AGENT),
        read(in, present, DEVICE_TYPE),
        read(in, present, COUNTRY),
        OriginSerializer.INSTANCE.deserialize(in));
  }

  @Override
  public TypeSerializerSnapshot<Click> snapshotConfiguration() {
    return new Snapshot();
  }

  private static int bit(int bit, boolean present) {
    return present ? bit : 0;
  }

  private static void write(DataOutputView out, @Nullable String text) throws IOException {
    if (text != null) {
      Wire.writeText(out, text);
    }
  }

  private static @Nullable String read(DataInputView in, int present, int bit) throws IOException {
    return (present & bit) != 0 ? Wire.readRequiredText(in) : null;
  }

  private static BigDecimal readDecimal(DataInputView in) throws IOException {
    int scale = Math.toIntExact(Wire.readSigned(in));
    byte[] unscaled = Wire.readBytes(in);
    if (unscaled == null) {
      throw new EOFException("expected a number: the data is corrupt");
    }
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  /** Named in checkpoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Click> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
