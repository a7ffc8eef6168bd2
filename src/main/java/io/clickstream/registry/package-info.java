/**
 * Schemas of records are fetched: from a schema registry by their ids, or from a file.
 *
 * <p>Readers of records, the preflight and the job may depend on this package; it depends on none
 * of them, and knows neither clicks nor Avro.
 */
@NullMarked
package io.clickstream.registry;

import org.jspecify.annotations.NullMarked;
