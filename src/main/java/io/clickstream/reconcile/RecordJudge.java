package io.clickstream.reconcile;

import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.Place;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.reconcile.SideRecords.Side;
import org.jspecify.annotations.Nullable;

/**
 * Judges each click of the input on its own: a click, rejected or left out, late or a duplicate or
 * neither, and never two of them. A click that is called late must really have been.
 */
final class RecordJudge {

  private final TopicSettings topics;
  private final TopicRange input;
  private final SideRecords late;
  private final SideRecords rejected;
  private final SideRecords repeated;
  private final Thresholds thresholds;
  private final ComparedTime time;
  private final Findings findings;

  private long read;
  private long lateClicks;
  private long rejectedRecords;
  private long skipped;

  RecordJudge(
      TopicSettings topics,
      TopicRange input,
      SideRecords late,
      SideRecords rejected,
      SideRecords repeated,
      Thresholds thresholds,
      ComparedTime time,
      Findings findings) {
    this.topics = topics;
    this.input = input;
    this.late = late;
    this.rejected = rejected;
    this.repeated = repeated;
    this.thresholds = thresholds;
    this.time = time;
    this.findings = findings;
  }

  /**
   * Judges what a record is, or one of several clicks in it.
   *
   * @param origin the record, or what it would be if it had this click alone
   * @param newestBefore the time of the newest click before it in its partition, or null
   */
  void judge(Ingested ingested, Origin origin, @Nullable Long newestBefore) {
    if (ingested.what() != Ingested.What.NOTHING) {
      read++;
    }
    Side rejection = rejected.at(origin);
    Side lateness = late.at(origin);
    Side repetition = repeated.at(origin);
    ClickPlace place = ClickPlace.of(origin);
    String where = input.text(place);
    Click click = ingested.click();
    if (click != null) {
      if (rejection != null) {
        findings.wrong("%s is a click, but in %s", where, topics.rejected());
      }
      judge(click, place.place(), where, lateness, repetition, newestBefore);
    } else if (ingested.rejection() != null) {
      rejectedRecords++;
      if (rejection == null) {
        findings.lost(1, "%s is no click, and not in %s", where, topics.rejected());
      } else {
        checkBytes(origin, where, rejection, topics.rejected());
      }
      if (lateness != null) {
        findings.duplicated("%s is rejected and late", where);
      }
      if (repetition != null) {
        findings.duplicated("%s is rejected and a duplicate", where);
      }
    } else {
      skipped += ingested.what() == Ingested.What.SKIPPED ? 1 : 0;
      if (rejection != null || lateness != null || repetition != null) {
        findings.wrong("%s is left out, but also rejected, late or a duplicate", where);
      }
    }
  }

  private void judge(
      Click click,
      Place place,
      String where,
      @Nullable Side lateness,
      @Nullable Side repetition,
      @Nullable Long newestBefore) {
    if (lateness != null) {
      lateClicks++;
      checkBytes(click.origin(), where, lateness, topics.late());
      checkLate(place, where, click, lateness, newestBefore);
    }
    if (repetition != null) {
      checkBytes(click.origin(), where, repetition, String.valueOf(topics.duplicates()));
      if (lateness != null) {
        findings.duplicated("%s is late and a duplicate", where);
      }
    }
  }

  private void checkBytes(Origin origin, String where, Side side, String topic) {
    if (!side.isOf(origin)) {
      findings.wrong("%s is in %s with other bytes", where, topic);
    }
  }

  private void checkLate(
      Place place, String where, Click click, Side side, @Nullable Long newestBefore) {
    boolean isBehind =
        newestBefore != null && click.timestamp() <= newestBefore - thresholds.behind() - 1;
    if (!isBehind && !time.mayBeBehindEarlier(place.topicPartition(), newestBefore)) {
      findings.lost(
          1,
          "%s is in %s, but the newest click before it in its partition is only %s ms newer;"
              + " expected more than %d",
          where,
          topics.late(),
          newestBefore == null ? "none," : newestBefore - click.timestamp(),
          thresholds.behind());
    }
    if (side.latenessMs() != side.watermark() - click.timestamp()) {
      findings.wrong(
          "%s is in %s with lateness_ms=%d and watermark=%d",
          where, topics.late(), side.latenessMs(), side.watermark());
    }
  }

  /** How many are left out. */
  long skipped() {
    return skipped;
  }

  /** How many clicks were judged, rejected records among them. */
  long read() {
    return read;
  }

  /** How many of them are late clicks. */
  long late() {
    return lateClicks;
  }

  /** How many of them are no clicks. */
  long rejected() {
    return rejectedRecords;
  }
}
