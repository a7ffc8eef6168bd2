package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.ProductActivity;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How often each product was seen, put into the cart and bought, in the order of arrival. Of more
 * than {@link #MAX_PRODUCTS} those with the smallest ids are kept, because any other choice would
 * depend on that order.
 */
final class ProductsSection extends Section {

  /** Products are kept up to here. */
  static final int MAX_PRODUCTS = 100;

  private static final int COUNT = 0;
  private static final int TRUNCATED = 4;

  // A product: its fingerprint, how often it was seen, put into the cart, bought; then its id.
  private static final int VIEWS = 8;
  private static final int CART_ADDS = 12;
  private static final int PURCHASES = 16;
  private static final int ID_LENGTH = 20;
  private static final int PRODUCT_HEAD = 24;

  private final TextBytes id = new TextBytes();
  private long fingerprint;
  private int place;
  private boolean isNew;

  /** The products after a click that takes the place of another, or of a merge. */
  private byte[] rewritten = {};

  private ProductTallies tallies = new ProductTallies(MAX_PRODUCTS);
  private boolean rewrites;

  ProductsSection() {
    super("products");
  }

  @Override
  int headSize() {
    return 2 * Integer.BYTES;
  }

  boolean isTruncated(Block block) {
    return block.intOf(this, TRUNCATED) != 0;
  }

  /** Whether a click counts for a product here: a purchase of an order does so there. */
  private static boolean counts(Click click) {
    ClickTexts texts = click.texts();
    return switch (click.kind()) {
      case PRODUCT_VIEW, ADD_TO_CART -> hasProduct(click);
      case PURCHASE -> hasProduct(click) && !texts.has(ClickText.ORDER_ID);
      default -> false;
    };
  }

  private static boolean hasProduct(Click click) {
    return click.texts().has(ClickText.PRODUCT_ID) || !click.products().isEmpty();
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    if (!counts(click)) {
      return UNTOUCHED;
    }
    if (!click.products().isEmpty()) {
      return prepareAll(block, Purchases.products(click), click.kind());
    }
    rewrites = false;
    ClickTexts texts = click.texts();
    fingerprint = Fingerprint.of(texts, ClickText.PRODUCT_ID.ordinal());
    place = placeOf(block.sessions(), at, length);
    isNew = place < 0;
    if (!isNew) {
      return length;
    }
    int idLength = id.take(texts, ClickText.PRODUCT_ID.ordinal());
    if (block.intOf(this, COUNT) < MAX_PRODUCTS) {
      place = length;
      return length + PRODUCT_HEAD + idLength;
    }
    if (isTruncated(block) && isBehindAll(block.sessions(), at, length)) {
      return UNTOUCHED;
    }
    SortedSet<String> one = new TreeSet<>();
    one.add(Objects.requireNonNull(texts.get(ClickText.PRODUCT_ID)));
    return prepareAll(block, one, click.kind());
  }

  /** Writes all anew, with one more click on each of these products. */
  private int prepareAll(Block block, SortedSet<String> ids, EventKind kind) {
    tallies = tallies(block);
    int left = MAX_PRODUCTS;
    for (String id : ids) {
      if (left-- == 0) {
        // Behind as many smaller ones none is kept.
        tallies.truncate();
        break;
      }
      tallies.add(
          id,
          kind == EventKind.PRODUCT_VIEW ? 1 : 0,
          kind == EventKind.ADD_TO_CART ? 1 : 0,
          kind == EventKind.PURCHASE ? 1 : 0);
    }
    rewritten = bytes(tallies);
    rewrites = true;
    return rewritten.length;
  }

  /** Where the product is, from the beginning of the section, or -1. */
  private int placeOf(VisitorSessions sessions, int at, int length) {
    for (int from = at; from < at + length; ) {
      if (sessions.longAt(from) == fingerprint) {
        return from - at;
      }
      from += PRODUCT_HEAD + sessions.intAt(from + ID_LENGTH);
    }
    return -1;
  }

  /** Whether the product's id is larger than all that are kept; false if it is not all ASCII. */
  private boolean isBehindAll(VisitorSessions sessions, int at, int length) {
    byte[] bytes = id.bytes();
    int start = id.start();
    int end = start + id.length();
    for (int from = at; from < at + length; ) {
      int begins = from + PRODUCT_HEAD;
      from = begins + sessions.intAt(from + ID_LENGTH);
      int differs = Arrays.mismatch(sessions.bytes, begins, from, bytes, start, end);
      boolean behind =
          differs >= 0
              && start + differs < end
              && (begins + differs == from
                  || isBehind(sessions.bytes[begins + differs], bytes[start + differs]));
      if (!behind) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of UTF-8 are in the order of texts if they are ASCII, which others are less than. */
  private static boolean isBehind(byte kept, byte other) {
    return kept >= 0 && other > kept;
  }

  @Override
  boolean isKept() {
    return !rewrites;
  }

  @Override
  void add(Block block, int at, Click click) {
    VisitorSessions sessions = block.sessions();
    if (rewrites) {
      System.arraycopy(rewritten, 0, sessions.bytes, at, rewritten.length);
      setMerged(block);
      return;
    }
    int product = at + place;
    if (isNew) {
      sessions.setLong(product, fingerprint);
      sessions.setInt(product + VIEWS, 0);
      sessions.setInt(product + CART_ADDS, 0);
      sessions.setInt(product + PURCHASES, 0);
      sessions.setInt(product + ID_LENGTH, id.length());
      id.put(sessions.bytes, product + PRODUCT_HEAD);
      block.intOf(this, COUNT, block.intOf(this, COUNT) + 1);
    }
    int counter =
        product
            + switch (click.kind()) {
              case PRODUCT_VIEW -> VIEWS;
              case ADD_TO_CART -> CART_ADDS;
              default -> PURCHASES;
            };
    sessions.setInt(counter, sessions.intAt(counter) + 1);
  }

  /** The products as objects. */
  ProductTallies tallies(Block block) {
    ProductTallies all = new ProductTallies(MAX_PRODUCTS);
    VisitorSessions sessions = block.sessions();
    int at = block.section(index());
    for (int i = block.intOf(this, COUNT); i > 0; i--) {
      int length = sessions.intAt(at + ID_LENGTH);
      all.add(
          new String(sessions.bytes, at + PRODUCT_HEAD, length, StandardCharsets.UTF_8),
          sessions.intAt(at + VIEWS),
          sessions.intAt(at + CART_ADDS),
          sessions.intAt(at + PURCHASES));
      at += PRODUCT_HEAD + length;
    }
    if (isTruncated(block)) {
      all.truncate();
    }
    return all;
  }

  /** The products to publish, by id, ascending. */
  List<ProductActivity> activities(Block block) {
    int count = block.intOf(this, COUNT);
    List<ProductActivity> activities = new ArrayList<>(count);
    VisitorSessions sessions = block.sessions();
    int at = block.section(index());
    for (int i = count; i > 0; i--) {
      int length = sessions.intAt(at + ID_LENGTH);
      activities.add(
          new ProductActivity(
              new String(sessions.bytes, at + PRODUCT_HEAD, length, StandardCharsets.UTF_8),
              sessions.intAt(at + VIEWS),
              sessions.intAt(at + CART_ADDS),
              sessions.intAt(at + PURCHASES)));
      at += PRODUCT_HEAD + length;
    }
    activities.sort(ProductTallies.BY_ID);
    return activities;
  }

  private static byte[] bytes(ProductTallies products) {
    VisitorSessions target = new VisitorSessions();
    int length = products.size() * PRODUCT_HEAD + products.textLength();
    target.reserve(length);
    int at = 0;
    for (int i = 0; i < products.size(); i++) {
      byte[] id = products.id(i).getBytes(StandardCharsets.UTF_8);
      target.setLong(at, products.fingerprint(i));
      target.setInt(at + VIEWS, products.views(i));
      target.setInt(at + CART_ADDS, products.cartAdds(i));
      target.setInt(at + PURCHASES, products.purchases(i));
      target.setInt(at + ID_LENGTH, id.length);
      System.arraycopy(id, 0, target.bytes, at + PRODUCT_HEAD, id.length);
      at += PRODUCT_HEAD + id.length;
    }
    return Arrays.copyOf(target.bytes, at);
  }

  @Override
  byte[] merged(Block block, Block other) {
    tallies = tallies(block);
    tallies.addAll(tallies(other));
    return bytes(tallies);
  }

  @Override
  void setMerged(Block block) {
    block.intOf(this, COUNT, tallies.size());
    block.intOf(this, TRUNCATED, tallies.isTruncated() ? 1 : 0);
  }

  @Override
  void write(Block block, DataOutput out) throws IOException {
    Wire.writeUnsigned(out, 2L * block.intOf(this, COUNT) + block.intOf(this, TRUNCATED));
    super.write(block, out);
  }

  @Override
  int read(Block block, int at, DataInput in) throws IOException {
    int numbers = Wire.readSize(in);
    block.intOf(this, COUNT, numbers >> 1);
    block.intOf(this, TRUNCATED, numbers & 1);
    return super.read(block, at, in);
  }
}
