package io.clickstream.session;

import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link SessionRules} on {@link PackedSessions}, with the same outcome in every case.
 *
 * <p>What most clicks do is done on the bytes: one that continues the visitor's last session, or
 * that begins a session far from all others. Everything else, cuts, merges, ties and first values
 * that change among them, is left to the rules, on the sessions as objects.
 */
final class PackedSessionRules {

  /** Instead of a block. */
  private static final int NONE = -1;

  private final SessionRules rules;
  private final long gap;
  private final long maxDuration;
  private final long maxEvents;
  private final int dedupWindow;

  /** Whether the click before changed no session but the last. */
  private boolean onlyLast;

  // Of the event that is being added: its product and page, and where they are or have their
  // places.
  private boolean hasProduct;
  private long product;
  private int productAt;
  private int newProductBytes;
  private long page;
  private int pageAt;
  private int newPageBytes;

  PackedSessionRules(SessionSettings settings) {
    this(settings, null);
  }

  PackedSessionRules(SessionSettings settings, @Nullable SessionRange range) {
    rules = new SessionRules(settings, range);
    gap = settings.gap().toMillis();
    maxDuration = settings.maxDuration().toMillis();
    maxEvents = settings.maxEvents();
    dedupWindow = settings.dedupWindow();
  }

  /** The rules whose outcome these have. */
  SessionRules rules() {
    return rules;
  }

  /** {@link SessionRules#accept}. */
  SessionRules.Outcome accept(PackedSessions packed, Click click, long watermark, long horizon) {
    long time = click.timestamp();
    if (rules.isLate(time, horizon)) {
      return SessionRules.Outcome.LATE;
    }
    onlyLast = true;
    if (standsBehindAll(packed, time)) {
      packed.append(rules.opened(click, 0, time <= watermark));
      return SessionRules.Outcome.ACCEPTED;
    }
    if (time >= packed.longAt(packed.last + PackedSessions.START)) {
      boolean hasId = click.texts().has(ClickText.EVENT_ID);
      long id = hasId ? Fingerprint.ofEvent(click.texts()) : 0;
      int block = hasId ? remembering(packed, click, id) : NONE;
      if (block != NONE) {
        incrementLong(packed, block + PackedSessions.DUPLICATES);
        return SessionRules.Outcome.DUPLICATE;
      }
      if (add(packed, click, id, time <= watermark)) {
        return SessionRules.Outcome.ACCEPTED;
      }
      return acceptInLast(packed, click, watermark, horizon);
    }
    onlyLast = false;
    VisitorSessions sessions = packed.unpack();
    SessionRules.Outcome outcome = rules.accept(sessions, click, watermark, horizon);
    packed.pack(sessions);
    return outcome;
  }

  /**
   * What the rules make of the last session alone: no other knows the event, and none is nearer.
   */
  private SessionRules.Outcome acceptInLast(
      PackedSessions packed, Click click, long watermark, long horizon) {
    VisitorSessions alone = new VisitorSessions();
    alone.sessions.add(packed.unpack(packed.last));
    SessionRules.Outcome outcome = rules.accept(alone, click, watermark, horizon);
    // A cut may have changed it and put another one behind it.
    onlyLast = alone.sessions.size() == 1;
    packed.remove(packed.last);
    alone.sessions.forEach(packed::append);
    return outcome;
  }

  private boolean standsBehindAll(PackedSessions packed, long time) {
    return packed.isEmpty()
        || (time > packed.longAt(packed.last + PackedSessions.END) + gap
            && (packed.count == 1 || time > packed.endBeforeLast + gap));
  }

