package io.clickstream.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Folds a topic of sessions: of every id the largest revision, deleted ones dropped. Whoever has no
 * revisions has one of each id. Takes 40 to 80 bytes a session.
 */
final class SessionTopic {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int DELETED = -1;

  private final @Nullable String uncomparable;
  private long[] ids = new long[2 * 1024];
  private int[] revisions = new int[1024];
  private int[] clicks = new int[1024];
  private long[] durations = new long[1024];
  private long[] revenues = new long[1024];
  private int used;
  private long repetitions;

  /**
   * A session as a record has it.
   *
   * @param id the hash of it, in two halves
   */
  record Session(
      long[] id,
      int revision,
      boolean deleted,
      int clicks,
      long endMs,
      long durationMs,
      long revenueCents,
      String visitorId) {}

  /**
   * Nothing is folded yet.
   *
   * @param uncomparable the visitor whose sessions and durations do not count, if there is one
   */
  SessionTopic(@Nullable String uncomparable) {
    this.uncomparable = uncomparable;
  }

  /** Folds all committed records of a topic; returns how many there are. */
  long fold(String bootstrapServers, String topic) throws IOException {
    return new TopicReader(bootstrapServers).read(topic, record -> add(parse(record.value())));
  }

  /** How often an id came again with a revision that it had before. */
  long repetitions() {
    return repetitions;
  }

  Sums sums() {
    long sessions = 0;
    long allClicks = 0;
    long durationMs = 0;
    long revenueCents = 0;
    for (int slot = 0; slot < revisions.length; slot++) {
      if (revisions[slot] != 0 && clicks[slot] != DELETED) {
        allClicks += clicks[slot];
        revenueCents += revenues[slot];
        if (durations[slot] >= 0) {
          sessions++;
          durationMs += durations[slot];
        }
      }
    }
    return new Sums(sessions, allClicks, durationMs, revenueCents);
  }

  /** Takes a record, in any order. */
  void add(Session session) {
    if (session.visitorId().startsWith(R1Clicks.CLOSER)) {
      return;
    }
    if (2 * used >= revisions.length) {
      grow();
    }
    int slot = slot(session.id()[0], session.id()[1]);
    if (revisions[slot] == 0) {
      used++;
      ids[2 * slot] = session.id()[0];
      ids[2 * slot + 1] = session.id()[1];
    } else if (session.revision() == revisions[slot]) {
      repetitions++;
      return;
    } else if (session.revision() < revisions[slot]) {
      return;
    }
    revisions[slot] = session.revision();
    clicks[slot] = session.deleted() ? DELETED : session.clicks();
    durations[slot] = session.visitorId().equals(uncomparable) ? -1 : session.durationMs();
    revenues[slot] = session.revenueCents();
  }

  /** Reads the fields that matter, whichever others there are. */
  static Session parse(byte[] json) throws IOException {
    long[] id = {0, 0};
    int revision = 1;
    boolean deleted = false;
    int clicks = 0;
    long endMs = 0;
    long durationMs = 0;
    long revenueCents = 0;
    String visitorId = "";
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("a session that is no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_NULL) {
          continue;
        }
        switch (field) {
          case "session_id" -> id = hash(parser.getText());
          case "revision" -> revision = parser.getIntValue();
          case "is_deleted" -> deleted = parser.getValueAsBoolean();
          case "event_count" -> clicks = Math.toIntExact(parser.getLongValue());
          case "session_end" -> endMs = parser.getLongValue();
          case "duration_ms" -> durationMs = parser.getLongValue();
          case "revenue" ->
              revenueCents = new BigDecimal(parser.getText()).movePointRight(2).longValueExact();
          case "visitor_id" -> visitorId = parser.getText();
          default -> parser.skipChildren();
        }
      }
    }
    if (id[0] == 0 && id[1] == 0) {
      throw new IOException("a session without session_id");
    }
    return new Session(id, revision, deleted, clicks, endMs, durationMs, revenueCents, visitorId);
  }

  private static long[] hash(String text) {
    long high = 1;
    long low = 2;
    for (int i = 0; i < text.length(); i++) {
      high = R1Json.mix(high ^ text.charAt(i));
      low = low * 0x9E3779B97F4A7C15L + text.charAt(i) + 1;
    }
    return new long[] {high, R1Json.mix(low)};
  }

  private int slot(long high, long low) {
    int mask = revisions.length - 1;
    int slot = (int) high & mask;
    while (revisions[slot] != 0 && (ids[2 * slot] != high || ids[2 * slot + 1] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldRevisions = revisions;
    int[] oldClicks = clicks;
    long[] oldDurations = durations;
    long[] oldRevenues = revenues;
    int size = 2 * oldRevisions.length;
    ids = new long[2 * size];
    revisions = new int[size];
    clicks = new int[size];
    durations = new long[size];
    revenues = new long[size];
    for (int old = 0; old < oldRevisions.length; old++) {
      if (oldRevisions[old] != 0) {
        int slot = slot(oldIds[2 * old], oldIds[2 * old + 1]);
        ids[2 * slot] = oldIds[2 * old];
        ids[2 * slot + 1] = oldIds[2 * old + 1];
        revisions[slot] = oldRevisions[old];
        clicks[slot] = oldClicks[old];
        durations[slot] = oldDurations[old];
        revenues[slot] = oldRevenues[old];
      }
    }
  }
}
