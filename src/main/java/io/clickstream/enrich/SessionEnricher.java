package io.clickstream.enrich;

import io.clickstream.model.Product;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.UserProfile;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides what a session gets of the reference data; the same data gives the same enrichment. */
public final class SessionEnricher {

  private SessionEnricher() {}

  /** Reference data of one kind by id. */
  @FunctionalInterface
  public interface Lookup<V> {

    /** What is known under the id, or null. */
    @Nullable V find(String id);

    /** Knows nothing. */
    static <V> Lookup<V> nothing() {
      return id -> null;
    }
  }

  /** Looks up the session's user and products. */
  public static Enrichment enrich(
      SessionFacts facts, Lookup<UserProfile> profiles, Lookup<Product> products) {
    int wanted = facts.products().size();
    int found = 0;
    UserProfile profile = null;
    if (facts.userId() != null) {
      wanted++;
      profile = profiles.find(facts.userId());
      if (profile != null) {
        found++;
      }
    }
    SortedMap<String, Long> categories = new TreeMap<>();
    SortedMap<String, Long> brands = new TreeMap<>();
    for (ProductActivity activity : facts.products()) {
      Product product = products.find(activity.productId());
      if (product != null) {
        found++;
        count(categories, product.category(), activity.events());
        count(brands, product.brand(), activity.events());
      }
    }
    return new Enrichment(
        profile == null ? null : profile.segment(),
        profile == null ? null : profile.tier(),
        categories,
        largest(categories),
        largest(brands),
        status(wanted, found));
  }

  private static void count(SortedMap<String, Long> counts, @Nullable String name, long events) {
    if (name != null) {
      counts.merge(name, events, Long::sum);
    }
  }

  private static @Nullable String largest(SortedMap<String, Long> counts) {
    String name = null;
    long most = -1;
    for (var count : counts.entrySet()) {
      if (count.getValue() > most) {
        name = count.getKey();
        most = count.getValue();
      }
    }
    return name;
  }

  private static EnrichmentStatus status(int wanted, int found) {
    if (found == wanted) {
      return EnrichmentStatus.FULL;
    }
    return found == 0 ? EnrichmentStatus.MISSING : EnrichmentStatus.PARTIAL;
  }
}
