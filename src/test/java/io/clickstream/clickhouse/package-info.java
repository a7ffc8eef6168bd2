/** The loader, against real servers. */
@NullMarked
package io.clickstream.clickhouse;

import org.jspecify.annotations.NullMarked;
