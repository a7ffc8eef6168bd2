/**
 * What an operator sees of a running job: rules, alerts and dashboards against the metrics that
 * there are.
 *
 * <p>The faults may depend on it, whose cluster is what it watches.
 */
@NullMarked
package io.clickstream.monitoring;

import org.jspecify.annotations.NullMarked;
