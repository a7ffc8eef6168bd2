/**
 * Whether a job's output is what its input makes it: read from the topics, computed anew by sorting
 * and splitting, and compared record by record.
 *
 * <p>The tools and tests may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.reconcile;

import org.jspecify.annotations.NullMarked;
