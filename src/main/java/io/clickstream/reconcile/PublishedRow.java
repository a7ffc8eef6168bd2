package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.model.Visitor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A session as it is published, or a row of them that the limits made of one.
 *
 * @param parts in order; one, unless limits divide it
 */
record PublishedRow(List<JsonNode> parts) {

  private static final int ORDINALS_OF_A_MARK = 1 << 20;

  /** More sessions that begin and end in one millisecond are in no known order. */
  private static final int MAX_TIES = 64;

  /**
   * The rows of published sessions, in order: a session that ended at a limit goes on in the next.
   */
  static List<PublishedRow> of(Visitor visitor, List<JsonNode> published) {
    List<JsonNode> sorted = new ArrayList<>(published);
    Comparator<JsonNode> byTimes =
        Comparator.comparingLong(PublishedSessions::start)
            .thenComparingLong(PublishedSessions::end);
    sorted.sort(byTimes);
    for (int from = 0, to; from < sorted.size(); from = to) {
      to = from + 1;
      while (to < sorted.size() && byTimes.compare(sorted.get(from), sorted.get(to)) == 0) {
        to++;
      }
      if (to - from > 1 && to - from <= MAX_TIES) {
        Map<String, Integer> ordinals =
            ordinals(visitor, PublishedSessions.start(sorted.get(from)), to - from, from);
        sorted
            .subList(from, to)
            .sort(
                Comparator.comparing(
                    session ->
                        ordinals.getOrDefault(PublishedSessions.id(session), Integer.MAX_VALUE)));
      }
    }
    List<PublishedRow> rows = new ArrayList<>();
    boolean goesOn = false;
    for (JsonNode session : sorted) {
      if (!goesOn) {
        rows.add(new PublishedRow(new ArrayList<>()));
      }
      rows.get(rows.size() - 1).parts.add(session);
      goesOn = isAtLimit(session);
    }
    return rows;
  }

  private static boolean isAtLimit(JsonNode session) {
    String reason = session.path("end_reason").asText();
    return reason.equals("MAX_DURATION") || reason.equals("MAX_EVENTS");
  }

  /** The ids that sessions of one time can have, with their ordinals. */
  private static Map<String, Integer> ordinals(Visitor visitor, long start, int ties, int before) {
    Map<String, Integer> ordinals = new HashMap<>();
    for (int mark = 0; mark <= ties + 1; mark++) {
      for (int part = 0; part <= ties + Math.min(before, MAX_TIES); part++) {
        int ordinal = mark * ORDINALS_OF_A_MARK + part;
        ordinals.put(id(visitor, start, ordinal), ordinal);
      }
    }
    return ordinals;
  }

  /**
   * The id of a session: its start, then what is left of a SHA-256 of start, ordinal and visitor in
   * a UUID of version 7.
   */
  static String id(Visitor visitor, long start, int ordinal) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256, but not this one", e);
    }
    digest.update(ByteBuffer.allocate(12).putLong(start).putInt(ordinal).array());
    byte[] id = digest.digest(visitor.canonicalBytes());
    System.arraycopy(ByteBuffer.allocate(8).putLong(start).array(), 2, id, 0, 6);
    id[6] = (byte) (0x70 | (id[6] & 0x0F));
    id[8] = (byte) (0x80 | (id[8] & 0x3F));
    ByteBuffer uuid = ByteBuffer.wrap(id);
    return new UUID(uuid.getLong(), uuid.getLong()).toString();
  }

  /** The ordinal of a session by the mark that it begins with: the k-th one of its millisecond. */
  static int ordinalOfMark(int mark) {
    return mark * ORDINALS_OF_A_MARK;
  }

  JsonNode first() {
    return parts.get(0);
  }

  private JsonNode last() {
    return parts.get(parts.size() - 1);
  }

  String id() {
    return PublishedSessions.id(first());
  }

  long start() {
    return PublishedSessions.start(first());
  }

  long end() {
    return PublishedSessions.end(last());
  }

  String endReason() {
    return last().path("end_reason").asText();
  }

  long events() {
    return parts.stream().mapToLong(PublishedSessions::events).sum();
  }

  /** How many of the clicks were behind, as the job says. */
  long behind() {
    return parts.stream().mapToLong(part -> part.path("late_event_count").asLong()).sum();
  }

  long longest() {
    return parts.stream()
        .mapToLong(part -> PublishedSessions.end(part) - PublishedSessions.start(part))
        .max()
        .orElse(0);
  }
}
