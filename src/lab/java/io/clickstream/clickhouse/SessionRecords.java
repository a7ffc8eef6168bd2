package io.clickstream.clickhouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records as the sessionizer writes them: sessions, later revisions of them, merges and
 * retractions, with everything in their texts that JSON and SQL could stumble over.
 */
public final class SessionRecords {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START = 1_790_000_000_000L;
  private static final List<String> TEXTS =
      List.of(
          "/cart",
          "https://shop.example/ä?q=\"a b\"&x='y'",
          "😀 \\ \t \u0001 \u2028 日本語",
          "NULL",
          "\\N",
          "{\"a\":[1]}",
          "");
  private static final String[] COUNTS = {
    "event_count",
    "page_views",
    "unique_pages",
    "product_views",
    "searches",
    "cart_adds",
    "cart_removes",
    "checkouts",
    "purchases",
    "duplicate_count",
    "late_event_count"
  };

  private final Random random;
  private final String topic;
  private final List<ObjectNode> live = new ArrayList<>();
  private boolean hasDefined;
  private int made;

  SessionRecords(long seed, String topic) {
    this.random = new Random(seed);
    this.topic = topic;
  }

  /** The same with fields and goals that settings define. */
  SessionRecords withDefined() {
    hasDefined = true;
    return this;
  }

