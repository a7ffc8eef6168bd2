package io.clickstream.enrich;

import static io.clickstream.enrich.EnrichSamples.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Product;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.UserProfile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
                new TreeMap<>(Map.of("shoes", 3L, "bags", 2L)),
                "shoes",
                "Zeta",
                EnrichmentStatus.FULL));
    assertThat(enrichment.categories().keySet()).containsExactly("bags", "shoes");
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
  void shouldCountEmptyColumnsAsFound() {
    // When
    Enrichment enrichment = enrich("u-2", new ProductActivity("p-4", 1, 0, 0));

    // Then
    assertThat(enrichment)
        .isEqualTo(new Enrichment(null, null, new TreeMap<>(), null, null, EnrichmentStatus.FULL));
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
        facts(userId, List.of(products), List.of()), PROFILES::get, PRODUCTS::get);
  }
}
