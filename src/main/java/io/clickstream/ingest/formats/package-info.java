/**
 * Records of trackers that are no JSON of clicks: rows of columns, query strings, forms. Each click
 * in them becomes a JSON object, which is read as any other.
 *
 * <p>The topology and the tools may depend on this package; {@code ingest} and {@code ingest.json}
 * may not.
 */
@NullMarked
package io.clickstream.ingest.formats;

import org.jspecify.annotations.NullMarked;
