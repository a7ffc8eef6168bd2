package io.clickstream.model;

import org.jspecify.annotations.Nullable;

/**
 * What the source made of one record: a click or a rejection, never both and never neither.
 *
 * @param click the click, or null
 * @param rejection the rejection, or null
 */
public record Ingested(@Nullable Click click, @Nullable Rejection rejection) {

  public Ingested {
    if ((click == null) == (rejection == null)) {
      throw new IllegalArgumentException("expected either a click or a rejection");
    }
  }

  public static Ingested of(Click click) {
    return new Ingested(click, null);
  }

  public static Ingested of(Rejection rejection) {
    return new Ingested(null, rejection);
  }
}
