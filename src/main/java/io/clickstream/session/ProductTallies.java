package io.clickstream.session;

import io.clickstream.model.ProductActivity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often each product was seen, put into the cart and bought: of the products with the smallest
 * ids, up to a limit, because any other choice would depend on the order of arrival.
 *
 * <p>Sorted arrays: most sessions have a handful of products, and there are many sessions.
 */
final class ProductTallies {

  private static final String[] NO_IDS = {};
  private static final int[] NO_COUNTS = {};
  private static final int KINDS = 3;

  private final int limit;
  private String[] ids = NO_IDS;

  /** Views, cart adds and purchases of each. */
  private int[] counts = NO_COUNTS;

  private int size;
  private boolean truncated;

  ProductTallies(int limit) {
    this.limit = limit;
  }

  void add(String id, int views, int cartAdds, int purchases) {
    int found = Arrays.binarySearch(ids, 0, size, id);
    int at = found >= 0 ? found : insert(-found - 1, id);
    if (at < limit) {
      counts[KINDS * at] += views;
      counts[KINDS * at + 1] += cartAdds;
      counts[KINDS * at + 2] += purchases;
    }
  }

  /** Makes room for an id where it belongs; {@link #limit} if there is none for it. */
  private int insert(int at, String id) {
    if (size == limit) {
      truncated = true;
      if (at == limit) {
        return limit;
      }
      size--;
    }
    if (size == ids.length) {
      int capacity = Math.min(limit, Math.max(2, size + (size >> 1)));
      ids = Arrays.copyOf(ids, capacity);
      counts = Arrays.copyOf(counts, KINDS * capacity);
    }
    System.arraycopy(ids, at, ids, at + 1, size - at);
    System.arraycopy(counts, KINDS * at, counts, KINDS * (at + 1), KINDS * (size - at));
    ids[at] = id;
    Arrays.fill(counts, KINDS * at, KINDS * (at + 1), 0);
    size++;
    return at;
  }

  void addAll(ProductTallies other) {
    for (int i = 0; i < other.size; i++) {
      add(other.ids[i], other.views(i), other.cartAdds(i), other.purchases(i));
    }
    truncated |= other.truncated;
  }

  int size() {
    return size;
  }

  /** The id at an index below {@link #size()}, in ascending order. */
  String id(int index) {
    return ids[index];
  }

  int views(int index) {
    return counts[KINDS * index];
  }

  int cartAdds(int index) {
    return counts[KINDS * index + 1];
  }

  int purchases(int index) {
    return counts[KINDS * index + 2];
  }

  /** Whether there were more than the limit. */
  boolean isTruncated() {
    return truncated;
  }

  void truncate() {
    truncated = true;
  }

  List<ProductActivity> activities() {
    List<ProductActivity> activities = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      activities.add(new ProductActivity(ids[i], views(i), cartAdds(i), purchases(i)));
    }
    return activities;
  }

  /** What this takes on the heap, roughly. */
  long heapBytes() {
    return 64 + (4L + 4 * KINDS) * ids.length + 52L * size;
  }
}
