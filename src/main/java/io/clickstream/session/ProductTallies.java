package io.clickstream.session;

import io.clickstream.model.ProductActivity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How often each product was seen, put into the cart and bought: of the products with the smallest
 * ids, up to a limit, because any other choice would depend on the order of arrival.
 *
 * <p>A few arrays in the order of arrival, searched by fingerprint: most sessions have a handful of
 * products, and there are many sessions.
 */
final class ProductTallies {

  /** The order of products that are published. */
  static final Comparator<ProductActivity> BY_ID = Comparator.comparing(ProductActivity::productId);

  private static final byte[] NO_TEXT = {};
  private static final long[] NO_FINGERPRINTS = {};
  private static final int[] NO_NUMBERS = {};

  /** The numbers of a product: where its id ends, views, cart adds and purchases. */
  private static final int NUMBERS = 4;

  private static final int END = 0;
  private static final int VIEWS = 1;
  private static final int CART_ADDS = 2;
  private static final int PURCHASES = 3;

  private final int limit;

  /** The ids one after the other, in UTF-8. */
  private byte[] text = NO_TEXT;

  private long[] fingerprints = NO_FINGERPRINTS;
  private int[] numbers = NO_NUMBERS;
  private int size;
  private boolean truncated;

  ProductTallies(int limit) {
    this.limit = limit;
  }

  /** Adds clicks on a product. */
  void add(String id, int views, int cartAdds, int purchases) {
    long fingerprint = Fingerprint.of(id);
    int at = find(fingerprint);
    count(at < 0 ? insert(fingerprint, id) : at, views, cartAdds, purchases);
  }

  private void count(int at, int views, int cartAdds, int purchases) {
    if (at < limit) {
      numbers[NUMBERS * at + VIEWS] += views;
      numbers[NUMBERS * at + CART_ADDS] += cartAdds;
      numbers[NUMBERS * at + PURCHASES] += purchases;
    }
  }

  private int find(long fingerprint) {
    for (int i = 0; i < size; i++) {
      if (fingerprints[i] == fingerprint) {
        return i;
      }
    }
    return -1;
  }

  /** Where a new id is from now on; {@link #limit} if there is no place for it. */
  private int insert(long fingerprint, String id) {
    if (size == limit) {
      truncated = true;
      int largest = largest();
      if (id(largest).compareTo(id) < 0) {
        return limit;
      }
      remove(largest);
    }
    if (size == fingerprints.length) {
      int capacity = Math.min(limit, Math.max(2, size + (size >> 1)));
      fingerprints = Arrays.copyOf(fingerprints, capacity);
      numbers = Arrays.copyOf(numbers, NUMBERS * capacity);
    }
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    int start = start(size);
    int end = start + bytes.length;
    if (end > text.length) {
      text = Arrays.copyOf(text, Math.max(end, bytes.length * fingerprints.length));
    }
    System.arraycopy(bytes, 0, text, start, bytes.length);
    fingerprints[size] = fingerprint;
    Arrays.fill(numbers, NUMBERS * size, NUMBERS * (size + 1), 0);
    numbers[NUMBERS * size + END] = end;
    return size++;
  }

  private int largest() {
    int largest = 0;
    for (int i = 1; i < size; i++) {
      if (id(i).compareTo(id(largest)) > 0) {
        largest = i;
      }
    }
    return largest;
  }

  private void remove(int index) {
    int start = start(index);
    int end = start(index + 1);
    System.arraycopy(text, end, text, start, start(size) - end);
    int behind = size - index - 1;
    System.arraycopy(fingerprints, index + 1, fingerprints, index, behind);
    System.arraycopy(numbers, NUMBERS * (index + 1), numbers, NUMBERS * index, NUMBERS * behind);
    size--;
    for (int i = index; i < size; i++) {
      numbers[NUMBERS * i + END] -= end - start;
    }
  }

  private int start(int index) {
    return index == 0 ? 0 : numbers[NUMBERS * (index - 1) + END];
  }

  void addAll(ProductTallies other) {
    for (int i = 0; i < other.size; i++) {
      add(other.id(i), other.views(i), other.cartAdds(i), other.purchases(i));
    }
    truncated |= other.truncated;
  }

  int size() {
    return size;
  }

  /** The id at an index below {@link #size()}, in the order of arrival. */
  String id(int index) {
    int start = start(index);
    return new String(text, start, start(index + 1) - start, StandardCharsets.UTF_8);
  }

  /** {@link Fingerprint#of(String)} of that id. */
  long fingerprint(int index) {
    return fingerprints[index];
  }

  /** The bytes of all ids. */
  int textLength() {
    return start(size);
  }

  int views(int index) {
    return numbers[NUMBERS * index + VIEWS];
  }

  int cartAdds(int index) {
    return numbers[NUMBERS * index + CART_ADDS];
  }

  int purchases(int index) {
    return numbers[NUMBERS * index + PURCHASES];
  }

  /** Whether there were more than the limit. */
  boolean isTruncated() {
    return truncated;
  }

  void truncate() {
    truncated = true;
  }

  /** By id, ascending. */
  List<ProductActivity> activities() {
    List<ProductActivity> activities = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      activities.add(new ProductActivity(id(i), views(i), cartAdds(i), purchases(i)));
    }
    activities.sort(BY_ID);
    return activities;
  }
}
