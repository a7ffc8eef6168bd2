/**
 * Everything that runs Clickstream in one JVM without Docker: a real Kafka broker, the local mode
 * over live traffic and the replay of a file.
 *
 * <p>Tests may use the broker and its secured listener; nothing may depend on the local mode.
 */
@NullMarked
package io.clickstream.local;

import org.jspecify.annotations.NullMarked;
