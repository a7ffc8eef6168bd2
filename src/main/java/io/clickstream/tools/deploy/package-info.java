/**
 * Jobs are started, stopped and upgraded, through Flink's client or its REST interface.
 *
 * <p>The command and tests may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools.deploy;

import org.jspecify.annotations.NullMarked;
