/**
 * The benchmark: every system in a JVM of its own, in turn, over one prefilled click topic, each
 * run checked against the sums of the generator.
 *
 * <p>Systems to compare with implement {@link io.clickstream.benchmark.BenchmarkedSystem} and may
 * use the package; nothing else may depend on it.
 */
@NullMarked
package io.clickstream.benchmark;

import org.jspecify.annotations.NullMarked;
