package io.clickstream.session;

import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Cuts;
import io.clickstream.columns.Mark;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the walk over a visitor's clicks remembers. The walk sees the clicks that were on time, in
 * order, and decides of each whether it is marked: whether it begins a session although the click
 * before is near. Texts are remembered by their {@link Fingerprint}.
 *
 * <p>Bounded: six numbers, and one for each path whose changes end sessions.
 */
final class Walk {

  private static final int WALKED = 1;
  private static final int ENDS = 1 << 1;
  private static final int USER = 1 << 2;
  private static final int CAMPAIGN = 1 << 3;

  private static final long[] NONE = {};

  private static final ClickText[] CAMPAIGN_TEXTS = {
    ClickText.UTM_SOURCE, ClickText.UTM_MEDIUM, ClickText.UTM_CAMPAIGN, ClickText.CLICK_ID
  };

  /** Which of the values there are. */
  private int present;

  /** Time of the last click, epoch ms. */
  private long last;

  private long user;
  private long campaign;

  /**
   * The last values where changes are looked for: the fingerprint of a source's name, then that of
   * its value, and so on.
   */
  private long[] values = NONE;

  /** No click at this time or before it is marked any more. */
  private long unmarkedUntil = Long.MIN_VALUE;

  /** Nor is it known of any click up to here. */
  private long unknownUntil = Long.MIN_VALUE;

  /** Whether a click at a time is the walk's first, because none is near before it. */
  private boolean isFirst(long time, long gap) {
    return (present & WALKED) == 0 || time - last > gap;
  }

  /**
   * Goes on to a click.
   *
   * @param changes where changes are looked for
   * @param knownFrom clicks are missing that are as old as this, or older
   * @return the reason why it is marked, or null
   */
  @Nullable EndReason step(Click click, Cuts cuts, NamedSources changes, long gap, long knownFrom) {
    long time = click.timestamp();
    boolean first = isFirst(time, gap);
    boolean isUnknown = first ? time < knownFrom : unknownUntil == last;
    if (first) {
      present = 0;
      values = NONE;
    }
    EndReason reason = null;
    reason = earlier(reason, user(click, cuts));
    reason = earlier(reason, campaign(click, cuts, first));
    reason = earlier(reason, changed(click, changes));
    if (!first && isMarked(click, cuts.startAt())) {
      reason = earlier(reason, EndReason.START_AT);
    }
    if ((present & ENDS) != 0 && cuts.endAfter() != null) {
      reason = earlier(reason, EndReason.END_AFTER);
    }
    present = (present & ~ENDS) | WALKED | (isMarked(click, cuts.endAfter()) ? ENDS : 0);
    last = time;
    if (isUnknown) {
      unknownUntil = time;
    }
    return time <= unmarkedUntil ? null : reason;
  }

  private static @Nullable EndReason earlier(@Nullable EndReason one, @Nullable EndReason other) {
    return one != null ? one : other;
  }

  private static boolean isMarked(Click click, @Nullable Mark mark) {
    return mark != null && click.marks().has(mark.index());
  }

  private @Nullable EndReason user(Click click, Cuts cuts) {
    if (!cuts.user() || !click.texts().has(ClickText.USER_ID)) {
      return null;
    }
    long before = user;
    boolean isKnown = (present & USER) != 0;
    user = Fingerprint.of(click.texts(), ClickText.USER_ID.ordinal());
    present |= USER;
    return isKnown && before != user ? EndReason.USER : null;
  }

  private @Nullable EndReason campaign(Click click, Cuts cuts, boolean first) {
    if (cuts.campaign() == null || !Campaign.isIn(click)) {
      return null;
    }
    long before = campaign;
    boolean isKnown = (present & CAMPAIGN) != 0;
    long all = 0;
    for (ClickText text : CAMPAIGN_TEXTS) {
      long one = click.texts().has(text) ? Fingerprint.of(click.texts(), text.ordinal()) : 0;
      all = Fingerprint.of(all, one);
    }
    campaign = all;
    present |= CAMPAIGN;
    boolean isMarked =
        isKnown ? before != campaign : cuts.campaign() == Campaigns.CHANGE_OR_APPEAR && !first;
    return isMarked ? EndReason.CAMPAIGN : null;
  }

  private @Nullable EndReason changed(Click click, NamedSources changes) {
    boolean isChanged = false;
    for (int i = 0; i < changes.count(); i++) {
      if (ClickFilter.has(click.texts(), changes.index(i))) {
        isChanged |= isOther(changes.name(i), Fingerprint.of(click.texts(), changes.index(i)));
      }
    }
    return isChanged ? EndReason.CHANGED : null;
  }

  /** Remembers the value of a source, and says whether there was another one. */
  private boolean isOther(long name, long value) {
    for (int at = 0; at < values.length; at += 2) {
      if (values[at] == name) {
        long before = values[at + 1];
        values[at + 1] = value;
        return before != value;
      }
    }
    values = Arrays.copyOf(values, values.length + 2);
    values[values.length - 2] = name;
    values[values.length - 1] = value;
    return false;
  }

  /** A click was placed that had not waited, though it was on time. */
  void unmarked(long time) {
    unmarkedUntil = Math.max(unmarkedUntil, time);
  }

  /** Whether it is not known of a session that starts at this time whether it does. */
  boolean isUnknown(long start) {
    return start <= unknownUntil;
  }

  /**
   * Whether nothing is remembered that a click can still need.
   *
   * @param reached the largest watermark so far
   * @param alone whether the visitor has no sessions
   */
  boolean isForgotten(long reached, long gap, boolean alone) {
    return unmarkedUntil <= reached
        && (alone || unknownUntil == Long.MIN_VALUE)
        && ((present & WALKED) == 0 || reached - gap >= last);
  }

  /** The watermark at which all of it is forgotten. */
  long end(long gap) {
    return Math.max(unmarkedUntil, (present & WALKED) == 0 ? Long.MIN_VALUE : last + gap);
  }

  Walk copy() {
    Walk copy = new Walk();
    copy.present = present;
    copy.last = last;
    copy.user = user;
    copy.campaign = campaign;
    copy.values = values.clone();
    copy.unmarkedUntil = unmarkedUntil;
    copy.unknownUntil = unknownUntil;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(present);
    out.writeLong(last);
    out.writeLong(user);
    out.writeLong(campaign);
    out.writeLong(unmarkedUntil);
    out.writeLong(unknownUntil);
    Wire.writeUnsigned(out, values.length / 2);
    for (long value : values) {
      out.writeLong(value);
    }
  }

  static Walk read(DataInput in) throws IOException {
    Walk walk = new Walk();
    walk.present = in.readUnsignedByte();
    walk.last = in.readLong();
    walk.user = in.readLong();
    walk.campaign = in.readLong();
    walk.unmarkedUntil = in.readLong();
    walk.unknownUntil = in.readLong();
    for (int rest = Wire.readSize(in); rest > 0; rest--) {
      long name = in.readLong();
      walk.isOther(name, in.readLong());
    }
    return walk;
  }
}
