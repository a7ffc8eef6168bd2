package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The purchases of a session that name an order. Of those that name the same one, the first counts:
 * a thank-you page that is loaded again is no second purchase.
 *
 * <p>Bounded by {@link #MAX_ORDERS}: of more, those with the smallest hashes are kept, because any
 * other choice would depend on the order of arrival. Each takes a few texts of an event, and of its
 * products those with the smallest ids.
 */
final class Orders {

  /** Orders are counted up to here. */
  static final int MAX_ORDERS = 1_000;

  /** Characters of a page by which two purchases of one moment are told apart. */
  private static final int MAX_PAGE = 256;

  /** The ids of an order's products are kept up to this length in all, in UTF-8. */
  static final int MAX_PRODUCT_BYTES = 4_096;

  /**
   * A purchase that may count for its order.
   *
   * @param stamp where it stands in the session, with the beginning of its page
   * @param currency in upper case, empty if there is none
   * @param amount null if it has no price
   * @param products ids in ascending order
   * @param hasMore whether it has more products than are kept
   */
  private record Purchase(
      Stamp stamp,
      String currency,
      @Nullable BigDecimal amount,
      List<String> products,
      boolean hasMore) {

    private static final Comparator<Purchase> BY_VALUE =
        Comparator.comparing(Purchase::currency)
            .thenComparing(Purchase::amount, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Purchase::products, Purchase::compareProducts)
            .thenComparing(Purchase::hasMore);

    static Purchase of(Click click) {
      SortedSet<String> all = Purchases.products(click);
      List<String> products = kept(all);
      return new Purchase(
          new Stamp(click.timestamp(), click.eventId(), beginning(click.pageUrl())),
          Purchases.currency(click),
          Purchases.amount(click),
          products,
          products.size() < all.size());
    }

    private static List<String> kept(SortedSet<String> ids) {
      List<String> kept = new ArrayList<>();
      int bytes = 0;
      for (String id : ids) {
        bytes += id.getBytes(StandardCharsets.UTF_8).length;
        if (kept.size() == ProductsSection.MAX_PRODUCTS || bytes > MAX_PRODUCT_BYTES) {
          break;
        }
        kept.add(id);
      }
      return kept;
    }

    /** By the first that differs; a list that ends earlier is larger, as no product is. */
    private static int compareProducts(List<String> left, List<String> right) {
      for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
        int order = left.get(i).compareTo(right.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(right.size(), left.size());
    }

    private static @Nullable String beginning(@Nullable String page) {
      if (page == null || page.length() <= MAX_PAGE) {
        return page;
      }
      // No half of a surrogate pair, which would not come back from state as it was.
      return page.substring(
          0, Character.isHighSurrogate(page.charAt(MAX_PAGE - 1)) ? MAX_PAGE - 1 : MAX_PAGE);
    }

    /** Whichever stands first. */
    static Purchase first(Purchase left, Purchase right) {
      int order = left.stamp.compareAsFirst(right.stamp);
      return (order == 0 ? BY_VALUE.compare(left, right) : order) <= 0 ? left : right;
    }
  }

  /** By the hash of the order's id. */
  private final TreeMap<Long, Purchase> purchases = new TreeMap<>();

  private boolean truncated;

  /** Adds a purchase, which is to name an order. */
  void add(Click click) {
    add(Fingerprint.of(click.texts(), ClickText.ORDER_ID.ordinal()), Purchase.of(click));
  }

  private void add(long order, Purchase purchase) {
    purchases.merge(order, purchase, Purchase::first);
    if (purchases.size() > MAX_ORDERS) {
      purchases.pollLastEntry();
      truncated = true;
    }
  }

  void addAll(Orders other) {
    other.purchases.forEach(this::add);
    truncated |= other.truncated;
  }

  /** How many orders there are, at most {@link #MAX_ORDERS}. */
  int size() {
    return purchases.size();
  }

  /** Whether there were more. */
  boolean isTruncated() {
    return truncated;
  }

  /** The amount of every order that has one, with its currency. */
  void forEachAmount(BiConsumer<String, BigDecimal> action) {
    for (Purchase purchase : purchases.values()) {
      if (purchase.amount != null) {
        action.accept(purchase.currency, purchase.amount);
      }
    }
  }

  /** All that was done with products, the orders included. */
  ProductTallies products(ProductTallies others) {
    ProductTallies all = new ProductTallies(ProductsSection.MAX_PRODUCTS);
    all.addAll(others);
    for (Purchase purchase : purchases.values()) {
      for (String product : purchase.products) {
        all.add(product, 0, 0, 1);
      }
      if (purchase.hasMore) {
        all.truncate();
      }
    }
    return all;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeBoolean(truncated);
    out.writeShort(purchases.size());
    for (Map.Entry<Long, Purchase> entry : purchases.entrySet()) {
      Purchase purchase = entry.getValue();
      out.writeLong(entry.getKey());
      out.writeLong(purchase.stamp.time());
      writeText(out, purchase.stamp.eventId());
      writeText(out, purchase.stamp.page());
      writeText(out, purchase.currency);
      BigDecimal amount = purchase.amount;
      writeBytes(out, amount == null ? null : amount.unscaledValue().toByteArray());
      if (amount != null) {
        out.writeByte(amount.scale());
      }
      out.writeByte(purchase.products.size() << 1 | (purchase.hasMore ? 1 : 0));
      for (String product : purchase.products) {
        writeText(out, product);
      }
    }
  }

  static Orders read(int version, DataInputStream in) throws IOException {
    Orders orders = new Orders();
    orders.truncated = in.readBoolean();
    for (int rest = in.readUnsignedShort(); rest > 0; rest--) {
      long order = in.readLong();
      Stamp stamp = new Stamp(in.readLong(), readText(in), readText(in));
      String currency = readText(in);
      byte[] unscaled = readBytes(in);
      BigDecimal amount =
          unscaled == null ? null : new BigDecimal(new BigInteger(unscaled), in.readByte());
      int products = version >= StateFormat.WITH_CLICK_IDS ? in.readUnsignedByte() : 1 << 1;
      orders.purchases.put(
          order,
          new Purchase(
              stamp,
              currency == null ? "" : currency,
              amount,
              readTexts(products >> 1, in),
              (products & 1) != 0));
    }
    return orders;
  }

  /** As many texts as were written; the only one of the first format may be none. */
  private static List<String> readTexts(int count, DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String text = readText(in);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    writeBytes(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Their number plus one, 0 for none; no text of an event is longer than two bytes can say. */
  private static void writeBytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    out.writeShort(bytes == null ? 0 : bytes.length + 1);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
    int size = in.readUnsignedShort();
    if (size == 0) {
      return null;
    }
    byte[] bytes = new byte[size - 1];
    in.readFully(bytes);
    return bytes;
  }
}
