package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The purchases of a session that name an order. Of those that name the same one, the first counts:
 * a thank-you page that is loaded again is no second purchase.
 *
 * <p>Bounded by {@link #MAX_ORDERS}: of more, those with the smallest hashes are kept, because any
 * other choice would depend on the order of arrival. Each takes a few texts of an event.
 */
final class Orders {

  /** Orders are counted up to here. */
  static final int MAX_ORDERS = 1_000;

  /** Characters of a page by which two purchases of one moment are told apart. */
  private static final int MAX_PAGE = 256;

  private static final Comparator<@Nullable String> NULLS_LAST = Stamp::compareNullable;

  /**
   * A purchase that may count for its order.
   *
   * @param stamp where it stands in the session, with the beginning of its page
   * @param currency in upper case, empty if there is none
   * @param amount null if it has no price
   */
  private record Purchase(
      Stamp stamp, String currency, @Nullable BigDecimal amount, @Nullable String product) {

    private static final Comparator<Purchase> BY_VALUE =
        Comparator.comparing(Purchase::currency)
            .thenComparing(Purchase::amount, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Purchase::product, NULLS_LAST);

    static Purchase of(Click click) {
      return new Purchase(
          new Stamp(click.timestamp(), click.eventId(), beginning(click.pageUrl())),
          SeldomParts.currency(click),
          SeldomParts.amount(click),
          click.productId());
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
      if (purchase.product != null) {
        all.add(purchase.product, 0, 0, 1);
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
      writeText(out, purchase.product);
    }
  }

  static Orders read(DataInputStream in) throws IOException {
    Orders orders = new Orders();
    orders.truncated = in.readBoolean();
    for (int rest = in.readUnsignedShort(); rest > 0; rest--) {
      long order = in.readLong();
      Stamp stamp = new Stamp(in.readLong(), readText(in), readText(in));
      String currency = readText(in);
      byte[] unscaled = readBytes(in);
      BigDecimal amount =
          unscaled == null ? null : new BigDecimal(new BigInteger(unscaled), in.readByte());
      orders.purchases.put(
          order, new Purchase(stamp, currency == null ? "" : currency, amount, readText(in)));
    }
    return orders;
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
