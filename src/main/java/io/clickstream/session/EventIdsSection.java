package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;

/**
 * The fingerprints of the events that a session accepted last, in that order: each of an id and, as
 * the settings say, its type. Bounded by {@code K}.
 */
final class EventIdsSection extends Section {

  private final int window;
  private final boolean withType;

  /** The fingerprint of the click that is being added. */
  private long fingerprint;

  private int dropped;
  private int end;

  /**
   * For a window of so many events.
   *
   * @param withType whether an id that comes with another type is another event's
   */
  EventIdsSection(int window, boolean withType) {
    super("event-ids");
    this.window = window;
    this.withType = withType;
  }

  /** Takes the click that is added next, which is to have an id. */
  void take(Click click) {
    fingerprint =
        withType
            ? Fingerprint.ofEvent(click.texts())
            : Fingerprint.of(click.texts(), ClickText.EVENT_ID.ordinal());
  }

  /** Whether a session accepted the click that was taken. */
  boolean contains(Block block) {
    VisitorSessions sessions = block.sessions();
    int at = block.section(index());
    for (int end = at + block.length(index()); at < end; at += Long.BYTES) {
      if (sessions.longAt(at) == fingerprint) {
        return true;
      }
    }
    return false;
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    if (!click.texts().has(ClickText.EVENT_ID)) {
      return UNTOUCHED;
    }
    int added = window > 0 ? Long.BYTES : 0;
    dropped = Math.max(0, length + added - window * Long.BYTES);
    end = length - dropped;
    return end + added;
  }

  @Override
  int dropped() {
    return dropped;
  }

  @Override
  void add(Block block, int at, Click click) {
    if (window > 0) {
      block.sessions().setLong(at + end, fingerprint);
    }
  }

  @Override
  byte[] merged(Block block, Block other) {
    byte[] own = bytes(block);
    byte[] others = bytes(other);
    // As if those of the other had come one after the other; each drops what exceeds the window.
    int kept =
        others.length == 0
            ? own.length
            : Math.min(own.length, Math.max(0, window * Long.BYTES - others.length));
    int keptOthers = Math.min(others.length, window * Long.BYTES);
    byte[] all = new byte[kept + keptOthers];
    System.arraycopy(own, own.length - kept, all, 0, kept);
    System.arraycopy(others, others.length - keptOthers, all, kept, keptOthers);
    return all;
  }
}
