package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The sessions topic as a reader folds it: the latest revision of each id, without those that are
 * deleted; of some of the visitors. Every record is checked on the way.
 */
final class PublishedSessions {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Visitor, Map<String, JsonNode>> byVisitor = new HashMap<>();
  private final Map<Visitor, Integer> partitions = new HashMap<>();

  /** Visitors in several partitions, of whose records the order is not known. */
  private final Set<Visitor> moved = new HashSet<>();

  private final VisitorShare share;
  private final Findings findings;

  PublishedSessions(VisitorShare share, Findings findings) {
    this.share = share;
    this.findings = findings;
  }

  static PublishedSessions read(TopicRange sessions, VisitorShare share, Findings findings) {
    PublishedSessions published = new PublishedSessions(share, findings);
    sessions.read(published::add);
    return published;
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    String where = record.topic() + " " + record.partition() + "/" + record.offset();
    JsonNode session = parse(record);
    String id = session == null ? null : text(session, "session_id");
    Visitor visitor = session == null ? null : visitor(session);
    if (session == null || id == null || visitor == null) {
      if (share.isFirst()) {
        findings.wrong("%s is no session record", where);
      }
      return;
    }
    if (!share.has(visitor)) {
      return;
    }
    byte[] key = record.key();
    if (key == null || !id.equals(new String(key, StandardCharsets.UTF_8))) {
      findings.wrong("%s has another key than its session_id=%s", where, id);
    }
    Integer partition = partitions.putIfAbsent(visitor, record.partition());
    if (partition != null && partition != record.partition()) {
      moved.add(visitor);
      findings.wrong("%s: its visitor has sessions in partition %d, too", where, partition);
    }
    Map<String, JsonNode> own = byVisitor.computeIfAbsent(visitor, ignored -> new HashMap<>());
    JsonNode before = own.put(id, session);
    if (before == null) {
      return;
    }
    long revision = session.path("revision").asLong();
    long earlier = before.path("revision").asLong();
    if (revision == earlier) {
      findings.duplicated("%s is revision %d of session_id=%s again", where, revision, id);
    } else if (revision < earlier) {
      own.put(id, before);
      if (!moved.contains(visitor)) {
        findings.wrong("%s: revision %d of %s follows %d", where, revision, id, earlier);
      }
    }
  }

  private static @Nullable JsonNode parse(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree(record.value());
      return node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable Visitor visitor(JsonNode session) {
    String id = text(session, "visitor_id");
    String kind = text(session, "visitor_kind");
    for (VisitorKind known : VisitorKind.values()) {
      if (id != null && known.name().equals(kind)) {
        return new Visitor(text(session, "app_id"), known, id);
      }
    }
    return null;
  }

  private static @Nullable String text(JsonNode session, String field) {
    JsonNode node = session.path(field);
    return node.isTextual() ? node.asText() : null;
  }

  /** The id in a record. */
  static String id(JsonNode session) {
    return session.path("session_id").asText();
  }

  /** The time of the first click of a record, epoch ms. */
  static long start(JsonNode session) {
    return session.path("session_start").asLong();
  }

  /** The time of the last click of a record, epoch ms. */
  static long end(JsonNode session) {
    return session.path("session_end").asLong();
  }

  /** How many clicks a record counts. */
  static long events(JsonNode session) {
    return session.path("event_count").asLong();
  }

  /** The sessions of a visitor that are not deleted; they are taken out. */
  List<JsonNode> take(Visitor visitor) {
    Map<String, JsonNode> own = byVisitor.remove(visitor);
    List<JsonNode> present = new ArrayList<>();
    if (own != null) {
      for (JsonNode session : own.values()) {
        if (!session.path("is_deleted").asBoolean()) {
          present.add(session);
        }
      }
    }
    return present;
  }

  /** The visitors that have not been taken. */
  List<Visitor> rest() {
    return List.copyOf(byVisitor.keySet());
  }
}
