/**
 * The launcher of the programs that are built around the job: local mode, play cluster, faults and
 * benchmarks.
 *
 * <p>Nothing may depend on it.
 */
@NullMarked
package io.clickstream.lab;

import org.jspecify.annotations.NullMarked;
