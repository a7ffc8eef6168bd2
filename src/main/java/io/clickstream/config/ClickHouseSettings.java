package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the loader writes.
 *
 * @param url HTTP address, without user and password
 * @param password of the user; null for none
 * @param batchSize rows inserted at once
 * @param flushInterval after which a smaller batch is inserted
 */
public record ClickHouseSettings(
    String url,
    String database,
    String table,
    String user,
    @Nullable String password,
    int batchSize,
    Duration flushInterval)
    implements Serializable {

  /** Without the password. */
  @Override
  public String toString() {
    return "ClickHouseSettings[url="
        + url
        + ", database="
        + database
        + ", table="
        + table
        + ", user="
        + user
        + ", batchSize="
        + batchSize
        + ", flushInterval="
        + flushInterval
        + "]";
  }
}
