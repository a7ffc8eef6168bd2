package io.clickstream.enrich;

import static io.clickstream.enrich.EnrichSamples.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.enrich.SessionEnricher.Lookup;
import io.clickstream.model.Enrichment;
import io.clickstream.model.Enrichment.Count;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Product;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.UserProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionEnricherTest {

  private static final Map<String, UserProfile> PROFILES =
      Map.of("u-1", new UserProfile("loyal", "gold"), "u-2", new UserProfile(null, null));
  private static final Map<String, Product> PRODUCTS =
      Map.of(
          "p-1", new Product("shoes", "Acme"),
          "p-2", new Product("bags", "Zeta"),
          "p-3", new Product("shoes", "Zeta"),
          "p-4", new Product(null, null));

  @Test
  void shouldCountEventsByCategoryAndNameTheLargest() {
    // When
    Enrichment enrichment =
        enrich(
            "u-1",
            new ProductActivity("p-1", 1, 1, 0),
            new ProductActivity("p-2", 2, 0, 0),
            new ProductActivity("p-3", 0, 0, 1));

    // Then
    assertThat(enrichment)
        .isEqualTo(
            new Enrichment(
                "loyal",
                "gold",
                List.of(new Count("bags", 2), new Count("shoes", 3)),
                "shoes",
                "Zeta",
                EnrichmentStatus.FULL));
  }

  @Test
  void shouldTakeSmallestNameWhenCountsAreEqual() {
    // When
    Enrichment enrichment =
        enrich(null, new ProductActivity("p-1", 1, 0, 0), new ProductActivity("p-2", 0, 1, 0));

    // Then
    assertThat(enrichment.topCategory()).isEqualTo("bags");
    assertThat(enrichment.topBrand()).isEqualTo("Acme");
  }

  @Test
  void shouldKeepNamesInOrderWhenThereAreMany() {
    // Given
    ProductActivity[] activities = new ProductActivity[100];
    for (int i = 0; i < activities.length; i++) {
      activities[i] = new ProductActivity("p-" + i, i, 1, 0);
    }

    // When: 37 is prime to 50, so that the names come in another order
    Enrichment enrichment =
        SessionEnricher.enrich(
            values(null, List.of(activities), List.of()),
            Lookup.nothing(),
            id -> new Product("c-" + (Integer.parseInt(id.substring(2)) * 37 % 50 + 100), null));

    // Then
    List<Count> expected = new ArrayList<>();
    for (int category = 0; category < 50; category++) {
      long events = 0;
      for (int i = 0; i < activities.length; i++) {
        events += i * 37 % 50 == category ? i + 1 : 0;
      }
      expected.add(new Count("c-" + (category + 100), events));
    }
    assertThat(enrichment.categories()).isEqualTo(expected);
  }

  @Test
  void shouldCountEmptyColumnsAsFound() {
    // When
    Enrichment enrichment = enrich("u-2", new ProductActivity("p-4", 1, 0, 0));

    // Then
    assertThat(enrichment)
        .isEqualTo(new Enrichment(null, null, List.of(), null, null, EnrichmentStatus.FULL));
  }

  @DisplayName("S27: the status tells how much of user and products was known")
  @ParameterizedTest
  @CsvSource({
    ",    ,         FULL",
    "u-1, ,         FULL",
    "u-9, ,         MISSING",
    ",    p-1,      FULL",
    ",    p-9,      MISSING",
    "u-1, p-1,      FULL",
    "u-1, p-9,      PARTIAL",
    "u-9, p-1,      PARTIAL",
    "u-9, p-9,      MISSING",
    ",    p-1|p-9,  PARTIAL",
    "u-1, p-1|p-2,  FULL",
    "u-9, p-8|p-9,  MISSING",
  })
  void shouldTellHowMuchWasKnown(
      @Nullable String userId, @Nullable String products, EnrichmentStatus expected) {
    // Given
    ProductActivity[] activities =
        products == null
            ? new ProductActivity[0]
            : List.of(products.split("\\|")).stream()
                .map(id -> new ProductActivity(id, 1, 0, 0))
                .toArray(ProductActivity[]::new);

    // When, Then
    assertThat(enrich(userId, activities).status()).isEqualTo(expected);
  }

  private static Enrichment enrich(@Nullable String userId, ProductActivity... products) {
    return SessionEnricher.enrich(
        values(userId, List.of(products), List.of()), PROFILES::get, PRODUCTS::get);
  }
}
