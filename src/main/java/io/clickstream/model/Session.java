package io.clickstream.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One revision of a session, or its retraction.
 *
 * <p>Per {@code id} the record with the largest {@code revision} holds; if that one is a
 * retraction, the session does not exist (any more).
 *
 * @param id derived from visitor, start and ordinal; its leading 48 bits are {@code start}
 * @param revision 1 for the first emission, larger for each later one
 * @param supersededBy the session that took this one over; null unless it is a retraction
 * @param visitor whom it belongs to
 * @param start event time of its first event, epoch ms
 * @param values what the session holds; null exactly in a retraction
 */
public record Session(
    UUID id,
    int revision,
    @Nullable UUID supersededBy,
    Visitor visitor,
    long start,
    @Nullable SessionValues values) {

  /** Whether this record withdraws the session. */
  public boolean isDeleted() {
    return values == null;
  }

  /** The same with its values by the slots of another layout. */
  public Session under(SessionLayout layout) {
    return values == null || values.layout().equals(layout)
        ? this
        : new Session(id, revision, supersededBy, visitor, start, values.under(layout));
  }
}
