/**
 * The jobs count and measure under names that never change.
 *
 * <p>Functions and operators may depend on it; the pure rules may not.
 */
@NullMarked
package io.clickstream.metrics;

import org.jspecify.annotations.NullMarked;
