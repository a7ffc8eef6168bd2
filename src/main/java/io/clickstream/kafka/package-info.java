/**
 * How the job reads from and writes to Kafka: sources, the one transactional sink, the forms of
 * late and rejected records, and which partition a visitor has.
 *
 * <p>The topology and the functions that make output records may depend on this package; the model
 * and the session rules may not.
 */
@NullMarked
package io.clickstream.kafka;

import org.jspecify.annotations.NullMarked;
