package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import java.util.List;

/**
 * The contract is tested on it: the pure rules, and the operator with RocksDB around them. Times
 * are relative to {@link Clicks#EPOCH}.
 */
public interface Sessionizer {

  void click(Click click) throws Exception;

  /** Whether a click has had its effects when {@link #click} returns; else when asked for more. */
  default boolean isImmediate() {
    return true;
  }

  void watermark(long watermark) throws Exception;

  /** All input has ended. */
  void end() throws Exception;

  /** Takes a snapshot and starts anew from it, without a watermark. */
  void restart(SessionSettings settings) throws Exception;

  /** The same with another table of columns. */
  default void restart(SessionSettings settings, Columns columns) throws Exception {
    throw new UnsupportedOperationException("expected to have the built-in columns alone");
  }

  /** All sessions and retractions so far, in order. */
  List<Session> sessions() throws Exception;

  List<LateClick> late() throws Exception;

  long inSessions() throws Exception;

  long duplicates() throws Exception;

  /** Passive clicks that found no session. */
  default long skipped() throws Exception {
    return 0;
  }

  /** Clicks that wait for the watermark. */
  default long waiting() throws Exception {
    return 0;
  }

  /** Clicks that did not wait for lack of room. */
  default long unmarked() throws Exception {
    return 0;
  }

  /** Visitors with state. */
  int stateEntries() throws Exception;

  int timers() throws Exception;

  void close() throws Exception;
}
