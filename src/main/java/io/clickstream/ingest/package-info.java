/**
 * From a Kafka record to a click or a rejection, and the event time that follows from both.
 *
 * <p>The topology and the tools may depend on this package; the session rules and the model may
 * not. Reading and judging ({@link io.clickstream.ingest.ClickFormat} and what is behind it) know
 * no Flink.
 */
@NullMarked
package io.clickstream.ingest;

import org.jspecify.annotations.NullMarked;
