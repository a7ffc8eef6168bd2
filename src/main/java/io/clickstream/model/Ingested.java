package io.clickstream.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the source made of one record: a click or a rejection, never both and never neither.
 *
 * @param click the click, or null
 * @param rejection the rejection, or null
 * @param problems the indices of the fields of the record that could not be read as they are, and
 *     which the click is therefore without, or has mended, in ascending order; none for a rejection
 * @param isClockCorrected whether the click was moved, as the clock of its sender is wrong
 */
public record Ingested(
    @Nullable Click click,
    @Nullable Rejection rejection,
    List<Integer> problems,
    boolean isClockCorrected) {

  public Ingested {
    if ((click == null) == (rejection == null)) {
      throw new IllegalArgumentException("expected either a click or a rejection");
    }
    if (click == null && !problems.isEmpty()) {
      throw new IllegalArgumentException("expected problems of a click, found a rejection");
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
    return new Ingested(click, null, problems, isClockCorrected);
  }

  /** A record that is no click. */
  public static Ingested of(Rejection rejection) {
    return new Ingested(null, rejection, List.of(), false);
  }
}
