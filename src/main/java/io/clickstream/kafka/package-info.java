/**
 * Topics are read: the sources of clicks and of reference data, where reading begins and ends, and
 * answers of the brokers are waited for.
 *
 * <p>The topology, the preflight, the sinks and the tools may depend on this package; the rules may
 * not.
 */
@NullMarked
package io.clickstream.kafka;

import org.jspecify.annotations.NullMarked;
