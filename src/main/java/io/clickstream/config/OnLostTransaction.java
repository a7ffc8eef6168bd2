package io.clickstream.config;

/** What happens when records that were written turn out to be gone. */
public enum OnLostTransaction {
  /** The job ends, so that somebody decides. */
  FAIL,
  /** It is counted and logged, and the job goes on without them. */
  CONTINUE
}
