package io.clickstream.session;

import io.clickstream.columns.Aggregate.First;
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
 * The fields of a session that keep the first of its events' values: those of the table, the first
 * page view with its referrer, and the first campaign.
 *
 * <p>Nearly all of them come from the first click and then stay, so a session keeps them as bytes,
 * and these are read only when a click may change one, or when the session is published. Each event
 * is written once, then each field with the number of its event, 0 for none.
 */
final class FirstValues {

  /** Columns behind it share the bit of the last one. */
  private static final int MAX_BITS = 60;

  private static final long LANDING = 1L << 62;
  private static final long CAMPAIGN = 1L << 61;

  /** Stands for the length of a text of 254 bytes or more. */
  private static final int LONG = 255;

  private final List<First> columns;
  private final @Nullable Stamped[] values;

  /** The first page view, and where it came from. */
  private @Nullable Stamp landing;

  private @Nullable String referrer;
  private @Nullable Campaign campaign;

  FirstValues(List<First> columns) {
    this.columns = columns;
    this.values = new Stamped[columns.size()];
  }

  /** All fields that can be missing, a bit each. */
  static long all(List<First> columns) {
    return new FirstValues(columns).missing();
  }

  /** The fields without a value, a bit each. */
  long missing() {
    long missing = (landing == null ? LANDING : 0) | (campaign == null ? CAMPAIGN : 0);
    for (int i = 0; i < values.length; i++) {
      missing |= values[i] == null ? bit(i) : 0;
    }
    return missing;
  }

  private static long bit(int column) {
    return 1L << Math.min(column, MAX_BITS);
  }

  /** Whether an event behind all that values come from has a value for a field without one. */
  static boolean mayFill(long missing, List<First> columns, Click click) {
    if ((missing & LANDING) != 0 && click.kind() == EventKind.PAGE_VIEW) {
      return true;
    }
    if ((missing & CAMPAIGN) != 0 && Campaign.isIn(click)) {
      return true;
    }
    for (long rest = missing & ~(LANDING | CAMPAIGN); rest != 0; rest &= rest - 1) {
      int bit = Long.numberOfTrailingZeros(rest);
      int end = bit == MAX_BITS ? columns.size() : bit + 1;
      for (int i = bit; i < end; i++) {
        if (has(columns.get(i), click)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean has(First column, Click click) {
    return (column.kind() == null || column.kind() == click.kind())
        && click.texts().has(column.source().index());
  }

  void add(Click click) {
    Stamp stamp = Stamp.of(click);
    if (click.kind() == EventKind.PAGE_VIEW) {
      land(stamp, click.referrer());
    }
    for (int i = 0; i < values.length; i++) {
      First column = columns.get(i);
      String text = has(column, click) ? click.texts().get(column.source().index()) : null;
      if (text != null) {
        values[i] = Stamped.first(values[i], new Stamped(stamp, text));
      }
    }
    if (Campaign.isIn(click)) {
      campaign = Campaign.first(campaign, Campaign.of(stamp, click));
    }
  }

  private void land(Stamp stamp, @Nullable String from) {
    int order = landing == null ? -1 : stamp.compareAsFirst(landing);
    if (order < 0 || (order == 0 && Stamp.compareNullable(from, referrer) < 0)) {
      landing = stamp;
      referrer = from;
    }
  }

  void addAll(FirstValues other) {
    if (other.landing != null) {
      land(other.landing, other.referrer);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Stamped.first(values[i], other.values[i]);
    }
    campaign = Campaign.first(campaign, other.campaign);
  }

  /** Takes over the value of a column that another table has as well. */
  void take(int column, @Nullable Stamped value) {
    values[column] = value;
  }

  /** Takes over all that is of no column. */
  void takeRest(FirstValues other) {
    landing = other.landing;
    referrer = other.referrer;
    campaign = other.campaign;
  }

  @Nullable Stamped value(int column) {
    return values[column];
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

  @Nullable String text(int column) {
    Stamped value = values[column];
    return value == null ? null : value.text();
  }

  /** Where the visitor came from: null if that is the site itself, or another one of ours. */
  @Nullable String referrer(Sites ours) {
    return referrer == null || landing == null || ours.isOwn(referrer, landing.page())
        ? null
        : referrer;
  }

  @Nullable Campaign campaign() {
    return campaign;
  }

  /** The different events that the values come from, mostly one or two. */
  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>(4);
    number(landing, stamps);
    number(campaign == null ? null : campaign.stamp(), stamps);
    for (Stamped value : values) {
      number(value == null ? null : value.stamp(), stamps);
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

  /** All values. */
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
    out.writeByte(number(landing, stamps));
    if (landing != null) {
      writeText(out, referrer);
    }
    out.writeByte(number(campaign == null ? null : campaign.stamp(), stamps));
    if (campaign != null) {
      writeText(out, campaign.source());
      writeText(out, campaign.medium());
      writeText(out, campaign.campaign());
      writeText(out, campaign.clickId());
    }
    for (int i = 0; i < values.length; i++) {
      Stamped value = values[i];
      out.writeByte(number(value == null ? null : value.stamp(), stamps));
      // Of a page the event itself tells.
      if (value != null && !isPage(i)) {
        writeText(out, value.text());
      }
    }
  }

  private boolean isPage(int column) {
    return columns.get(column).source().index() == ClickText.PAGE_URL.ordinal();
  }

  /**
   * The values that bytes tell; no bytes are no values.
   *
   * @param version of the format of state in which the bytes are
   */
  static FirstValues of(List<First> columns, int version, byte[] bytes, int start, int length) {
    FirstValues values = new FirstValues(columns);
    if (length > 0) {
      try {
        values.read(version, new DataInputStream(new ByteArrayInputStream(bytes, start, length)));
      } catch (IOException e) {
        throw new UncheckedIOException("the first values of a session are corrupt", e);
      }
    }
    return values;
  }

  private void read(int version, DataInputStream in) throws IOException {
    Stamp[] stamps = new Stamp[in.readUnsignedByte()];
    for (int i = 0; i < stamps.length; i++) {
      stamps[i] = new Stamp(in.readLong(), readText(in), readText(in));
    }
    landing = stamp(in, stamps);
    referrer = landing == null ? null : readText(in);
    Stamp ofCampaign = stamp(in, stamps);
    if (ofCampaign != null) {
      campaign =
          new Campaign(
              ofCampaign,
              readText(in),
              readText(in),
              readText(in),
              version >= StateFormat.WITH_CLICK_IDS ? readText(in) : null);
    }
    for (int i = 0; i < values.length; i++) {
      Stamp stamp = stamp(in, stamps);
      if (stamp != null) {
        String text = isPage(i) ? stamp.page() : readText(in);
        if (text == null) {
          throw new IOException("expected a text");
        }
        values[i] = new Stamped(stamp, text);
      }
    }
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
}
