/**
 * Profiles and products are read and held: their records, their updates, and the table of both.
 *
 * <p>Enrichment and the topology may depend on this package; the session rules may not.
 */
@NullMarked
package io.clickstream.reference;

import org.jspecify.annotations.NullMarked;
