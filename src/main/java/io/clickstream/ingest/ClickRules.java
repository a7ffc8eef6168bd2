package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether the values of a record make a click, in any format.
 *
 * <p>Only type, time and identity reject a record. Any other field that cannot be read is left out,
 * or mended, and is one of the click's problems. Identity are the application and the id that the
 * visitor is known by: the preferred one, as {@code session.identity} says, and the other one only
 * if the preferred one is missing. A preferred id that cannot be read makes no way for the other:
 * one visitor would become two.
 *
 * <p>A click that {@code ingest.skip} describes is judged no further. One whose type is known by a
 * condition needs no text of it: our name then is its text.
 *
 * <p>What definitions read of a click, its marks and values, decides nothing about it.
 *
 * <p>A price beside a quantity that cannot be read is left out as well: the amount is unknown, and
 * with a quantity of one it would be invented.
 *
 * <p>A click whose sender's clock is wrong is moved, as {@link ClockCorrection} says, before its
 * time is judged.
 *
 * <p>The rules are written once for all readers of records, because a reader may only be faster
 * than another, never of another opinion.
 *
 * <p>A record with several problems is rejected for the first of: {@code FIELD_MISSING} (no {@code
 * event_type}), {@code FIELD_INVALID} (the first field in the order of {@link ClickField}, the time
 * aside), {@code IDENTITY_MISSING}, {@code TIMESTAMP_INVALID}, {@code TIMESTAMP_IN_FUTURE}.
 */
public final class ClickRules implements Serializable {

  private static final long serialVersionUID = 1L;

  private final FieldMapping mapping;
  private final Identity identity;
  private final boolean visitorPerApp;

  /** Null if no click is moved. */
  private final @Nullable ClockCorrection correction;

  private final long maxFutureSkewMs;

  /** The rules for records of a shape. */
  public ClickRules(RecordShape shape, IngestSettings settings) {
    this.mapping = shape.mapping();
    Duration tolerance = settings.clockTolerance();
    this.correction =
        tolerance != null && shape.times().areCorrected() ? new ClockCorrection(tolerance) : null;
    this.identity = settings.identity();
    this.visitorPerApp = settings.visitorPerApp();
    this.maxFutureSkewMs = settings.maxFutureSkew().toMillis();
  }

  /**
   * The verdict on a record.
   *
   * @param origin the record; the result refers to it
   * @param recordTimestamp Kafka's timestamp of the record in epoch ms, or -1 if it has none
   * @param wallClock now, in epoch ms
   */
  public Ingested judge(RecordValues values, Origin origin, long recordTimestamp, long wallClock) {
    if (correction != null) {
      compareClocks(correction, values, origin);
    }
    if (values.isSkipped()) {
      return Ingested.skipped();
    }
    if (!values.has(ClickText.EVENT_TYPE)) {
      return values.hasProblem(ClickField.EVENT_TYPE)
          ? invalid(ClickField.EVENT_TYPE, values, origin)
          : reject(
              RejectionReason.FIELD_MISSING,
              mapping.label(ClickField.EVENT_TYPE) + ": missing",
              origin);
    }
    ClickField invalid = invalidIdentity(values);
    if (invalid != null) {
      return invalid(invalid, values, origin);
    }
    Visitor visitor = visitor(values);
    if (visitor == null) {
      return reject(
          RejectionReason.IDENTITY_MISSING,
          "%s and %s: both missing"
              .formatted(mapping.label(ClickField.USER_ID), mapping.label(ClickField.ANONYMOUS_ID)),
          origin);
    }
    if (values.hasProblem(ClickField.TIMESTAMP)) {
      return reject(
          RejectionReason.TIMESTAMP_INVALID,
          values.problem(ClickField.TIMESTAMP).toString(),
          origin);
    }
    boolean isKafkaTime = values.isKafkaTime();
    long written = isKafkaTime ? origin.receivedAt() : values.timestamp();
    long timestamp = correction == null || isKafkaTime ? written : correction.corrected(written);
    boolean isMoved = timestamp != written;
    if (!TimestampReader.isPossible(timestamp)) {
      return reject(
          RejectionReason.TIMESTAMP_INVALID,
          impossible(values, timestamp, isMoved).toString(),
          origin);
    }
    if (isInFuture(timestamp, recordTimestamp, wallClock)) {
      return reject(
          RejectionReason.TIMESTAMP_IN_FUTURE,
          "%s: expected at most %d ms ahead of the clock, found more"
              .formatted(mapping.label(ClickField.TIMESTAMP), maxFutureSkewMs),
          origin);
    }
    BigDecimal price = values.price();
    if (price != null && values.hasProblem(ClickField.QUANTITY)) {
      values.setProblem(ClickField.PRICE, "a quantity to multiply it by", "one that is unknown");
      price = null;
    }
    return Ingested.of(
        new Click(
            visitor,
            timestamp,
            values.kind(),
            values.quantity(),
            price,
            values.revenue(),
            values.products(),
            values.texts(),
            origin,
            values.marks()),
        values.problems(),
        isMoved);
  }

