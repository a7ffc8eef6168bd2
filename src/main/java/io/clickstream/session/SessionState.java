package io.clickstream.session;

import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EndReason;
import io.clickstream.model.Visitor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One session of a visitor that events may still change. */
class SessionState {

  /** An emitted id that this session took over, to be retracted when it is emitted. */
  record Replaced(UUID id, int revision) {}

  /** Event time of the first event, epoch ms. */
  long start;

  /** Event time of the last event, epoch ms. */
  long end;

  /** How many events it holds. */
  long events;

  /** 0, or which one it is in a row of sessions cut off from each other. */
  int ordinal;

  /** The last one emitted, 0 if none was under this id. */
  int revision;

  /** Whether it differs from what was emitted last. */
  boolean changed;

  /** Why the session right of it is another one although it is near; null if there is none. */
  @Nullable EndReason cut;

  /** Bounded by the sessions of this visitor that were emitted since this one was. */
  final List<Replaced> replaced = new ArrayList<>(0);

  /**
   * Whether {@link #eventIds} may hold fingerprints of ids alone, without types, as releases before
   * format 2 of the state remembered them.
   */
  boolean idsWithoutTypes;

  final EventIds eventIds = new EventIds();
  final Contents contents = new Contents();

  SessionState(long start, int ordinal) {
    this.start = start;
    this.end = start;
    this.ordinal = ordinal;
  }

  /**
   * Whether it accepted such an event lately.
   *
   * @param texts those of the event, which has an id
   * @param fingerprint {@link Fingerprint#ofEvent} of them
   */
  boolean remembers(ClickTexts texts, long fingerprint) {
    return eventIds.contains(fingerprint)
        || (idsWithoutTypes && eventIds.contains(Fingerprint.of(texts, ClickText.EVENT_ID)));
  }

  UUID id(Visitor visitor) {
    return SessionIds.of(visitor, start, ordinal);
  }

  EndReason endReason() {
    return cut == null ? EndReason.TIMEOUT : cut;
  }
}
