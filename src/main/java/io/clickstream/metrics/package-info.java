/**
 * What the job counts and how it is called.
 *
 * <p>Functions and operators may depend on it; the pure rules may not.
 */
@NullMarked
package io.clickstream.metrics;

import org.jspecify.annotations.NullMarked;
