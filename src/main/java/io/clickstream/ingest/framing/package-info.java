/**
 * Undoes everything that is in front of, around or between the clicks of a record, before a format
 * reads them.
 *
 * <p>The formats may depend on this package; {@code ingest} may not, since it knows no encoding.
 */
@NullMarked
package io.clickstream.ingest.framing;

import org.jspecify.annotations.NullMarked;
