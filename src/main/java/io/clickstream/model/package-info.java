/**
 * What flows through the job, as plain immutable values without behaviour of their own.
 *
 * <p>Every other package may depend on this one; it depends on none and knows no Flink.
 */
@NullMarked
package io.clickstream.model;

import org.jspecify.annotations.NullMarked;
