/**
 * Records are written exactly once: one transactional sink for all topics, and its fate over
 * failures.
 *
 * <p>The topology and the preflight may depend on this package; nothing along the way of a click
 * does.
 */
@NullMarked
package io.clickstream.sink;

import org.jspecify.annotations.NullMarked;
