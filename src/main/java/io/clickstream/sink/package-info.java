/**
 * Records are written exactly once: one transactional sink for all topics, which finds out what
 * became of a transaction after a failure.
 *
 * <p>The topology and the preflight may depend on this package; it knows neither, and nothing on
 * the way of a click depends on it.
 */
@NullMarked
package io.clickstream.sink;

import org.jspecify.annotations.NullMarked;
