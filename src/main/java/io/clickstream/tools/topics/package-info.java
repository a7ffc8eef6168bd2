/**
 * The topics that job and loader need: how many partitions, created and compared, and the schema of
 * the sessions.
 *
 * <p>The command and tests may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools.topics;

import org.jspecify.annotations.NullMarked;
