/**
 * Records are published: their form, their topic, and the partition of a visitor.
 *
 * <p>Enrichment and the topology may depend on this package; the rules may not.
 */
@NullMarked
package io.clickstream.output;

import org.jspecify.annotations.NullMarked;
