package io.clickstream.tools.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.tools.traffic.Delivery.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final long START = 1_767_225_600_000L;
  private static final int EVENTS = 100_000;
  private static final Set<String> FIELDS =
      Set.of(
          "event_id",
          "event_type",
          "timestamp",
          "user_id",
          "anonymous_id",
          "page_url",
          "page_title",
          "referrer",
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "product_id",
          "quantity",
          "price",
          "currency",
          "order_id",
          "user_agent",
          "device_type",
          "country",
          "app_id",
          "properties");
  private static final List<String> PROPERTIES =
      List.of(
          "plan",
          "experiment",
          "scroll_depth",
          "engagement_time_msec",
          "quantity",
          "total",
          "currency");
  private static final Defects ALL =
      new Defects(
          0.01,
          0.005,
          0.02,
          0.03,
          Duration.ofSeconds(60),
          0.015,
          Duration.ofMinutes(1),
          Duration.ofSeconds(1));

  private final ObjectMapper json = new ObjectMapper();

  @Test
  void shouldGiveTheSameRecordsWhenSettingsAreEqual() {
    assertThat(shown(deliveries(7, ALL, 20_000))).isEqualTo(shown(deliveries(7, ALL, 20_000)));
  }

  @Test
  void shouldGiveOtherRecordsWhenTheSeedDiffers() {
    assertThat(shown(deliveries(7, ALL, 10))).isNotEqualTo(shown(deliveries(8, ALL, 10)));
  }

  @Test
  void shouldHoldDefectsAtTheirRates() {
    // When
    Map<Kind, Long> counts =
        deliveries(7, ALL, EVENTS).stream()
            .collect(Collectors.groupingBy(Delivery::kind, Collectors.counting()));

    // Then
    assertThat(counts.get(Kind.ON_TIME) + counts.get(Kind.BEHIND) + counts.get(Kind.LATE))
        .isEqualTo(EVENTS);
    assertThat(counts.get(Kind.MALFORMED)).isCloseTo(1000, within(150L));
    assertThat(counts.get(Kind.FUTURE)).isCloseTo(500, within(100L));
    assertThat(counts.get(Kind.DUPLICATE)).isCloseTo(2000, within(200L));
    assertThat(counts.get(Kind.BEHIND)).isCloseTo(3000, within(250L));
    assertThat(counts.get(Kind.LATE)).isCloseTo(1500, within(200L));
  }

  @Test
  void shouldHoldNothingButTheEventsWhenNothingIsWrong() {
    // Given
    ShopperModel model = new ShopperModel(settings(7));
    ClickJson writer = new ClickJson();

    // When
    List<Delivery> deliveries = deliveries(7, Defects.NONE, 1000);

    // Then
    assertThat(deliveries).hasSize(1000);
    for (Delivery delivery : deliveries) {
      ShopperEvent event = model.next();
      assertThat(delivery.at()).isEqualTo(event.timestamp());
      assertThat(delivery.key()).isEqualTo(event.anonymousId().getBytes(UTF_8));
      assertThat(delivery.value()).isEqualTo(writer.click(event));
    }
  }

  @Test
  void shouldArriveInOrderAndAsLateAsAsked() throws IOException {
    // When
    List<Delivery> deliveries = deliveries(7, ALL, EVENTS);

    // Then
    long end = deliveries.get(deliveries.size() - 1).at();
    assertThat(deliveries).isSortedAccordingTo(Comparator.comparingLong(Delivery::at));
    for (Delivery delivery : deliveries) {
      if (delivery.kind() == Kind.MALFORMED || delivery.at() == end) {
        continue;
      }
      long delay = delivery.at() - json.readTree(delivery.value()).get("timestamp").longValue();
      switch (delivery.kind()) {
        case ON_TIME -> assertThat(delay).isBetween(0L, 1_000L);
        case BEHIND -> assertThat(delay).isBetween(0L, 61_000L);
        case LATE -> assertThat(delay).isBetween(60_000L, 121_000L);
        case FUTURE -> assertThat(delay).isLessThan(-360L * 86_400_000);
        default -> assertThat(delay).isBetween(0L, 126_000L);
      }
    }
  }

  @Test
  void shouldRepeatARecordByteForByteWhenItIsADuplicate() throws IOException {
    // Given
    Map<String, byte[]> originals = new HashMap<>();
    int duplicates = 0;

    // When
    for (Delivery delivery : deliveries(7, ALL, 20_000)) {
      if (delivery.kind() == Kind.MALFORMED || delivery.kind() == Kind.FUTURE) {
        continue;
      }
      String id = json.readTree(delivery.value()).get("event_id").textValue();
      byte[] original = originals.put(id, delivery.value());

      // Then
      assertThat(original != null).isEqualTo(delivery.kind() == Kind.DUPLICATE);
      if (original != null) {
        assertThat(delivery.value()).isEqualTo(original);
        duplicates++;
      }
    }
    assertThat(duplicates).isGreaterThan(300);
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void shouldWriteTheDocumentedFieldsAndTypes() throws IOException {
    Set<String> seen = new HashSet<>();
    for (Delivery delivery : deliveries(7, Defects.NONE, 20_000)) {
      JsonNode click = json.readTree(delivery.value());
      click.fieldNames().forEachRemaining(seen::add);
      assertThat(click.get("event_type").isTextual()).isTrue();
      assertThat(click.get("timestamp").isIntegralNumber()).isTrue();
      assertThat(click.get("anonymous_id").textValue())
          .isEqualTo(new String(delivery.key(), UTF_8));
      for (Map.Entry<String, JsonNode> field : click.properties()) {
        switch (field.getKey()) {
          case "timestamp", "quantity" -> assertThat(field.getValue().isIntegralNumber()).isTrue();
          case "price" -> assertThat(field.getValue().textValue()).matches("\\d+\\.\\d\\d");
          case "properties" -> assertThat(PROPERTIES).containsAll(names(field.getValue()));
          default -> assertThat(field.getValue().textValue()).isNotBlank();
        }
      }
    }
    assertThat(seen).isEqualTo(FIELDS);
  }

  @Test
  void shouldNotBeAClickWhenMalformed() {
    for (Delivery delivery : deliveries(7, ALL, EVENTS)) {
      if (delivery.kind() == Kind.MALFORMED) {
        assertThat(isClick(delivery.value())).isFalse();
      }
    }
  }

  @Test
  void shouldSayWhatIsExpectedWhenAShareIsImpossible() {
    assertThatThrownBy(
            () -> new Defects(0, 0, 1.5, 0, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO))
        .hasMessage("the share of duplicates records is 1.5, expected 0 to 1");
    assertThatThrownBy(
            () -> new Defects(0, 0, 0, 0.5, Duration.ZERO, 0.625, Duration.ZERO, Duration.ZERO))
        .hasMessage("the shares of behind and late events are 1.125 together, expected <= 1");
  }

  private boolean isClick(byte[] value) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      JsonNode click = json.readTree(value);
      return click.isObject()
          && click.has("event_type")
          && (click.has("anonymous_id") || click.has("user_id"))
          && click.get("timestamp").longValue() > 946_684_800_000L;
    } catch (CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Delivery> deliveries(long seed, Defects defects, int events) {
    Deliveries deliveries = new Deliveries(settings(seed), defects, events);
    List<Delivery> all = new ArrayList<>();
    for (Delivery next = deliveries.next(); next != null; next = deliveries.next()) {
      all.add(next);
    }
    return all;
  }

  private static List<String> shown(List<Delivery> deliveries) {
    return deliveries.stream()
        .map(
            d ->
                d.at()
                    + " "
                    + d.kind()
                    + " "
                    + new String(d.key(), UTF_8)
                    + " "
                    + new String(d.value(), UTF_8))
        .toList();
  }

  private static ShopperSettings settings(long seed) {
    return new ShopperSettings(seed, START, 500, 20_000, Duration.ofSeconds(12), 2000, "web");
  }
}
