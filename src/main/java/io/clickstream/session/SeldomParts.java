package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parts that few sessions have. Bounded by the sessions of this visitor that were emitted since
 * this one was, by {@link #MAX_CURRENCIES} and by {@link Orders#MAX_ORDERS}.
 */
final class SeldomParts {

  /**
   * The currencies with the smallest codes are kept: any other choice would depend on the order.
   */
  static final int MAX_CURRENCIES = 8;

  /** Those of a session that has none; only to be read. */
  static final SeldomParts NOTHING = new SeldomParts();

  private static final byte[] NONE = {};

  /** An emitted id that a session took over, to be retracted when that is emitted. */
  record Replaced(UUID id, int revision) {}

  private final List<Replaced> replaced = new ArrayList<>();

  /** Sums by currency. */
  private final TreeMap<String, BigDecimal> revenue = new TreeMap<>();

  /** Purchases with the id of an order. */
  private @Nullable Orders orders;

  /** Adds a purchase. */
  void add(Click click) {
    if (click.texts().has(ClickText.ORDER_ID)) {
      ordersToChange().add(click);
      return;
    }
    BigDecimal amount = Purchases.amount(click);
    if (amount != null) {
      add(revenue, Purchases.currency(click), amount);
    }
  }

  private Orders ordersToChange() {
    Orders present = orders;
    if (present == null) {
      present = new Orders();
      orders = present;
    }
    return present;
  }

  /** Adds all that another session has. */
  void addAll(SeldomParts other) {
    replaced.addAll(other.replaced);
    other.revenue.forEach((currency, amount) -> add(revenue, currency, amount));
    if (other.orders != null) {
      ordersToChange().addAll(other.orders);
    }
  }

  /** The ids to retract, which may be changed. */
  List<Replaced> replaced() {
    return replaced;
  }

  /** Whether the click is one of an order, and counts there. */
  static boolean isOfOrder(Click click) {
    return click.kind() == EventKind.PURCHASE && click.texts().has(ClickText.ORDER_ID);
  }

  private static void add(
      NavigableMap<String, BigDecimal> sums, String currency, BigDecimal amount) {
    sums.merge(currency, amount, BigDecimal::add);
    if (sums.size() > MAX_CURRENCIES) {
      sums.pollLastEntry();
    }
  }

  /** All sums, the largest first. */
  List<Money> sums() {
    if (revenue.isEmpty() && orders == null) {
      return List.of();
    }
    TreeMap<String, BigDecimal> all = new TreeMap<>(revenue);
    if (orders != null) {
      orders.forEachAmount((currency, amount) -> add(all, currency, amount));
    }
    List<Money> sums = new ArrayList<>(all.size());
    all.forEach((currency, amount) -> sums.add(new Money(currency, amount)));
    sums.sort(Comparator.comparing(Money::amount).reversed().thenComparing(Money::currency));
    return sums;
  }

  /** Whether a purchase names an order. */
  boolean hasOrders() {
    return orders != null;
  }

  /** How many orders there are. */
  int orders() {
    return orders == null ? 0 : orders.size();
  }

  /** Whether there were more than are kept. */
  boolean areOrdersTruncated() {
    return orders != null && orders.isTruncated();
  }

  /** All that was done with products, the orders included. */
  ProductTallies products(ProductTallies others) {
    return orders == null ? others : orders.products(others);
  }

  /** All parts; none if there is nothing. */
  byte[] bytes() {
    if (replaced.isEmpty() && revenue.isEmpty() && orders == null) {
      return NONE;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(replaced.size());
      for (Replaced id : replaced) {
        out.writeLong(id.id().getMostSignificantBits());
        out.writeLong(id.id().getLeastSignificantBits());
        out.writeInt(id.revision());
      }
      out.writeByte(revenue.size());
      for (Map.Entry<String, BigDecimal> sum : revenue.entrySet()) {
        writeBytes(out, sum.getKey().getBytes(StandardCharsets.UTF_8));
        writeBytes(out, sum.getValue().unscaledValue().toByteArray());
        out.writeInt(sum.getValue().scale());
      }
      out.writeBoolean(orders != null);
      if (orders != null) {
        orders.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The parts that bytes tell; no bytes are nothing.
   *
   * @param version of the format of state in which the bytes are
   */
  static SeldomParts of(int version, byte[] bytes, int start, int length) {
    SeldomParts parts = new SeldomParts();
    if (length == 0) {
      return parts;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, start, length))) {
      for (int rest = in.readInt(); rest > 0; rest--) {
        UUID id = new UUID(in.readLong(), in.readLong());
        parts.replaced.add(new Replaced(id, in.readInt()));
      }
      for (int rest = in.readUnsignedByte(); rest > 0; rest--) {
        String currency = new String(readBytes(in), StandardCharsets.UTF_8);
        BigInteger unscaled = new BigInteger(readBytes(in));
        parts.revenue.put(currency, new BigDecimal(unscaled, in.readInt()));
      }
      parts.orders = in.readBoolean() ? Orders.read(version, in) : null;
    } catch (IOException e) {
      throw new UncheckedIOException("the state of a session is corrupt", e);
    }
    return parts;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
