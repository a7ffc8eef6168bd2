/**
 * A job is measured from outside, as its users see it.
 *
 * <p>The command and tests may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools.probe;

import org.jspecify.annotations.NullMarked;
