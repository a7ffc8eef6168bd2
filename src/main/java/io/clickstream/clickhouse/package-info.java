/**
 * The loader: a job of its own that reads the sessions topic and writes every revision of every
 * session into ClickHouse, at least once, which the table makes exact.
 *
 * <p>The job of the loader, its preflight and the tools may depend on this package; no other job
 * does.
 */
@NullMarked
package io.clickstream.clickhouse;

import org.jspecify.annotations.NullMarked;
