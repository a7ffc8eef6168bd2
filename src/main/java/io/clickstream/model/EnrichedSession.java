package io.clickstream.model;

import org.jspecify.annotations.Nullable;

/**
 * A revision of a session, or its retraction, with all that is published of it.
 *
 * @param session the revision
 * @param values of the session; null exactly in a retraction
 * @param enrichment what reference data adds; null exactly in a retraction
 * @param revision the one to publish, which has the generation in it
 * @param emittedAt wall clock, epoch ms
 */
public record EnrichedSession(
    Session session,
    @Nullable SessionValues values,
    @Nullable Enrichment enrichment,
    long revision,
    long emittedAt) {}
