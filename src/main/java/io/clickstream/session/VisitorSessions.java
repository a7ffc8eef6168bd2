package io.clickstream.session;

import java.util.ArrayList;
import java.util.List;

/**
 * All sessions of one visitor that are not forgotten yet, in order: the one state entry of a
 * visitor.
 *
 * <p>Bounded by the sessions that end within {@code 2G + L} of event time, of which there are as
 * many as the visitor's events in that time fill ({@code D}, {@code N}); each is bounded by {@code
 * K} and by {@link Contents}.
 */
public final class VisitorSessions {

  /** The value of {@link #timer} while none is set. */
  static final long NO_TIMER = Long.MAX_VALUE;

  final List<SessionState> sessions = new ArrayList<>(1);

  /** The event time at which the visitor's one timer is set, epoch ms. */
  long timer = NO_TIMER;

  /** What these sessions take on the heap, roughly. */
  long heapBytes() {
    long bytes = 80;
    for (int i = 0; i < sessions.size(); i++) {
      bytes += sessions.get(i).heapBytes();
    }
    return bytes;
  }

  /** Reads a little of everything that an event of this visitor will need. */
  long touch() {
    int count = sessions.size();
    return count == 0 ? 0 : sessions.get(count - 1).touch();
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }
}
