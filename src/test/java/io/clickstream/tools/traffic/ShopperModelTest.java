package io.clickstream.tools.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clickstream.model.EventKind;
import io.clickstream.tools.traffic.ShopperEvent.Properties;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShopperModelTest {

  private static final long START = 1_767_225_600_000L;

  @Test
  void shouldGiveTheSameEventsWhenSettingsAreEqual() {
    assertThat(events(settings(7, 1000), 20_000)).isEqualTo(events(settings(7, 1000), 20_000));
  }

  @Test
  void shouldGiveOtherEventsWhenTheSeedDiffers() {
    assertThat(events(settings(7, 1000), 10)).isNotEqualTo(events(settings(8, 1000), 10));
  }

  @Test
  void shouldHaveTheWantedRateFromTheFirstSecondOn() {
    // Given
    List<ShopperEvent> events = events(settings(7, 100_000), 50_000);

    // When
    Map<Long, Long> perSecond =
        events.stream()
            .collect(
                Collectors.groupingBy(e -> (e.timestamp() - START) / 1000, Collectors.counting()));

    // Then
    assertThat(perSecond).hasSize(100);
    assertThat(perSecond.values()).allMatch(count -> Math.abs(count - 500) <= 1);
    assertThat(events).isSortedAccordingTo(Comparator.comparingLong(ShopperEvent::timestamp));
  }

  @Test
  void shouldNumberEveryEventDifferently() {
    assertThat(events(settings(7, 1000), 50_000).stream().map(ShopperEvent::eventId).distinct())
        .hasSize(50_000);
  }

  @Test
  void shouldBuyOnlyWhatIsInTheCartAfterACheckout() {
    // Given
    Map<String, Map<String, Integer>> carts = new HashMap<>();
    Map<String, EventKind> before = new HashMap<>();
    int purchases = 0;
    int removals = 0;

    // When
    for (ShopperEvent event : visits(100_000)) {
      Map<String, Integer> cart = carts.computeIfAbsent(event.anonymousId(), k -> new HashMap<>());

      // Then
      switch (event.kind()) {
        case ADD_TO_CART -> {
          assertThat(event.quantity()).isPositive();
          cart.merge(event.productId(), event.quantity(), Integer::sum);
        }
        case REMOVE_FROM_CART -> {
          assertThat(cart.merge(event.productId(), -event.quantity(), Integer::sum))
              .isNotNegative();
          removals++;
        }
        case CHECKOUT -> assertThat(cart.values()).anyMatch(quantity -> quantity > 0);
        case PURCHASE -> {
          assertThat(before.get(event.anonymousId())).isIn(EventKind.CHECKOUT, EventKind.PURCHASE);
          assertThat(cart.merge(event.productId(), -event.quantity(), Integer::sum))
              .isNotNegative();
          assertThat(event.orderId()).isNotNull();
          assertThat(event.price()).isNotNull();
          assertThat(event.currency()).isNotNull();
          purchases++;
        }
        default -> assertThat(event.orderId()).isNull();
      }
      before.put(event.anonymousId(), event.kind());
    }
    assertThat(purchases).isGreaterThan(500);
    assertThat(removals).isGreaterThan(100);
  }

  @Test
  void shouldCarryTheUserOnEveryEventFromTheLoginOn() {
    Set<String> loggedIn = new HashSet<>();
    int identified = 0;
    for (ShopperEvent event : visits(50_000)) {
      if (event.kind() == EventKind.IDENTIFY) {
        assertThat(loggedIn.add(event.anonymousId())).isTrue();
        identified++;
      }
      assertThat(event.userId() != null).isEqualTo(loggedIn.contains(event.anonymousId()));
    }
    assertThat(identified).isGreaterThan(500);
  }

  @Test
  void shouldLetTwoPeopleTakeTurnsOnSharedDevicesAlone() {
    ShopperSettings some =
        new ShopperSettings(1, START, 500, 2_000, Duration.ofSeconds(12), 2000, null, 0.1);
    Map<String, Set<String>> users = new HashMap<>();
    int switches = 0;
    Map<String, String> last = new HashMap<>();
    for (ShopperEvent event : events(some, 100_000)) {
      String user = event.userId();
      if (user != null) {
        users.computeIfAbsent(event.anonymousId(), device -> new HashSet<>()).add(user);
        String before = last.put(event.anonymousId(), user);
        if (before != null && !before.equals(user) && event.kind() == EventKind.IDENTIFY) {
          switches++;
        }
      }
    }

    assertThat(users.values()).allSatisfy(of -> assertThat(of).hasSizeBetween(1, 2));
    long shared = users.values().stream().filter(of -> of.size() == 2).count();
    assertThat((double) shared / 2_000).isBetween(0.05, 0.1);
    assertThat(switches).isGreaterThan(500);
    // Others do what they do without.
    assertThat(events(settings(1, 2_000), 10_000))
        .isEqualTo(
            events(
                new ShopperSettings(1, START, 500, 2_000, Duration.ofSeconds(12), 2000, null, 0),
                10_000));
  }

  @Test
  void shouldCarryPropertiesThatFieldsAndGoalsCanBeMadeOf() {
    Map<String, Set<String>> plans = new HashMap<>();
    Map<String, Set<String>> variants = new HashMap<>();
    Set<Integer> depths = new HashSet<>();
    for (ShopperEvent event : visits(50_000)) {
      Properties properties = event.properties();
      EventKind kind = event.kind();
      boolean isPage = kind == EventKind.PAGE_VIEW || kind == EventKind.PRODUCT_VIEW;
      boolean isPurchase = kind == EventKind.PURCHASE;

      assertThat(properties.plan() != null).isEqualTo(event.userId() != null);
      if (properties.plan() != null) {
        plans.computeIfAbsent(event.userId(), user -> new HashSet<>()).add(properties.plan());
      }
      assertThat(properties.experiment() != null).isEqualTo(isPage || kind == EventKind.CHECKOUT);
      if (properties.experiment() != null) {
        variants
            .computeIfAbsent(event.anonymousId(), device -> new HashSet<>())
            .add(properties.experiment());
      }
      depths.add(properties.scrollDepth());
      assertThat(properties.scrollDepth() > 0).isEqualTo(isPage);
      assertThat(properties.quantity())
          .isEqualTo(isPurchase || kind == EventKind.ADD_TO_CART ? event.quantity() : 0);
      if (isPurchase) {
        assertThat(new BigDecimal(properties.total()))
            .isEqualTo(
                new BigDecimal(event.price()).multiply(BigDecimal.valueOf(event.quantity())));
        assertThat(properties.currency()).isEqualTo(event.currency());
      } else {
        assertThat(properties.total()).isNull();
        assertThat(properties.currency()).isNull();
      }
    }
    assertThat(plans.values()).allMatch(ofOneUser -> ofOneUser.size() == 1);
    assertThat(plans.values().stream().flatMap(Set::stream).distinct())
        .containsExactlyInAnyOrder("free", "plus", "pro");
    assertThat(variants.values()).allMatch(ofOneDevice -> ofOneDevice.size() <= 3);
    assertThat(variants.values().stream().flatMap(Set::stream).distinct()).hasSize(6);
    assertThat(depths).hasSize(17).contains(0, 5, 80);
  }

  /** The shoppers of documented figures and of tests do what they did before. */
  @Test
  void shouldTakeNoRandomNumberForProperties() {
    assertThat(
            events(settings(7, 1000), 20_000).stream()
                .map(event -> event.timestamp() + event.eventId() + event.kind() + event.pageUrl())
                .collect(Collectors.joining())
                .hashCode())
        .isEqualTo(-1_955_771_043);
  }

  @Test
  void shouldGiveUsersSeveralDevices() {
    assertThat(Stream.of(0, 1, 2, 3, 4, 5, 6, 7).map(Shopper::userOf))
        .containsExactly(0, 1, 1, 2, 2, 2, 3, 4);
  }

  @Test
  void shouldPauseAsLongAsAskedInTheMedianWhenShoppersAreNotHurried() {
    // Given
    Map<String, Long> before = new HashMap<>();
    List<Long> pauses = new ArrayList<>();

    // When
    for (ShopperEvent event : visits(100_000)) {
      Long last = before.put(event.anonymousId(), event.timestamp());
      if (last != null && event.kind() != EventKind.PURCHASE) {
        pauses.add(event.timestamp() - last);
      }
    }

    // Then
    pauses.sort(Comparator.naturalOrder());
    assertThat(pauses.get(pauses.size() / 2)).isCloseTo(12_000, within(2_000L));
    assertThat(pauses.get(pauses.size() * 95 / 100)).isGreaterThan(40_000);
  }

  @Test
  void shouldLetTheSameVisitorsReturnWhenThereAreFew() {
    assertThat(events(settings(7, 5), 1000).stream().map(ShopperEvent::anonymousId).distinct())
        .hasSize(5);
  }

  @Test
  void shouldSayWhatIsExpectedWhenASettingIsImpossible() {
    assertThatThrownBy(() -> settings(7, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("visitors is 0, expected more than 0");
  }

  private static List<ShopperEvent> events(ShopperSettings settings, int count) {
    ShopperModel model = new ShopperModel(settings);
    return Stream.generate(model::next).limit(count).toList();
  }

  /** Events of visitors of whom none comes twice. */
  private static List<ShopperEvent> visits(int count) {
    List<ShopperEvent> events = events(settings(7, 1_000_000), count);
    Map<String, Integer> landings = new HashMap<>();
    for (ShopperEvent event : events) {
      landings.merge(event.anonymousId(), event.referrer() != null ? 1 : 0, Integer::sum);
    }
    return events.stream().filter(e -> landings.get(e.anonymousId()) <= 1).toList();
  }

  private static ShopperSettings settings(long seed, int visitors) {
    return new ShopperSettings(seed, START, 500, visitors, Duration.ofSeconds(12), 2000, null);
  }
}