  /** The next records, each of which may replace one that was there before. */
  List<ProducerRecord<byte[], byte[]>> next(int count) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (records.size() < count) {
      double choice = random.nextDouble();
      if (live.isEmpty() || choice < 0.7) {
        ObjectNode session = session(made++);
        live.add(session);
        records.add(record(session));
      } else if (choice < 0.9) {
        int index = random.nextInt(live.size());
        ObjectNode later = live.get(index).deepCopy();
        fill(later);
        later.put("revision", later.get("revision").asInt() + 1);
        live.set(index, later);
        records.add(record(later));
      } else {
        ObjectNode gone = live.remove(random.nextInt(live.size()));
        String survivor = live.isEmpty() ? null : live.get(0).get("session_id").asText();
        records.add(record(retraction(gone, survivor)));
      }
    }
    return records;
  }

  /** Sessions that were not there before, none of which is ever replaced. */
  List<ProducerRecord<byte[], byte[]>> fresh(int count) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(record(session(made++)));
    }
    return records;
  }

  /** One whose values are as far out as they can be. */
  ObjectNode extreme() {
    ObjectNode session = session(made++);
    for (String count : COUNTS) {
      session.put(count, Long.MAX_VALUE);
    }
    session.put("duration_ms", Long.MAX_VALUE);
    session.put("revenue", "99999999999999999999.999999999999999999");
    session.putObject("revenue_other").put("", "0.000000000000000001").put("€", "-1.10");
    session.put("entry_page", "x".repeat(100_000));
    session.put("visitor_id", String.join("", TEXTS));
    return session;
  }

  ProducerRecord<byte[], byte[]> record(ObjectNode session) {
    return record(session.get("session_id").asText(), session.toString());
  }

  ProducerRecord<byte[], byte[]> record(String key, String value) {
    return new ProducerRecord<>(
        topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode session(int number) {
    ObjectNode session = JSON.createObjectNode();
    session.put("session_id", "%032x".formatted(number * 0x9E3779B97F4A7C15L));
    session.put("revision", 1);
    session.put("is_deleted", false);
    session.putNull("superseded_by");
    session.put("visitor_kind", random.nextBoolean() ? "USER" : "DEVICE");
    session.put("visitor_id", "visitor-" + random.nextInt(1_000));
    session.put("app_id", text());
    session.put("session_start", START + number * 997L);
    fill(session);
    return session;
  }

  private void fill(ObjectNode session) {
    session.put("emitted_at", START + made * 1_000L);
    session.put("user_id", text());
    session.put("anonymous_id", text());
    long duration = random.nextInt(3_600_000);
    session.put("session_end", session.get("session_start").asLong() + duration);
    session.put("duration_ms", duration);
    session.put("end_reason", "TIMEOUT");
    for (String count : COUNTS) {
      session.put(count, random.nextInt(50));
    }
    session.put("revenue", random.nextBoolean() ? null : amount());
    session.put("currency", random.nextBoolean() ? null : "EUR");
    ObjectNode other = session.putObject("revenue_other");
    if (random.nextInt(4) == 0) {
      other.put("USD", amount());
    }
    if (random.nextInt(3) == 0) {
      session.putNull("is_bounce");
    } else {
      session.put("is_bounce", random.nextBoolean());
    }
    if (random.nextBoolean()) {
      session.putNull("engaged_ms");
    } else {
      session.put("engaged_ms", random.nextInt(60_000));
    }
    session.put("orders_truncated", random.nextBoolean());
    session.put("is_engaged", random.nextBoolean());
    for (String name :
        List.of(
            "entry_page",
            "exit_page",
            "referrer",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "click_id",
            "device_type",
            "country",
            "user_agent")) {
      session.put(name, text());
    }
    ArrayNode products = session.putArray("products");
    for (int i = random.nextInt(4); i > 0; i--) {
      products
          .addObject()
          .put("id", "product-" + i)
          .put("views", random.nextInt(9))
          .put("cart_adds", random.nextInt(9))
          .put("purchases", random.nextInt(9));
    }
    session.put("products_truncated", false);
    if (hasDefined) {
      define(session);
    }
    session.put("user_segment", text());
    session.put("user_tier", text());
    ObjectNode categories = session.putObject("categories");
    for (int i = random.nextInt(3); i > 0; i--) {
      categories.put("category " + i, random.nextInt(9));
    }
    session.put("top_category", text());
    session.put("top_brand", text());
    session.put("enrichment_status", "PARTIAL");
  }

  private void define(ObjectNode session) {
    ObjectNode fields = session.putObject("fields");
    fields.put("plan", text());
    fields.put("items", random.nextBoolean() ? null : "-" + "7".repeat(38) + ".1");
    fields.put("errors", random.nextInt(5));
    fields.put("failed", random.nextBoolean());
    for (String set : List.of("experiments", "tags")) {
      ArrayNode texts = fields.putArray(set);
      TEXTS.subList(0, random.nextInt(TEXTS.size())).forEach(texts::add);
    }
    int count = random.nextInt(3);
    ObjectNode order = session.putObject("goals").putObject("order");
    order.put("count", count);
    if (count == 0) {
      order.putNull("value").putNull("currency").putNull("first_at");
    } else {
      order.put("value", amount()).put("currency", "EUR");
      order.put("first_at", session.get("session_start").asLong() + 1);
    }
    session.put("converted", count > 0);
  }

  private String amount() {
    return BigDecimal.valueOf(random.nextInt(1_000_000), 2).toPlainString();
  }

  private @org.jspecify.annotations.Nullable String text() {
    int choice = random.nextInt(TEXTS.size() + 1);
    return choice == TEXTS.size() ? null : TEXTS.get(choice);
  }

  /** As the sessionizer writes it: what it does not know any more is null. */
  private static ObjectNode retraction(
      ObjectNode session, @org.jspecify.annotations.Nullable String survivor) {
    ObjectNode retraction = JSON.createObjectNode();
    List<String> kept =
        List.of(
            "session_id",
            "revision",
            "is_deleted",
            "superseded_by",
            "visitor_kind",
            "visitor_id",
            "app_id",
            "session_start",
            "emitted_at");
    session
        .properties()
        .forEach(
            field -> {
              if (kept.contains(field.getKey())) {
                retraction.set(field.getKey(), field.getValue());
              } else {
                retraction.putNull(field.getKey());
              }
            });
    retraction.put("revision", session.get("revision").asInt() + 1);
    retraction.put("is_deleted", true);
    retraction.put("superseded_by", survivor);
    return retraction;
  }

  /** The latest revision of every session that is there, by id. */
  public static Map<String, JsonNode> fold(Collection<byte[]> values) throws IOException {
    Map<String, JsonNode> latest = latest(values);
    latest.values().removeIf(record -> record.get("is_deleted").asBoolean());
    return latest;
  }

  /** The latest revision of every session, retracted or not. */
  public static Map<String, JsonNode> latest(Collection<byte[]> values) throws IOException {
    Map<String, JsonNode> latest = new TreeMap<>();
    for (byte[] value : values) {
      JsonNode record = JSON.readTree(value);
      latest.merge(
          record.get("session_id").asText(),
          record,
          (one, other) ->
              one.get("revision").asInt() > other.get("revision").asInt() ? one : other);
    }
    return latest;
  }
}
