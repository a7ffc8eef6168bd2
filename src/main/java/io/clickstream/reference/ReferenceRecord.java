package io.clickstream.reference;

import io.clickstream.model.Rejection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one record of a reference topic: an update or a rejection, never both and never
 * neither.
 *
 * @param update the update, or null
 * @param rejection the rejection, or null
 * @param problems the columns that could not be read as they are, which the update is without or
 *     has mended; none of a rejection
 */
public record ReferenceRecord(
    @Nullable ReferenceUpdate update, @Nullable Rejection rejection, Set<String> problems) {

  public ReferenceRecord {
    if ((update == null) == (rejection == null)) {
      throw new IllegalArgumentException("expected either an update or a rejection");
    }
  }

  public static ReferenceRecord of(ReferenceUpdate update) {
    return of(update, Set.of());
  }

  static ReferenceRecord of(ReferenceUpdate update, Set<String> problems) {
    return new ReferenceRecord(update, null, problems);
  }

  public static ReferenceRecord of(Rejection rejection) {
    return new ReferenceRecord(null, rejection, Set.of());
  }
}
