package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
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

  /** A page view is the first one, by which the visitor came; every click has a type. */
  private static final int LANDING = bit(ClickText.EVENT_TYPE);

  /** The fields that only a page view can have. */
  private static final int OF_PAGE_VIEWS = LANDING | bit(ClickText.PAGE_URL);

  /** Bit by {@link ClickText} of all fields that can be missing. */
  static final int ALL =
      OF_PAGE_VIEWS
          | bit(ClickText.ANONYMOUS_ID)
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

  /** The first view of a page that is known. */
  private @Nullable Stamp entry;

  /** The first page view, and where it came from. */
  private @Nullable Stamp landing;

  private @Nullable String referrer;
  private @Nullable Stamped anonymousId;
  private @Nullable Stamped deviceType;
  private @Nullable Stamped country;
  private @Nullable Stamped userAgent;
  private @Nullable Campaign campaign;

  private static int bit(ClickText text) {
    return 1 << text.ordinal();
  }

  void add(Click click) {
    Stamp stamp = Stamp.of(click);
    if (click.kind() == EventKind.PAGE_VIEW) {
      if (stamp.page() != null) {
        enter(stamp);
      }
      land(stamp, click.referrer());
    }
    anonymousId = first(anonymousId, stamp, click.anonymousId());
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

  private void enter(Stamp stamp) {
    if (entry == null || stamp.compareAsFirst(entry) < 0) {
      entry = stamp;
    }
  }

  private void land(Stamp stamp, @Nullable String from) {
    int order = landing == null ? -1 : stamp.compareAsFirst(landing);
    if (order < 0 || (order == 0 && Stamp.compareNullable(from, referrer) < 0)) {
      landing = stamp;
      referrer = from;
    }
  }

  private static @Nullable Stamped first(
      @Nullable Stamped present, Stamp stamp, @Nullable String text) {
    return text == null ? present : Stamped.first(present, new Stamped(stamp, text));
  }

  void addAll(FirstValues other) {
    if (other.entry != null) {
      enter(other.entry);
    }
    if (other.landing != null) {
      land(other.landing, other.referrer);
    }
    anonymousId = Stamped.first(anonymousId, other.anonymousId);
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
    return (landing == null ? LANDING : 0)
        | (entry == null ? bit(ClickText.PAGE_URL) : 0)
        | (anonymousId == null ? bit(ClickText.ANONYMOUS_ID) : 0)
        | (deviceType == null ? bit(ClickText.DEVICE_TYPE) : 0)
        | (country == null ? bit(ClickText.COUNTRY) : 0)
        | (userAgent == null ? bit(ClickText.USER_AGENT) : 0)
        | (campaign == null ? CAMPAIGN : 0);
  }

  /** Of the fields that are missing, those that an event of a kind can have. */
  static int missing(int missing, EventKind kind) {
    return kind == EventKind.PAGE_VIEW ? missing : missing & ~OF_PAGE_VIEWS;
  }

  @Nullable String entryPage() {
    return entry == null ? null : entry.page();
  }

  @Nullable String anonymousId() {
    return text(anonymousId);
  }

  /** Where the visitor came from: null if that is the site itself. */
  @Nullable String referrer() {
    return referrer == null || landing == null || Sites.isOwn(referrer, landing.page())
        ? null
        : referrer;
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
    return new @Nullable Stamped[] {deviceType, country, userAgent};
  }

  /** The different events that the values come from, mostly one or two. */
  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>(4);
    number(entry, stamps);
    number(landing, stamps);
    number(anonymousId == null ? null : anonymousId.stamp(), stamps);
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
    write(anonymousId, stamps, out);
    out.writeByte(number(landing, stamps));
    if (landing != null) {
      writeText(out, referrer);
    }
    for (Stamped field : fields()) {
      write(field, stamps, out);
    }
    out.writeByte(number(campaign == null ? null : campaign.stamp(), stamps));
    if (campaign != null) {
      writeText(out, campaign.source());
      writeText(out, campaign.medium());
      writeText(out, campaign.campaign());
    }
  }

  private static void write(@Nullable Stamped field, List<Stamp> stamps, DataOutputStream out)
      throws IOException {
    out.writeByte(number(field == null ? null : field.stamp(), stamps));
    if (field != null) {
      writeText(out, field.text());
    }
  }

  /**
   * What {@link #bytes} were made of in format 1 of the state. It kept the first referrer,
   * whichever event had one, and the first page, whichever event had one: both are taken for those
   * of the first page view, as those of the sessions that were open then.
   */
  static FirstValues ofFormat1(byte[] bytes) {
    FirstValues values = of(bytes);
    if (values.landing == null) {
      values.landing = values.entry;
    }
    return values;
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
    landing = stamp(in, stamps);
    referrer = landing == null ? null : readText(in);
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
