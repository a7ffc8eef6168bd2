package io.clickstream.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one record, or of one of several clicks in a record: exactly one of a click, a
 * rejection, a click that is left out, and nothing, where a record has an array of clicks without
 * any.
 *
 * @param what which of these it is
 * @param isFirst whether it is the first of its record
 * @param click the click, or null
 * @param rejection the rejection, or null
 * @param problems the indices of the fields of the record that could not be read as they are, and
 *     which the click is therefore without, or has mended, in ascending order; none for anything
 *     but a click
 * @param isClockCorrected whether the click was moved, as the clock of its sender is wrong
 */
public record Ingested(
    What what,
    boolean isFirst,
    @Nullable Click click,
    @Nullable Rejection rejection,
    List<Integer> problems,
    boolean isClockCorrected) {

  /** The kinds. */
  public enum What {
    CLICK,
    REJECTION,
    /** {@code ingest.skip} leaves the click out. */
    SKIPPED,
    /** The record has no clicks, which is no problem. */
    NOTHING
  }

  private static final Ingested SKIPPED_RECORD =
      new Ingested(What.SKIPPED, true, null, null, List.of(), false);
  private static final Ingested SKIPPED_ELEMENT =
      new Ingested(What.SKIPPED, false, null, null, List.of(), false);
  private static final Ingested EMPTY_RECORD =
      new Ingested(What.NOTHING, true, null, null, List.of(), false);

  public Ingested {
    if ((click != null) != (what == What.CLICK)
        || (rejection != null) != (what == What.REJECTION)) {
      throw new IllegalArgumentException("expected either a click or a rejection, or none of them");
    }
    if (click == null && !problems.isEmpty()) {
      throw new IllegalArgumentException("expected problems of a click, found none");
    }
  }

  /** A click all of whose fields could be read. */
  public static Ingested of(Click click) {
    return of(click, List.of());
  }

  /** A click that may lack some fields of its record. */
  public static Ingested of(Click click, List<Integer> problems) {
    return of(click, problems, false);
  }

  /** A click that may have been moved as well. */
  public static Ingested of(Click click, List<Integer> problems, boolean isClockCorrected) {
    return new Ingested(What.CLICK, true, click, null, problems, isClockCorrected);
  }

  /** A record that is no click. */
  public static Ingested of(Rejection rejection) {
    return new Ingested(What.REJECTION, true, null, rejection, List.of(), false);
  }

  /** A click that is left out. */
  public static Ingested skipped() {
    return SKIPPED_RECORD;
  }

  /** A record with no clicks. */
  public static Ingested nothing() {
    return EMPTY_RECORD;
  }

  /** The same with a place among the clicks of its record. */
  public Ingested at(int place) {
    return new Ingested(
        what,
        isFirst,
        click == null ? null : click.withOrigin(click.origin().at(place)),
        rejection == null
            ? null
            : new Rejection(rejection.reason(), rejection.detail(), rejection.origin().at(place)),
        problems,
        isClockCorrected);
  }

  /** The same as a further one of its record. */
  public Ingested notFirst() {
    return what == What.SKIPPED
        ? SKIPPED_ELEMENT
        : new Ingested(what, false, click, rejection, problems, isClockCorrected);
  }
}
