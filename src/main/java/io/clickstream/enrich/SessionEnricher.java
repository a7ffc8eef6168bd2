package io.clickstream.enrich;

import io.clickstream.enrich.Enrichment.Count;
import io.clickstream.model.Product;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.UserProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what a session gets of the reference data; the same data gives the same enrichment. */
public final class SessionEnricher {

  private static final Comparator<Count> BY_NAME = Comparator.comparing(Count::name);

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
    List<Count> categories = new ArrayList<>();
    List<Count> brands = new ArrayList<>();
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

  /** Adds to the count of a name, among counts in the order of their names. */
  private static void count(List<Count> counts, @Nullable String name, long events) {
    if (name == null) {
      return;
    }
    Count count = new Count(name, events);
    int at = Collections.binarySearch(counts, count, BY_NAME);
    if (at < 0) {
      counts.add(-at - 1, count);
    } else {
      counts.set(at, new Count(name, counts.get(at).events() + events));
    }
  }

  private static @Nullable String largest(List<Count> counts) {
    Count largest = null;
    for (Count count : counts) {
      if (largest == null || count.events() > largest.events()) {
        largest = count;
      }
    }
    return largest == null ? null : largest.name();
  }

  private static EnrichmentStatus status(int wanted, int found) {
    if (found == wanted) {
      return EnrichmentStatus.FULL;
    }
    return found == 0 ? EnrichmentStatus.MISSING : EnrichmentStatus.PARTIAL;
  }
}
