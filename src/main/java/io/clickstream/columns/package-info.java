/**
 * The parts of a session: the table of columns, and how each comes from the clicks.
 *
 * <p>All rooms along the way of a click may depend on this package; it depends on the model alone.
 */
@NullMarked
package io.clickstream.columns;

import org.jspecify.annotations.NullMarked;
