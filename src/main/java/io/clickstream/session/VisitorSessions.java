package io.clickstream.session;

import java.util.ArrayList;
import java.util.List;

/**
 * All sessions of one visitor that are not forgotten yet, in order, as {@link SessionRules} change
 * them. In the cache and in state they are {@link PackedSessions}.
 *
 * <p>Bounded by the sessions that end within {@code 2G + L} of event time, of which there are as
 * many as the visitor's events in that time fill ({@code D}, {@code N}); each is bounded by {@code
 * K} and by {@link Contents}.
 */
public final class VisitorSessions {

  final List<SessionState> sessions = new ArrayList<>(1);

  boolean isEmpty() {
    return sessions.isEmpty();
  }
}
