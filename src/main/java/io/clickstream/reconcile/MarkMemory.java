package io.clickstream.reconcile;

import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Cuts;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a visitor's clicks on time, by which the next one is marked or not. Immutable; it
 * has the texts themselves, unlike the job's own.
 *
 * @param isEmpty whether there was none
 * @param last time of the last one, {@link #NEAR} if every next one is near
 * @param date of the last one
 * @param user the last one there was, or null
 * @param campaign the last one there was, or null
 * @param values the last ones at the paths of {@code session.cut.on-change}
 * @param ended whether the last click ends a session
 */
record MarkMemory(
    boolean isEmpty,
    long last,
    long date,
    @Nullable String user,
    @Nullable List<@Nullable String> campaign,
    List<@Nullable String> values,
    boolean ended) {

  /** Nothing else is to be known of the last time. */
  static final long NEAR = Long.MAX_VALUE;

  /** Before the first click. */
  static MarkMemory empty(Cuts cuts) {
    return new MarkMemory(
        true, NEAR, 0, null, null, Collections.nCopies(cuts.changes().size(), null), false);
  }

  /** The memory after a click. */
  record Step(MarkMemory memory, @Nullable EndReason mark) {}

  /** Whether the last click is no more than a gap before a time, and of its date. */
  boolean isNear(long time, long gap, long dateOfTime) {
    return !isEmpty && date == dateOfTime && (last == NEAR || time - last <= gap);
  }

  /**
   * Goes on to a click.
   *
   * @param nextCertain time of the next click that is on time for certain: if it is near, the time
   *     of this one will not matter
   */
  Step step(Click click, Cuts cuts, long gap, long dateOfClick, long nextCertain) {
    long time = click.timestamp();
    boolean isFirst = isEmpty || (last != NEAR && time - last > gap);
    MarkMemory before = isFirst ? empty(cuts) : this;
    String newUser = cuts.user() ? click.userId() : null;
    List<@Nullable String> newCampaign = cuts.campaign() == null ? null : campaign(click);
    List<@Nullable String> newValues = new ArrayList<>(before.values);
    boolean isChanged = false;
    for (int i = 0; i < newValues.size(); i++) {
      String old = newValues.get(i);
      Source source = cuts.changes().get(i);
      String value = BatchFields.text(click, source);
      isChanged |= value != null && old != null && !value.equals(old);
      newValues.set(i, value == null ? old : value);
    }
    EndReason mark = null;
    if (before.ended) {
      mark = EndReason.END_AFTER;
    }
    if (!isFirst && fulfils(click, cuts.startAt())) {
      mark = EndReason.START_AT;
    }
    if (isChanged) {
      mark = EndReason.CHANGED;
    }
    if (newCampaign != null
        && (before.campaign == null
            ? cuts.campaign() == Campaigns.CHANGE_OR_APPEAR && !isFirst
            : !before.campaign.equals(newCampaign))) {
      mark = EndReason.CAMPAIGN;
    }
    if (newUser != null && before.user != null && !before.user.equals(newUser)) {
      mark = EndReason.USER;
    }
    return new Step(
        new MarkMemory(
            false,
            nextCertain - time <= gap ? NEAR : time,
            dateOfClick,
            newUser == null ? before.user : newUser,
            newCampaign == null ? before.campaign : newCampaign,
            Collections.unmodifiableList(newValues),
            fulfils(click, cuts.endAfter())),
        mark);
  }

  private static boolean fulfils(Click click, @Nullable Mark condition) {
    return condition != null && click.marks().has(condition.index());
  }

  private static @Nullable List<@Nullable String> campaign(Click click) {
    List<@Nullable String> all =
        Arrays.asList(click.utmSource(), click.utmMedium(), click.utmCampaign(), click.clickId());
    return all.stream().allMatch(Objects::isNull) ? null : all;
  }
}
