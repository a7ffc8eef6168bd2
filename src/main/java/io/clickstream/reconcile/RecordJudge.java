package io.clickstream.reconcile;

import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.Place;
import io.clickstream.model.Click;
import io.clickstream.reconcile.SideRecords.Side;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Judges each record of the input on its own: a click or rejected, late or a duplicate or neither,
 * and never two of them. A click that is called late must really have been.
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
   * Judges a record.
   *
   * @param click the click in it, or null if it is none
   * @param newestBefore the time of the newest click before it in its partition, or null
   */
  void judge(
      ConsumerRecord<byte[], byte[]> record,
      Place place,
      @Nullable Click click,
      @Nullable Long newestBefore) {
    read++;
    Side rejection = rejected.at(place);
    Side lateness = late.at(place);
    Side repetition = repeated.at(place);
    String where = input.text(place);
    if (click == null) {
      rejectedRecords++;
      if (rejection == null) {
        findings.lost(1, "%s is no click, and not in %s", where, topics.rejected());
      } else {
        checkBytes(record, place, rejection, topics.rejected());
      }
      if (lateness != null) {
        findings.duplicated("%s is rejected and late", where);
      }
      if (repetition != null) {
        findings.duplicated("%s is rejected and a duplicate", where);
      }
      return;
    }
    if (rejection != null) {
      findings.wrong("%s is a click, but in %s", where, topics.rejected());
    }
    if (lateness != null) {
      lateClicks++;
      checkBytes(record, place, lateness, topics.late());
      checkLate(place, click, lateness, newestBefore);
    }
    if (repetition != null) {
      checkBytes(record, place, repetition, String.valueOf(topics.duplicates()));
      if (lateness != null) {
        findings.duplicated("%s is late and a duplicate", where);
      }
    }
  }

  private void checkBytes(
      ConsumerRecord<byte[], byte[]> record, Place place, Side side, String topic) {
    if (!side.isOf(record)) {
      findings.wrong("%s is in %s with other bytes", input.text(place), topic);
    }
  }

  private void checkLate(Place place, Click click, Side side, @Nullable Long newestBefore) {
    boolean isBehind =
        newestBefore != null && click.timestamp() <= newestBefore - thresholds.behind() - 1;
    if (!isBehind && !time.mayBeBehindEarlier(place.topicPartition(), newestBefore)) {
      findings.lost(
          1,
          "%s is in %s, but the newest click before it in its partition is only %s ms newer;"
              + " expected more than %d",
          input.text(place),
          topics.late(),
          newestBefore == null ? "none," : newestBefore - click.timestamp(),
          thresholds.behind());
    }
    if (side.latenessMs() != side.watermark() - click.timestamp()) {
      findings.wrong(
          "%s is in %s with lateness_ms=%d and watermark=%d",
          input.text(place), topics.late(), side.latenessMs(), side.watermark());
    }
  }

  /** How many records were judged. */
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
