/**
 * The systems that teams use instead of us, each in its best fair configuration: a Flink job
 * written by hand, Flink SQL, Kafka Streams; the same enrichment and, as far as each can express
 * them, the same fields of a session.
 *
 * <p>Found by the benchmark as services; nothing may depend on this package.
 */
@NullMarked
package io.clickstream.benchmark.peers;

import org.jspecify.annotations.NullMarked;
