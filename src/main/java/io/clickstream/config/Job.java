package io.clickstream.config;

/** The jobs that read these settings, from one file and the same variables. */
public enum Job {
  /** Makes sessions of clicks. */
  SESSIONIZER,
  /** Writes sessions into ClickHouse. */
  LOADER
}
