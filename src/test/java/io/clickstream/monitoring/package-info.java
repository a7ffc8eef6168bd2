/**
 * What an operator sees of a running job: rules, alerts and dashboards against the metrics that
 * there are.
 *
 * <p>Nothing depends on this package.
 */
@NullMarked
package io.clickstream.monitoring;

import org.jspecify.annotations.NullMarked;
