package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Origin;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.reconcile.BatchSessions;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a job wrote with what it read, record by record. It knows the input and the
 * contract, and nothing of the job: every record is parsed and sessionized here by other code.
 */
final class Reconciliation {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Topics topics;
  private final ClickstreamSettings settings;

  /** How many records went which way. */
  record Totals(long read, long inSessions, long duplicates, long late, long rejected) {}

  /** What does not agree, empty if all is right, and the totals. */
  record Result(List<String> differences, Totals totals, int sessions) {}

  Reconciliation(Topics topics, ClickstreamSettings settings) {
    this.topics = topics;
    this.settings = settings;
  }

  /** Compares with the batch sessions of the accepted clicks before {@code closedBefore}. */
  Result compare(long closedBefore) throws IOException {
    List<String> differences = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> input = topics.read(topics.names.clicks().get(0));
    Map<String, ConsumerRecord<byte[], byte[]>> bySource = new HashMap<>();
    input.forEach(record -> bySource.put(record.partition() + "/" + record.offset(), record));
    Set<String> rejected = sideOutput(topics.names.rejected(), bySource, differences);
    Set<String> late = sideOutput(topics.names.late(), bySource, differences);
    checkLate(input, differences);

    Map<Visitor, List<Click>> accepted = new LinkedHashMap<>();
    Set<String> ids = new HashSet<>();
    long duplicates = 0;
    long inSessions = 0;
    for (ConsumerRecord<byte[], byte[]> record : input) {
      String source = record.partition() + "/" + record.offset();
      Click click = parse(record);
      if ((click == null) != rejected.contains(source)) {
        differences.add("rejected=" + rejected.contains(source) + " is wrong: " + source);
      }
      if (click == null || late.contains(source)) {
        continue;
      }
      if (!ids.add(click.eventId() + " " + click.eventType())) {
        duplicates++;
        continue;
      }
      inSessions++;
      accepted.computeIfAbsent(click.visitor(), ignored -> new ArrayList<>()).add(click);
    }

    Map<String, JsonNode> folded = fold(differences);
    int sessions = 0;
    for (List<Click> own : accepted.values()) {
      for (List<Click> session : BatchSessions.split(own, settings.session().gap().toMillis())) {
        if (session.get(session.size() - 1).timestamp() < closedBefore) {
          sessions++;
          checkSession(session, folded, differences);
        }
      }
    }
    folded.values().forEach(left -> differences.add("unexpected session: " + left));
    return new Result(
        differences,
        new Totals(input.size(), inSessions, duplicates, late.size(), rejected.size()),
        sessions);
  }

  /** Compares again and again until all agrees, or fails with the differences. */
  Result awaitAgreement(long closedBefore, Duration patience) {
    Result[] last = new Result[1];
    try {
      Awaitility.await()
          .atMost(patience)
          .pollInterval(Duration.ofMillis(250))
          .until(
              () -> {
                last[0] = compare(closedBefore);
                return last[0].differences().isEmpty();
              });
    } catch (ConditionTimeoutException e) {
      assertThat(last[0].differences()).isEmpty();
    }
    return last[0];
  }

