/**
 * The loader: a job of its own that reads the sessions topic and writes every revision of every
 * session into ClickHouse, at least once, which the table makes exact.
 *
 * <p>No other package may depend on this one.
 */
@NullMarked
package io.clickstream.clickhouse;

import org.jspecify.annotations.NullMarked;
