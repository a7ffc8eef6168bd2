/**
 * Looks into records of clicks and proposes the settings to read them with.
 *
 * <p>The command and tests may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools.inspect;

import org.jspecify.annotations.NullMarked;
