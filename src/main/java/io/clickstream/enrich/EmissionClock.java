package io.clickstream.enrich;

import java.io.Serializable;

/** The wall clock that stamps {@code emitted_at}; nothing is decided by it. */
@FunctionalInterface
public interface EmissionClock extends Serializable {

  /** Epoch ms. */
  long millis();
}
