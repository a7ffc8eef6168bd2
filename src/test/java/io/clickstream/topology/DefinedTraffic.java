package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.tools.traffic.Defects;
import io.clickstream.tools.traffic.Deliveries;
import io.clickstream.tools.traffic.Delivery;
import io.clickstream.tools.traffic.ShopperSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Clicks of shoppers in a hurry, with properties: a pause of 200 ms, and sessions of seconds. Kafka
 * has them at the times at which they happen.
 */
final class DefinedTraffic {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long AN_HOUR = 3_600_000;

  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<JsonNode> clicks = new ArrayList<>();

  /** The same for the same seed. */
  DefinedTraffic(long seed, int events, Defects defects) throws IOException {
    Deliveries shoppers =
        new Deliveries(
            new ShopperSettings(
                seed, ClickTraffic.START, 200, 1_000, Duration.ofMillis(200), 50, null),
            defects,
            events);
    for (Delivery next = shoppers.next(); next != null; next = shoppers.next()) {
      deliveries.add(next);
      if (next.kind() == Delivery.Kind.ON_TIME) {
        clicks.add(JSON.readTree(next.value()));
      }
    }
  }

  /** How many records there are. */
  int size() {
    return deliveries.size();
  }

  /** When Kafka gets a record, epoch ms. */
  long at(int index) {
    return deliveries.get(index).at();
  }

  /** Some of the records, in their order. */
  List<ProducerRecord<byte[], byte[]>> records(Topics topics, int from, int to) {
    return deliveries.subList(from, to).stream()
        .map(
            click ->
                new ProducerRecord<>(
                    topics.names.clicks().get(0), null, click.at(), click.key(), click.value()))
        .toList();
  }

  /** A click in each partition an hour later, so that everything before closes. */
  List<ProducerRecord<byte[], byte[]>> closing(Topics topics) {
    long time = at(size() - 1) + AN_HOUR;
    return IntStream.range(0, topics.clickPartitions)
        .mapToObj(
            partition ->
                new ProducerRecord<byte[], byte[]>(
                    topics.names.clicks().get(0),
                    partition,
                    time,
                    null,
                    "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"last-%d\"}"
                        .formatted(time, partition)
                        .getBytes(UTF_8)))
        .toList();
  }

  /** The last plan that the clicks of a session name. */
  @Nullable String lastPlan(JsonNode session) {
    return clicksOf(session).stream()
        .filter(click -> click.at("/properties/plan").isTextual())
        .min(
            Comparator.comparingLong((JsonNode click) -> -click.get("timestamp").longValue())
                .thenComparing(click -> click.get("event_id").textValue()))
        .map(click -> click.at("/properties/plan").textValue())
        .orElse(null);
  }

  /** The sum of all purchases of a session, which are in one currency. */
  BigDecimal total(JsonNode session) {
    return clicksOf(session).stream()
        .map(click -> click.at("/properties/total"))
        .filter(JsonNode::isNumber)
        .map(total -> new BigDecimal(total.asText()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private List<JsonNode> clicksOf(JsonNode session) {
    String visitor = session.get("visitor_id").textValue();
    return clicks.stream()
        .filter(
            click ->
                Objects.equals(click.get("anonymous_id").textValue(), visitor)
                    && click.get("timestamp").longValue() >= session.get("session_start").asLong()
                    && click.get("timestamp").longValue() <= session.get("session_end").asLong())
        .toList();
  }
}