  /**
   * The first session that an event touches and that accepted one of its id lately, or {@link
   * #NONE}. Those before the last are looked at only if they are near, which they are if they were
   * cut.
   */
  private int remembering(PackedSessions packed, Click click, long fingerprint) {
    long time = click.timestamp();
    if (packed.count > 1 && time <= packed.endBeforeLast + gap) {
      for (int block = 0; block < packed.last; block += packed.intAt(block + PackedSessions.SIZE)) {
        if (time <= packed.longAt(block + PackedSessions.END) + gap
            && remembers(packed, block, click.texts(), fingerprint)) {
          return block;
        }
      }
    }
    return remembers(packed, packed.last, click.texts(), fingerprint) ? packed.last : NONE;
  }

  /** {@link SessionState#remembers}. */
  private static boolean remembers(
      PackedSessions packed, int block, ClickTexts texts, long fingerprint) {
    return remembers(packed, block, fingerprint)
        || ((packed.intAt(block + PackedSessions.FLAGS) & PackedSessions.IDS_WITHOUT_TYPES) != 0
            && remembers(packed, block, Fingerprint.of(texts, ClickText.EVENT_ID)));
  }

  private static boolean remembers(PackedSessions packed, int block, long fingerprint) {
    int at = packed.eventIds(block);
    int end = at + Long.BYTES * packed.intAt(block + PackedSessions.EVENT_IDS);
    for (; at < end; at += Long.BYTES) {
      if (packed.longAt(at) == fingerprint) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds an event to the last session, which it touches.
   *
   * @param fingerprint of its id, if it has one
   * @return false if that is not simple; then nothing has changed
   */
  private boolean add(PackedSessions packed, Click click, long fingerprint, boolean late) {
    int block = packed.last;
    if (!isSimple(packed, block, click)
        || !findProduct(packed, block, click)
        || !findPage(packed, block, click)) {
      return false;
    }
    writeSections(packed, block, click, fingerprint);
    packed.setInt(
        block + PackedSessions.FLAGS,
        packed.intAt(block + PackedSessions.FLAGS) | PackedSessions.CHANGED);
    if (click.timestamp() > packed.longAt(block + PackedSessions.END)) {
      packed.setLong(block + PackedSessions.END, click.timestamp());
    }
    incrementLong(packed, block + PackedSessions.EVENTS);
    int kind = click.kind().ordinal();
    if (kind < Contents.COUNTERS) {
      incrementLong(packed, block + PackedSessions.COUNTS + kind * Long.BYTES);
    }
    if (late) {
      incrementLong(packed, block + PackedSessions.LATE_EVENTS);
    }
    return true;
  }

  /**
   * Whether an event joins the session without a cut, changes no first value, no revenue and no
   * order, and stands at the time of no other that a last value comes from.
   */
  private boolean isSimple(PackedSessions packed, int block, Click click) {
    ClickTexts texts = click.texts();
    long time = click.timestamp();
    boolean fits =
        time < packed.longAt(block + PackedSessions.END)
            || (packed.longAt(block + PackedSessions.EVENTS) < maxEvents
                && time - packed.longAt(block + PackedSessions.START) <= maxDuration);
    return fits
        && texts.areInValue()
        && time > packed.longAt(block + PackedSessions.NEWEST_FIRST)
        && !texts.hasAny(
            FirstValues.missing(packed.intAt(block + PackedSessions.MISSING_FIRST), click.kind()))
        && time != packed.longAt(block + PackedSessions.EXIT_TIME)
        && time != packed.longAt(block + PackedSessions.USER_TIME)
        && (click.kind() != EventKind.PURCHASE
            || (click.price() == null && !texts.has(ClickText.ORDER_ID)));
  }

  /** Finds out where the event's product is; returns false if there is no place for it. */
  private boolean findProduct(PackedSessions packed, int block, Click click) {
    ClickTexts texts = click.texts();
    hasProduct = countsProduct(click.kind()) && texts.has(ClickText.PRODUCT_ID);
    newProductBytes = 0;
    if (!hasProduct) {
      return true;
    }
    product = Fingerprint.of(texts, ClickText.PRODUCT_ID);
    productAt = findProduct(packed, packed.products(block), packed.pages(block), product);
    if (productAt >= 0) {
      return true;
    }
    if (packed.intAt(block + PackedSessions.PRODUCTS) < Contents.MAX_PRODUCTS) {
      newProductBytes =
          PackedSessions.PRODUCT_HEAD + ClickTexts.length(texts.slice(ClickText.PRODUCT_ID));
      return true;
    }
    // The products with the smallest ids are kept: one behind all of them changes nothing, once
    // it is known that there are more.
    hasProduct = false;
    return (packed.intAt(block + PackedSessions.FLAGS) & PackedSessions.PRODUCTS_TRUNCATED) != 0
        && isBehindAllProducts(packed, block, texts);
  }

  /** Whether the product's id is larger than all that are kept; false if it is not all ASCII. */
  private static boolean isBehindAllProducts(PackedSessions packed, int block, ClickTexts texts) {
    int slice = texts.slice(ClickText.PRODUCT_ID);
    int start = ClickTexts.start(slice);
    int end = start + ClickTexts.length(slice);
    int last = packed.pages(block);
    for (int at = packed.products(block); at < last; ) {
      int from = at + PackedSessions.PRODUCT_HEAD;
      at = from + packed.intAt(at + PackedSessions.ID_LENGTH);
      int differs = Arrays.mismatch(packed.bytes, from, at, texts.value(), start, end);
      boolean behind =
          differs >= 0
              && start + differs < end
              && (from + differs == at
                  || isBehind(packed.bytes[from + differs], texts.value()[start + differs]));
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

  /** Finds out where the event's page has its place; returns false if there is none. */
  private boolean findPage(PackedSessions packed, int block, Click click) {
    ClickTexts texts = click.texts();
    newPageBytes = 0;
    boolean saturated =
        (packed.intAt(block + PackedSessions.FLAGS) & PackedSessions.PAGES_SATURATED) != 0;
    if (saturated || click.kind() != EventKind.PAGE_VIEW || !texts.has(ClickText.PAGE_URL)) {
      return true;
    }
    page = Fingerprint.of(texts, ClickText.PAGE_URL);
    pageAt = placeOfPage(packed, packed.pages(block), packed.eventIds(block), page);
    if (pageAt < 0) {
      return true;
    }
    newPageBytes = Long.BYTES;
    return packed.intAt(block + PackedSessions.PAGES) + 1 < Contents.MAX_PAGES;
  }

  /**
   * Writes what the event adds to the sections. They move from the last to the first, so that none
   * overwrites another. Only event ids can become fewer; they are cut at their front when all else
   * is in its place.
   */
  private void writeSections(PackedSessions packed, int block, Click click, long fingerprint) {
    ClickTexts texts = click.texts();
    long time = click.timestamp();
    int id = texts.slice(ClickText.EVENT_ID);
    int url = texts.slice(ClickText.PAGE_URL);
    int userId = texts.slice(ClickText.USER_ID);
    boolean newExit =
        url != 0
            && click.kind() == EventKind.PAGE_VIEW
            && time > packed.longAt(block + PackedSessions.EXIT_TIME);
    boolean newUser = userId != 0 && time > packed.longAt(block + PackedSessions.USER_TIME);

    int pages = packed.pages(block);
    int ids = packed.eventIds(block);
    int exit = packed.exit(block);
    int user = packed.user(block);
    int oldSize = packed.intAt(block + PackedSessions.SIZE);
    int exitLength = user - exit;
    int userLength = block + oldSize - user;
    int idCount = packed.intAt(block + PackedSessions.EVENT_IDS);
    int newIds = id != 0 && dedupWindow > 0 ? 1 : 0;
    int forgotten = id == 0 ? 0 : Math.max(0, idCount + newIds - dedupWindow);
    int idAndUrl = ClickTexts.length(id) + ClickTexts.length(url);
    int newExitLength = newExit ? idAndUrl : exitLength;
    int newUserLength = newUser ? idAndUrl + ClickTexts.length(userId) : userLength;
    int shift = newProductBytes + newPageBytes;
    int exitNow = exit + shift + Long.BYTES * newIds;
    int userNow = exitNow + newExitLength;
    int end = userNow + newUserLength;
    packed.reserve(end);

    if (!newUser) {
      packed.move(user, userLength, userNow);
    }
    if (!newExit) {
      packed.move(exit, exitLength, exitNow);
    }
    if (newUser) {
      putTexts(packed, texts, id, url, userId, userNow, block + PackedSessions.USER_TEXTS);
      packed.setLong(block + PackedSessions.USER_TIME, time);
    }
    if (newExit) {
      putTexts(packed, texts, id, url, 0, exitNow, block + PackedSessions.EXIT_TEXTS);
      packed.setLong(block + PackedSessions.EXIT_TIME, time);
    }
    packed.move(ids, Long.BYTES * idCount, ids + shift);
    if (newIds > 0) {
      packed.setLong(ids + shift + Long.BYTES * idCount, fingerprint);
    }
    if (newPageBytes > 0) {
      packed.move(pageAt, ids - pageAt, pageAt + shift);
      packed.move(pages, pageAt - pages, pages + newProductBytes);
      packed.setLong(pageAt + newProductBytes, page);
      increment(packed, block + PackedSessions.PAGES, 1);
    } else {
      packed.move(pages, ids - pages, pages + newProductBytes);
    }
    if (newProductBytes > 0) {
      productAt = pages;
      putProduct(packed, texts, product, productAt);
      increment(packed, block + PackedSessions.PRODUCTS, 1);
      increment(packed, block + PackedSessions.PRODUCTS_LENGTH, newProductBytes);
    }
    if (hasProduct) {
      increment(packed, productAt + counterOf(click.kind()), 1);
    }
    if (forgotten > 0) {
      int kept = ids + shift + Long.BYTES * forgotten;
      packed.move(kept, end - kept, ids + shift);
      end -= Long.BYTES * forgotten;
    }
    packed.setInt(block + PackedSessions.EVENT_IDS, idCount + newIds - forgotten);
    packed.setInt(block + PackedSessions.SIZE, end - block);
    packed.size = end;
  }

  private static boolean countsProduct(EventKind kind) {
    return kind == EventKind.PRODUCT_VIEW
        || kind == EventKind.ADD_TO_CART
        || kind == EventKind.PURCHASE;
  }

  private static int counterOf(EventKind kind) {
    return switch (kind) {
      case PRODUCT_VIEW -> PackedSessions.VIEWS;
      case ADD_TO_CART -> PackedSessions.CART_ADDS;
      default -> PackedSessions.PURCHASES;
    };
  }

  /** Where a product is, or -1. */
  private static int findProduct(PackedSessions packed, int from, int to, long fingerprint) {
    for (int at = from; at < to; ) {
      if (packed.longAt(at) == fingerprint) {
        return at;
      }
      at += PackedSessions.PRODUCT_HEAD + packed.intAt(at + PackedSessions.ID_LENGTH);
    }
    return -1;
  }

  /** Where a page's fingerprint has its place in ascending order, or -1 if it is there. */
  private static int placeOfPage(PackedSessions packed, int from, int to, long fingerprint) {
    int low = 0;
    int high = (to - from) / Long.BYTES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      long there = packed.longAt(from + Long.BYTES * middle);
      if (there == fingerprint) {
        return -1;
      }
      if (there < fingerprint) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return from + Long.BYTES * low;
  }

  private static void putProduct(
      PackedSessions packed, ClickTexts texts, long fingerprint, int at) {
    int slice = texts.slice(ClickText.PRODUCT_ID);
    packed.setLong(at, fingerprint);
    packed.setInt(at + PackedSessions.VIEWS, 0);
    packed.setInt(at + PackedSessions.CART_ADDS, 0);
    packed.setInt(at + PackedSessions.PURCHASES, 0);
    packed.setInt(at + PackedSessions.ID_LENGTH, ClickTexts.length(slice));
    put(packed, texts, slice, at + PackedSessions.PRODUCT_HEAD);
  }

  private static void putTexts(
      PackedSessions packed, ClickTexts texts, int id, int page, int field, int at, int lengths) {
    packed.setInt(lengths, lengthOrAbsent(id));
    packed.setInt(lengths + 4, lengthOrAbsent(page));
    packed.setInt(lengths + 8, lengthOrAbsent(field));
    put(packed, texts, field, put(packed, texts, page, put(packed, texts, id, at)));
  }

  private static int lengthOrAbsent(int slice) {
    return slice == 0 ? LastEvent.ABSENT : ClickTexts.length(slice);
  }

  private static int put(PackedSessions packed, ClickTexts texts, int slice, int at) {
    int length = ClickTexts.length(slice);
    System.arraycopy(texts.value(), ClickTexts.start(slice), packed.bytes, at, length);
    return at + length;
  }

  private static void increment(PackedSessions packed, int at, int by) {
    packed.setInt(at, packed.intAt(at) + by);
  }

  private static void incrementLong(PackedSessions packed, int at) {
    packed.setLong(at, packed.longAt(at) + 1);
  }

  /** {@link SessionRules#advance}. */
  void advance(
      Visitor visitor,
      PackedSessions packed,
      long watermark,
      long horizon,
      Consumer<Session> output) {
    boolean forget = false;
    for (int block = 0; block < packed.size; block += packed.intAt(block + PackedSessions.SIZE)) {
      int flags = packed.intAt(block + PackedSessions.FLAGS);
      long end = packed.longAt(block + PackedSessions.END);
      if (rules.isDue((flags & PackedSessions.CHANGED) != 0, end, watermark)) {
        if ((flags & PackedSessions.REPLACED) != 0) {
          // Those before it are emitted already, and say so.
          VisitorSessions sessions = packed.unpack();
          rules.advance(visitor, sessions, watermark, horizon, output);
          packed.pack(sessions);
          return;
        }
        SessionState session = packed.unpack(block);
        rules.emit(visitor, session, output);
        packed.setInt(block + PackedSessions.REVISION, session.revision);
        packed.setInt(block + PackedSessions.FLAGS, flags & ~PackedSessions.CHANGED);
      }
      forget |= rules.isForgotten(packed.isChanged(block), end, horizon);
    }
    if (forget) {
      forget(packed, horizon);
    }
  }

  private void forget(PackedSessions packed, long horizon) {
    for (int block = 0; block < packed.size; ) {
      if (rules.isForgotten(
          packed.isChanged(block), packed.longAt(block + PackedSessions.END), horizon)) {
        packed.remove(block);
      } else {
        block += packed.intAt(block + PackedSessions.SIZE);
      }
    }
  }

  /** {@link SessionRules#nextDue}. */
  long nextDue(PackedSessions packed, long horizon) {
    long due = SessionRules.NEVER_DUE;
    for (int block = 0; block < packed.size; block += packed.intAt(block + PackedSessions.SIZE)) {
      due = Math.min(due, due(packed, block, horizon));
    }
    return due;
  }

  /**
   * {@link #nextDue} of the sessions that the click before has changed; it spares looking at the
   * others, which most clicks do not need.
   */
  long nextDueOfChanged(PackedSessions packed, long horizon) {
    return onlyLast && !packed.isEmpty()
        ? due(packed, packed.last, horizon)
        : nextDue(packed, horizon);
  }

  private long due(PackedSessions packed, int block, long horizon) {
    return rules.due(packed.isChanged(block), packed.longAt(block + PackedSessions.END), horizon);
  }
}
