package io.clickstream.config;

/** The reaction to written records that turn out to be gone. */
public enum OnLostTransaction {
  /** The job ends, so that somebody decides. */
  FAIL,
  /** It is counted and logged, and the job goes on without them. */
  CONTINUE
}
