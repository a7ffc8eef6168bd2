package io.clickstream.ingest;

import java.io.Serializable;

/** The time of day, passed in wherever a verdict depends on it, so that tests can decide it. */
@FunctionalInterface
public interface WallClock extends Serializable {

  /** Now, in epoch ms. */
  long now();

  /** The clock of this machine. */
  static WallClock system() {
    return System::currentTimeMillis;
  }
}
