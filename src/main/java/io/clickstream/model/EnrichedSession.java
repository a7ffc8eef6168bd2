package io.clickstream.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a session, or its retraction, with all that is published of it.
 *
 * @param session the revision
 * @param enrichment what reference data adds; null exactly in a retraction
 * @param revision the one to publish, which has the generation in it
 * @param emittedAt wall clock, epoch ms
 * @param dueAt when it could have been published at the earliest, epoch ms, or {@link
 *     OutputRecord#NOT_DUE} where nobody measures it
 */
public record EnrichedSession(
    Session session, @Nullable Enrichment enrichment, long revision, long emittedAt, long dueAt) {

  public EnrichedSession {
    if (session.isDeleted() != (enrichment == null)) {
      throw new IllegalArgumentException(
          "expected an enrichment of a session and none of a retraction, found "
              + (enrichment == null ? "none of a session" : "one of a retraction"));
    }
  }

  /** The values of the session; a retraction has none and must not be asked. */
  public SessionValues values() {
    return Objects.requireNonNull(session.values(), "a retraction has no values");
  }
}
