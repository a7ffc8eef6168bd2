package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a session that keep the first of its events' values.
 *
 * <p>Nearly all of them come from the first click and then stay, so a session keeps them as {@link
 * #bytes}, a third of the heap that they take as objects, and these are read only when a click may
 * change one, or when the session is published.
 */
final class FirstValues {

  /** Bit by {@link ClickText} of all fields that can be missing. */
  static final int ALL =
      bit(ClickText.PAGE_URL)
          | bit(ClickText.ANONYMOUS_ID)
          | bit(ClickText.REFERRER)
          | bit(ClickText.DEVICE_TYPE)
          | bit(ClickText.COUNTRY)
          | bit(ClickText.USER_AGENT)
          | bit(ClickText.UTM_SOURCE)
          | bit(ClickText.UTM_MEDIUM)
          | bit(ClickText.UTM_CAMPAIGN);

  private static final int CAMPAIGN =
      bit(ClickText.UTM_SOURCE) | bit(ClickText.UTM_MEDIUM) | bit(ClickText.UTM_CAMPAIGN);

  /** Stands for the length of a text of 254 bytes or more. */
  private static final int LONG = 255;

  private @Nullable Stamp entry;
  private @Nullable Stamped anonymousId;
  private @Nullable Stamped referrer;
  private @Nullable Stamped deviceType;
  private @Nullable Stamped country;
  private @Nullable Stamped userAgent;
  private @Nullable Campaign campaign;

  private static int bit(ClickText text) {
    return 1 << text.ordinal();
  }

  void add(Click click) {
    Stamp stamp = Stamp.of(click);
    if (stamp.page() != null && (entry == null || stamp.compareAsFirst(entry) < 0)) {
      entry = stamp;
    }
    anonymousId = first(anonymousId, stamp, click.anonymousId());
    referrer = first(referrer, stamp, click.referrer());
    deviceType = first(deviceType, stamp, click.deviceType());
    country = first(country, stamp, click.country());
    userAgent = first(userAgent, stamp, click.userAgent());
    if (Campaign.isIn(click)) {
      campaign =
          Campaign.first(
              campaign,
              new Campaign(stamp, click.utmSource(), click.utmMedium(), click.utmCampaign()));
    }
  }

  private static @Nullable Stamped first(
      @Nullable Stamped present, Stamp stamp, @Nullable String text) {
    return text == null ? present : Stamped.first(present, new Stamped(stamp, text));
  }

  void addAll(FirstValues other) {
    if (entry == null || (other.entry != null && other.entry.compareAsFirst(entry) < 0)) {
      entry = other.entry;
    }
    anonymousId = Stamped.first(anonymousId, other.anonymousId);
    referrer = Stamped.first(referrer, other.referrer);
    deviceType = Stamped.first(deviceType, other.deviceType);
    country = Stamped.first(country, other.country);
    userAgent = Stamped.first(userAgent, other.userAgent);
    campaign = Campaign.first(campaign, other.campaign);
  }

  /**
   * No field's value comes from a later event; an event behind this time changes only what is
   * missing.
   */
  long newest() {
    long newest = Long.MIN_VALUE;
    for (Stamp stamp : stamps()) {
      newest = Math.max(newest, stamp.time());
    }
    return newest;
  }

  /** The fields without a value, each a bit by {@link ClickText}. */
  int missing() {
    return (entry == null ? bit(ClickText.PAGE_URL) : 0)
        | (anonymousId == null ? bit(ClickText.ANONYMOUS_ID) : 0)
        | (referrer == null ? bit(ClickText.REFERRER) : 0)
        | (deviceType == null ? bit(ClickText.DEVICE_TYPE) : 0)
        | (country == null ? bit(ClickText.COUNTRY) : 0)
        | (userAgent == null ? bit(ClickText.USER_AGENT) : 0)
        | (campaign == null ? CAMPAIGN : 0);
  }

  @Nullable String entryPage() {
    return entry == null ? null : entry.page();
  }

  @Nullable String anonymousId() {
    return text(anonymousId);
  }

  @Nullable String referrer() {
    return text(referrer);
  }

  @Nullable String deviceType() {
    return text(deviceType);
  }

  @Nullable String country() {
    return text(country);
  }

  @Nullable String userAgent() {
    return text(userAgent);
  }

  @Nullable Campaign campaign() {
    return campaign;
  }

  private static @Nullable String text(@Nullable Stamped stamped) {
    return stamped == null ? null : stamped.text();
  }

  private @Nullable Stamped[] fields() {
    return new @Nullable Stamped[] {anonymousId, referrer, deviceType, country, userAgent};
  }

  /** The different events that the values come from, mostly one or two. */
  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>(4);
    number(entry, stamps);
    number(campaign == null ? null : campaign.stamp(), stamps);
    for (Stamped field : fields()) {
      number(field == null ? null : field.stamp(), stamps);
    }
    return stamps;
  }

  /** The number of a stamp in the list, counted from 1, to which it is added if it is not there. */
  private static int number(@Nullable Stamp stamp, List<Stamp> stamps) {
    if (stamp == null) {
      return 0;
    }
    for (int i = 0; i < stamps.size(); i++) {
      if (stamps.get(i).equals(stamp)) {
        return i + 1;
      }
    }
    stamps.add(stamp);
    return stamps.size();
  }

  /** The events are written once, then each field with the number of its event, 0 for none. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private void write(DataOutputStream out) throws IOException {
    List<Stamp> stamps = stamps();
    out.writeByte(stamps.size());
    for (Stamp stamp : stamps) {
      out.writeLong(stamp.time());
      writeText(out, stamp.eventId());
      writeText(out, stamp.page());
    }
    out.writeByte(number(entry, stamps));
    for (Stamped field : fields()) {
      out.writeByte(number(field == null ? null : field.stamp(), stamps));
      if (field != null) {
        writeText(out, field.text());
      }
    }
    out.writeByte(number(campaign == null ? null : campaign.stamp(), stamps));
    if (campaign != null) {
      writeText(out, campaign.source());
      writeText(out, campaign.medium());
      writeText(out, campaign.campaign());
    }
  }

  /** What {@link #bytes} were made of; no bytes are no values. */
  static FirstValues of(byte[] bytes) {
    FirstValues values = new FirstValues();
    if (bytes.length > 0) {
      try {
        values.read(new DataInputStream(new ByteArrayInputStream(bytes)));
      } catch (IOException e) {
        throw new UncheckedIOException("the first values of a session are corrupt", e);
      }
    }
    return values;
  }

  private void read(DataInputStream in) throws IOException {
    Stamp[] stamps = new Stamp[in.readUnsignedByte()];
    for (int i = 0; i < stamps.length; i++) {
      stamps[i] = new Stamp(in.readLong(), readText(in), readText(in));
    }
    entry = stamp(in, stamps);
    anonymousId = readStamped(in, stamps);
    referrer = readStamped(in, stamps);
    deviceType = readStamped(in, stamps);
    country = readStamped(in, stamps);
    userAgent = readStamped(in, stamps);
    Stamp stamp = stamp(in, stamps);
    if (stamp != null) {
      campaign = new Campaign(stamp, readText(in), readText(in), readText(in));
    }
  }

  private static @Nullable Stamped readStamped(DataInputStream in, Stamp[] stamps)
      throws IOException {
    Stamp stamp = stamp(in, stamps);
    return stamp == null ? null : new Stamped(stamp, requiredText(in));
  }

  private static @Nullable Stamp stamp(DataInputStream in, Stamp[] stamps) throws IOException {
    int number = in.readUnsignedByte();
    return number == 0 ? null : stamps[number - 1];
  }

  /** Its length plus one, 0 for none; a long one's length behind 255. */
  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeByte(0);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length + 1 < LONG) {
      out.writeByte(bytes.length + 1);
    } else {
      out.writeByte(LONG);
      out.writeInt(bytes.length);
    }
    out.write(bytes);
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    if (first == 0) {
      return null;
    }
    byte[] bytes = new byte[first < LONG ? first - 1 : in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String requiredText(DataInputStream in) throws IOException {
    String text = readText(in);
    if (text == null) {
      throw new IOException("expected a text");
    }
    return text;
  }
}
