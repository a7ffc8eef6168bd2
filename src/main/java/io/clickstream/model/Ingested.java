package io.clickstream.model;

import org.jspecify.annotations.Nullable;

/**
 * What the source made of one record: a click or a rejection, never both and never neither.
 *
 * @param click the click, or null
 * @param rejection the rejection, or null
 * @param problems a bit for each field of the record that could not be read as it is, and which the
 *     click is therefore without, or has mended; 0 for none, and for a rejection
 */
public record Ingested(@Nullable Click click, @Nullable Rejection rejection, int problems) {

  public Ingested {
    if ((click == null) == (rejection == null)) {
      throw new IllegalArgumentException("expected either a click or a rejection");
    }
    if (click == null && problems != 0) {
      throw new IllegalArgumentException("expected problems of a click, found a rejection");
    }
  }

  /** A click all of whose fields could be read. */
  public static Ingested of(Click click) {
    return of(click, 0);
  }

  /** A click that may lack some fields of its record. */
  public static Ingested of(Click click, int problems) {
    return new Ingested(click, null, problems);
  }

  public static Ingested of(Rejection rejection) {
    return new Ingested(null, rejection, 0);
  }
}