  /** Every click of a record is judged, and the first one decides. */
  private static void compareClocks(
      ClockCorrection correction, RecordValues values, Origin origin) {
    long received = values.receivedAt();
    if (received == ClockCorrection.UNKNOWN && origin.receivedAt() != Origin.UNKNOWN) {
      received = origin.receivedAt();
    }
    correction.begin(origin, origin.index() > 0, values.sentAt(), received);
  }

  private FieldProblem impossible(RecordValues values, long timestamp, boolean isMoved) {
    String label = mapping.label(ClickField.TIMESTAMP);
    if (values.isKafkaTime()) {
      boolean isAbsent = timestamp == Origin.UNKNOWN;
      return new FieldProblem(
          ClickField.TIMESTAMP,
          label,
          isAbsent ? "a timestamp of the Kafka record" : RecordValues.POSSIBLE_TIME,
          isAbsent ? "nothing" : "another");
    }
    return new FieldProblem(
        ClickField.TIMESTAMP,
        label,
        RecordValues.POSSIBLE_TIME,
        isMoved
            ? "another, moved as its sender's clock is wrong"
            : values.looksLike(ClickField.TIMESTAMP));
  }

  /** The first field that the visitor hangs on and that cannot be read, or null. */
  private @Nullable ClickField invalidIdentity(RecordValues values) {
    boolean byUser = identity == Identity.USER;
    ClickField preferred = byUser ? ClickField.USER_ID : ClickField.ANONYMOUS_ID;
    ClickField other = byUser ? ClickField.ANONYMOUS_ID : ClickField.USER_ID;
    if (values.hasProblem(preferred)) {
      return preferred;
    }
    boolean isMissing = !values.has(byUser ? ClickText.USER_ID : ClickText.ANONYMOUS_ID);
    if (isMissing && values.hasProblem(other)) {
      return other;
    }
    return visitorPerApp && values.hasProblem(ClickField.APP_ID) ? ClickField.APP_ID : null;
  }

  /** Whom the click belongs to by its ids, or null if it has none. */
  private @Nullable Visitor visitor(RecordValues values) {
    boolean hasUserId = values.has(ClickText.USER_ID);
    boolean hasAnonymousId = values.has(ClickText.ANONYMOUS_ID);
    if (!hasUserId && !hasAnonymousId) {
      return null;
    }
    boolean isUser = hasUserId && (identity == Identity.USER || !hasAnonymousId);
    return new Visitor(
        visitorPerApp && values.has(ClickText.APP_ID) ? values.text(ClickText.APP_ID) : null,
        isUser ? VisitorKind.USER : VisitorKind.DEVICE,
        values.text(isUser ? ClickText.USER_ID : ClickText.ANONYMOUS_ID));
  }

  private boolean isInFuture(long timestamp, long recordTimestamp, long wallClock) {
    // A record without a timestamp (-1) has only the wall clock to be compared with.
    long clock = recordTimestamp < 0 ? wallClock : Math.min(recordTimestamp, wallClock);
    return timestamp - clock > maxFutureSkewMs;
  }

  private static Ingested invalid(ClickField field, RecordValues values, Origin origin) {
    return reject(RejectionReason.FIELD_INVALID, values.problem(field).toString(), origin);
  }

  /** A rejection. */
  public static Ingested reject(RejectionReason reason, String detail, Origin origin) {
    return Ingested.of(new Rejection(reason, detail, origin));
  }
}
