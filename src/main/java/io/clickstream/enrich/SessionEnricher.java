package io.clickstream.enrich;

import io.clickstream.model.Enrichment;
import io.clickstream.model.Enrichment.Count;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Product;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionValues;
import io.clickstream.model.UserProfile;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** The entry of an id, or null. */
    @Nullable V find(String id);

    /** Knows nothing. */
    static <V> Lookup<V> nothing() {
      return id -> null;
    }
  }

  /** Looks up the session's user and products. */
  public static Enrichment enrich(
      SessionValues values, Lookup<UserProfile> profiles, Lookup<Product> products) {
    int wanted = values.products().size();
    int found = 0;
    UserProfile profile = null;
    String userId = values.text("user_id");
    if (userId != null) {
      wanted++;
      profile = profiles.find(userId);
      if (profile != null) {
        found++;
      }
    }
    Tally categories = new Tally();
    Tally brands = new Tally();
    for (ProductActivity activity : values.products()) {
      Product product = products.find(activity.productId());
      if (product != null) {
        found++;
        categories.add(product.category(), activity.events());
        brands.add(product.brand(), activity.events());
      }
    }
    return new Enrichment(
        profile == null ? null : profile.segment(),
        profile == null ? null : profile.tier(),
        categories.byName(),
        categories.largest(),
        brands.largest(),
        status(wanted, found));
  }

  /** Events by name. There are few names, and equal ones are mostly one object. */
  private static final class Tally {

    private String[] names = new String[8];
    private long[] events = new long[8];
    private int size;

    void add(@Nullable String name, long more) {
      if (name == null) {
        return;
      }
      int at = find(name);
      if (at == size) {
        if (size == names.length) {
          names = Arrays.copyOf(names, 2 * size);
          events = Arrays.copyOf(events, 2 * size);
        }
        names[size] = name;
        events[size++] = 0;
      }
      events[at] += more;
    }

    private int find(String name) {
      for (int i = 0; i < size; i++) {
        if (names[i].equals(name)) {
          return i;
        }
      }
      return size;
    }

    List<Count> byName() {
      List<Count> counts = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        counts.add(new Count(names[i], events[i]));
      }
      counts.sort(BY_NAME);
      return counts;
    }

    /** The name with the most events, of several the first one; null if there is none. */
    @Nullable String largest() {
      int largest = 0;
      for (int i = 1; i < size; i++) {
        if (events[i] > events[largest]
            || (events[i] == events[largest] && names[i].compareTo(names[largest]) < 0)) {
          largest = i;
        }
      }
      return size == 0 ? null : names[largest];
    }
  }

  private static EnrichmentStatus status(int wanted, int found) {
    if (found == wanted) {
      return EnrichmentStatus.FULL;
    }
    return found == 0 ? EnrichmentStatus.MISSING : EnrichmentStatus.PARTIAL;
  }
}