  /** The coordinates of the input records in a side topic, each of which must be there once. */
  private Set<String> sideOutput(
      String topic, Map<String, ConsumerRecord<byte[], byte[]>> input, List<String> differences) {
    Set<String> sources = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topic)) {
      String source = header(record, "source_partition") + "/" + header(record, "source_offset");
      if (!sources.add(source)) {
        differences.add(topic + " has " + source + " twice");
      }
      ConsumerRecord<byte[], byte[]> original = input.get(source);
      if (original == null
          || !Arrays.equals(original.value(), record.value())
          || !Arrays.equals(original.key(), record.key())) {
        differences.add(topic + " does not have the original bytes of " + source);
      }
    }
    return sources;
  }

  /** The newest click earlier in its own partition must really have put a late one behind. */
  private void checkLate(List<ConsumerRecord<byte[], byte[]>> input, List<String> differences)
      throws IOException {
    Map<String, Long> newestBefore = new HashMap<>();
    Map<Integer, Long> newest = new HashMap<>();
    Map<String, Click> clicks = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : input) {
      Click click = parse(record);
      if (click != null) {
        String source = record.partition() + "/" + record.offset();
        newestBefore.put(source, newest.getOrDefault(record.partition(), Long.MIN_VALUE));
        newest.merge(record.partition(), click.timestamp(), Math::max);
        clicks.put(source, click);
      }
    }
    long behind =
        settings.ingest().maxOutOfOrderness().toMillis()
            + settings.session().gap().toMillis()
            + settings.session().allowedLateness().toMillis();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.late())) {
      String source = header(record, "source_partition") + "/" + header(record, "source_offset");
      Click click = clicks.get(source);
      if (click == null || click.timestamp() > newestBefore.get(source) - behind) {
        differences.add("not late, so lost: " + source);
      }
      if (click != null
          && Long.parseLong(header(record, "lateness_ms"))
              != Long.parseLong(header(record, "watermark")) - click.timestamp()) {
        differences.add("lateness_ms is wrong: " + source);
      }
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "missing" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The latest revision of each session, without the retracted ones. */
  private Map<String, JsonNode> fold(List<String> differences) throws IOException {
    Map<String, JsonNode> latest = new TreeMap<>();
    Map<String, Integer> partitions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.sessions())) {
      JsonNode session = JSON.readTree(record.value());
      String id = session.get("session_id").asText();
      if (!id.equals(new String(record.key(), StandardCharsets.UTF_8))) {
        differences.add("the key is not the session_id: " + session);
      }
      Integer partition =
          partitions.putIfAbsent(session.get("visitor_id").asText(), record.partition());
      if (partition != null && partition != record.partition()) {
        differences.add("the visitor is on two partitions: " + session);
      }
      JsonNode before = latest.put(id, session);
      if (before != null && before.get("revision").asInt() >= session.get("revision").asInt()) {
        differences.add("the revision does not grow: " + before + " then " + session);
      }
    }
    latest.values().removeIf(session -> session.get("is_deleted").asBoolean());
    return latest;
  }

  private static void checkSession(
      List<Click> session, Map<String, JsonNode> folded, List<String> differences) {
    Click first = session.get(0);
    SessionValues facts = BatchSessions.values(Columns.BUILT_IN, session);
    String id =
        folded.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().get("visitor_id").asText().equals(first.visitor().id())
                        && entry.getValue().get("session_start").asLong() == first.timestamp())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    if (id == null) {
      differences.add("missing session of " + first.visitor() + " at " + first.timestamp());
      return;
    }
    JsonNode found = folded.remove(id);
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("session_end", facts.end());
    expected.put("duration_ms", facts.end() - first.timestamp());
    expected.put("event_count", facts.number("event_count"));
    expected.put("page_views", facts.number("page_views"));
    expected.put("unique_pages", facts.number("unique_pages"));
    expected.put("product_views", facts.number("product_views"));
    expected.put("searches", facts.number("searches"));
    expected.put("cart_adds", facts.number("cart_adds"));
    expected.put("purchases", facts.number("purchases"));
    expected.put("user_id", facts.text("user_id"));
    expected.put("entry_page", facts.text("entry_page"));
    expected.put("exit_page", facts.text("exit_page"));
    expected.put("end_reason", facts.endReason().name());
    expected.put("enrichment_status", found.get("enrichment_status").asText());
    if (!facts.revenue().isEmpty()) {
      expected.put("revenue", facts.revenue().get(0).amount());
    }
    expected.forEach(
        (field, value) -> {
          JsonNode actual = found.get(field);
          Object present =
              actual == null || actual.isNull()
                  ? null
                  : value instanceof BigDecimal ? new BigDecimal(actual.asText()) : actual.asText();
          boolean same =
              value instanceof BigDecimal sum
                  ? present instanceof BigDecimal other && sum.compareTo(other) == 0
                  : Objects.equals(value == null ? null : value.toString(), present);
          if (!same) {
            differences.add(field + ": expected " + value + ", found " + found);
          }
        });
  }

  /** Null for what has to be rejected. */
  private static @Nullable Click parse(ConsumerRecord<byte[], byte[]> record) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(record.value());
    } catch (IOException e) {
      return null;
    }
    if (!node.isObject() || !node.has("anonymous_id")) {
      return null;
    }
    long time = node.get("timestamp").asLong();
    if (time > record.timestamp() + 300_000) {
      return null;
    }
    String kind = node.get("event_type").asText();
    Visitor visitor = new Visitor(null, VisitorKind.DEVICE, node.get("anonymous_id").asText());
    return ClickBuilder.click(visitor, time)
        .kind(EventKind.valueOf(kind.toUpperCase(Locale.ROOT)), kind)
        .with(ClickText.EVENT_ID, node.get("event_id").asText())
        .with(ClickText.USER_ID, text(node, "user_id"))
        .with(ClickText.ANONYMOUS_ID, text(node, "anonymous_id"))
        .with(ClickText.PAGE_URL, text(node, "page_url"))
        .with(ClickText.PRODUCT_ID, text(node, "product_id"))
        .quantity(node.has("quantity") ? node.get("quantity").asLong() : 1)
        .price(node.has("price") ? new BigDecimal(node.get("price").asText()) : null)
        .with(ClickText.CURRENCY, text(node, "currency"))
        .origin(new Origin(record.topic(), record.partition(), record.offset(), null, null))
        .build();
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.has(field) ? node.get(field).asText() : null;
  }
}
