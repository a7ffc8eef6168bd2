package io.clickstream.enrich;

import io.clickstream.model.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What was made of one record of a reference topic: an update or a rejection, never both and never
 * neither.
 *
 * @param update the update, or null
 * @param rejection the rejection, or null
 */
public record ReferenceRecord(@Nullable ReferenceUpdate update, @Nullable Rejection rejection) {

  public ReferenceRecord {
    if ((update == null) == (rejection == null)) {
      throw new IllegalArgumentException("expected either an update or a rejection");
    }
  }

  public static ReferenceRecord of(ReferenceUpdate update) {
    return new ReferenceRecord(update, null);
  }

  public static ReferenceRecord of(Rejection rejection) {
    return new ReferenceRecord(null, rejection);
  }
}
