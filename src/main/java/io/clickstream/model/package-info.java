/**
 * The records that flow through the job: plain immutable values without behaviour.
 *
 * <p>Every other package may depend on this one; it depends on none and knows no Flink.
 */
@NullMarked
package io.clickstream.model;

import org.jspecify.annotations.NullMarked;
