/**
 * Topics are read: the sources of clicks and of reference data, and where reading begins and ends.
 *
 * <p>The topology and the preflight may depend on this package; the rules may not.
 */
@NullMarked
package io.clickstream.kafka;

import org.jspecify.annotations.NullMarked;
