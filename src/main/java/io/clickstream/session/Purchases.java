package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickProduct;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The money and products of a click, from any of its fields. */
final class Purchases {

  private Purchases() {}

  /**
   * The revenue of a purchase: the order's total, which is never multiplied; else the sum over the
   * products that have a price; else price times quantity. Null if it has none of them.
   */
  static @Nullable BigDecimal amount(Click purchase) {
    BigDecimal amount = purchase.revenue();
    if (amount == null && !purchase.products().isEmpty()) {
      amount = sum(purchase.products());
    }
    return amount == null ? times(purchase.price(), purchase.quantity()) : amount;
  }

  private static @Nullable BigDecimal sum(List<ClickProduct> products) {
    BigDecimal sum = null;
    for (ClickProduct product : products) {
      BigDecimal amount = times(product.price(), product.quantity());
      if (amount != null) {
        sum = sum == null ? amount : sum.add(amount);
      }
    }
    return sum;
  }

  private static @Nullable BigDecimal times(@Nullable BigDecimal price, long quantity) {
    return price == null ? null : price.multiply(BigDecimal.valueOf(quantity));
  }

  /** The currency of a purchase, in upper case however it is written; empty if it has none. */
  static String currency(Click purchase) {
    String currency = purchase.currency();
    return currency == null ? "" : currency.toUpperCase(Locale.ROOT);
  }

  /** The ids of the click's products in ascending order, each once. */
  static SortedSet<String> products(Click click) {
    SortedSet<String> ids = new TreeSet<>();
    if (click.products().isEmpty()) {
      String id = click.productId();
      if (id != null) {
        ids.add(id);
      }
    } else {
      for (ClickProduct product : click.products()) {
        ids.add(product.id());
      }
    }
    return ids;
  }
}
