/**
 * How a record of Avro is read: from its bytes to the values that {@link
 * io.clickstream.ingest.ClickRules} judges.
 *
 * <p>The topology and the tools may depend on this package; {@code ingest} may not, since it knows
 * no encoding.
 */
@NullMarked
package io.clickstream.ingest.avro;

import org.jspecify.annotations.NullMarked;
