package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.function.Consumer;

/**
 * {@link SessionRules} on {@link PackedSessions}, with the same outcome in every case.
 *
 * <p>What most clicks do is done on the bytes: one that continues the visitor's last session and
 * touches no other, or that begins a session far from all others. Everything else, cuts, merges,
 * ties and first values that change among them, is left to the rules, on the sessions as objects.
 */
final class PackedSessionRules {

  private final SessionRules rules;
  private final long gap;
  private final long maxDuration;
  private final long maxEvents;
  private final int dedupWindow;

  /** Whether the click before changed no session but the last. */
  private boolean onlyLast;

  PackedSessionRules(SessionSettings settings) {
    rules = new SessionRules(settings);
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
    if (touchesOnlyLast(packed, time)) {
      boolean hasId = click.texts().has(ClickText.EVENT_ID);
      long id = hasId ? Fingerprint.of(click.texts(), ClickText.EVENT_ID) : 0;
      if (hasId && remembers(packed, id)) {
        int at = packed.last + PackedSessions.DUPLICATES;
        packed.setLong(at, packed.longAt(at) + 1);
        return SessionRules.Outcome.DUPLICATE;
      }
      if (add(packed, click, id, time <= watermark)) {
        return SessionRules.Outcome.ACCEPTED;
      }
    }
    onlyLast = false;
    VisitorSessions sessions = packed.unpack();
    SessionRules.Outcome outcome = rules.accept(sessions, click, watermark, horizon);
    packed.pack(sessions);
    return outcome;
  }

  private boolean standsBehindAll(PackedSessions packed, long time) {
    return packed.isEmpty()
        || (time > packed.longAt(packed.last + PackedSessions.END) + gap
            && (packed.count == 1 || time > packed.endBeforeLast + gap));
  }

  /** Whether an event stands at or behind the last session's start and too far from all others. */
  private boolean touchesOnlyLast(PackedSessions packed, long time) {
    return time >= packed.longAt(packed.last + PackedSessions.START)
        && (packed.count == 1 || time > packed.endBeforeLast + gap);
  }

  /** Whether the last session accepted an event of this id lately. */
  private static boolean remembers(PackedSessions packed, long fingerprint) {
    int at = packed.eventIds(packed.last);
    int end = at + Long.BYTES * packed.intAt(packed.last + PackedSessions.EVENT_IDS);
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
    ClickTexts texts = click.texts();
    int block = packed.last;
    long time = click.timestamp();
    long end = packed.longAt(block + PackedSessions.END);
    boolean full = packed.longAt(block + PackedSessions.EVENTS) >= maxEvents;
    boolean fits =
        time < end || (!full && time - packed.longAt(block + PackedSessions.START) <= maxDuration);
    if (!fits
        || !texts.areInValue()
        || time <= packed.longAt(block + PackedSessions.NEWEST_FIRST)
        || texts.hasAny(packed.intAt(block + PackedSessions.MISSING_FIRST))) {
      return false;
    }
    boolean hasPage = texts.has(ClickText.PAGE_URL);
    boolean hasUser = texts.has(ClickText.USER_ID);
    long exitTime = packed.longAt(block + PackedSessions.EXIT_TIME);
    long userTime = packed.longAt(block + PackedSessions.USER_TIME);
    if ((hasPage && time == exitTime) || (hasUser && time == userTime)) {
      return false;
    }
    int kind = click.kind().ordinal();
    boolean hasProduct = countsProduct(click.kind()) && texts.has(ClickText.PRODUCT_ID);
    if (click.kind() == EventKind.PURCHASE && click.price() != null) {
      return false;
    }
    // Where the product is, or that it is new.
    int products = packed.products(block);
    int pages = packed.pages(block);
    int newProduct = 0;
    long product = 0;
    int productAt = -1;
    if (hasProduct) {
      product = Fingerprint.of(texts, ClickText.PRODUCT_ID);
      productAt = findProduct(packed, products, pages, product);
      if (productAt < 0) {
        if (packed.intAt(block + PackedSessions.PRODUCTS) >= Contents.MAX_PRODUCTS) {
          return false;
        }
        newProduct =
            PackedSessions.PRODUCT_HEAD + ClickTexts.length(texts.slice(ClickText.PRODUCT_ID));
      }
    }
    // Where the page's fingerprint goes, if it is new.
    int ids = packed.eventIds(block);
    int newPage = 0;
    long page = 0;
    int pageAt = -1;
    if (hasPage
        && (packed.intAt(block + PackedSessions.FLAGS) & PackedSessions.PAGES_SATURATED) == 0) {
      page = Fingerprint.of(texts, ClickText.PAGE_URL);
      pageAt = placeOfPage(packed, pages, ids, page);
      if (pageAt >= 0) {
        if (packed.intAt(block + PackedSessions.PAGES) + 1 >= Contents.MAX_PAGES) {
          return false;
        }
        newPage = Long.BYTES;
      }
    }
    // From here on it will be done.
    int exit = packed.exit(block);
    int user = packed.user(block);
    int oldSize = packed.intAt(block + PackedSessions.SIZE);
    int exitLength = user - exit;
    int userLength = block + oldSize - user;
    int idCount = packed.intAt(block + PackedSessions.EVENT_IDS);
    boolean hasId = texts.has(ClickText.EVENT_ID);
    int forgotten = 0;
    int newId = 0;
    if (hasId && dedupWindow == 0) {
      forgotten = idCount;
    } else if (hasId) {
      forgotten = Math.max(0, idCount + 1 - dedupWindow);
      newId = 1;
    }
    boolean newExit = hasPage && time > exitTime;
    boolean newUser = hasUser && time > userTime;
    int id = texts.slice(ClickText.EVENT_ID);
    int url = texts.slice(ClickText.PAGE_URL);
    int userId = texts.slice(ClickText.USER_ID);
    int idAndUrl = ClickTexts.length(id) + ClickTexts.length(url);
    int newExitLength = newExit ? idAndUrl : exitLength;
    int newUserLength = newUser ? idAndUrl + ClickTexts.length(userId) : userLength;
    int shift = newProduct + newPage;
    int growth = shift + Long.BYTES * newId;
    int grown = oldSize + growth + newExitLength - exitLength + newUserLength - userLength;
    packed.reserve(block + grown);
    byte[] bytes = packed.bytes;

    // Sections move from the last to the first, so that none overwrites another. Only the ids
    // can become fewer; they are cut at their front, after all else has moved.
    int exitNow = exit + growth;
    int userNow = exitNow + newExitLength;
    if (newUser) {
      // Written below, once the exit has moved.
      if (!newExit) {
        move(bytes, exit, exitLength, exitNow);
      }
      putTexts(packed, texts, id, url, userId, userNow, block + PackedSessions.USER_TEXTS);
      packed.setLong(block + PackedSessions.USER_TIME, time);
    } else {
      move(bytes, user, userLength, userNow);
      if (!newExit) {
        move(bytes, exit, exitLength, exitNow);
      }
    }
    if (newExit) {
      putTexts(packed, texts, id, url, 0, exitNow, block + PackedSessions.EXIT_TEXTS);
      packed.setLong(block + PackedSessions.EXIT_TIME, time);
    }
    move(bytes, ids, Long.BYTES * idCount, ids + shift);
    if (newId > 0) {
      packed.setLong(ids + shift + Long.BYTES * idCount, fingerprint);
    }
    if (newPage > 0) {
      move(bytes, pageAt, ids - pageAt, pageAt + shift);
      move(bytes, pages, pageAt - pages, pages + newProduct);
      packed.setLong(pageAt + newProduct, page);
      increment(packed, block + PackedSessions.PAGES);
    } else {
      move(bytes, pages, ids - pages, pages + newProduct);
    }
    if (hasProduct) {
      if (productAt < 0) {
        productAt = pages;
        putProduct(packed, texts, product, pages);
        increment(packed, block + PackedSessions.PRODUCTS);
        packed.setInt(
            block + PackedSessions.PRODUCTS_LENGTH,
            packed.intAt(block + PackedSessions.PRODUCTS_LENGTH) + newProduct);
      }
      increment(packed, productAt + counterOf(click.kind()));
    }
    int newSize = grown - Long.BYTES * forgotten;
    if (forgotten > 0) {
      int kept = ids + shift + Long.BYTES * forgotten;
      move(bytes, kept, block + grown - kept, ids + shift);
    }
    packed.setInt(block + PackedSessions.EVENT_IDS, idCount + newId - forgotten);

    packed.setInt(block + PackedSessions.SIZE, newSize);
    packed.size = block + newSize;
    packed.setInt(
        block + PackedSessions.FLAGS,
        packed.intAt(block + PackedSessions.FLAGS) | PackedSessions.CHANGED);
    if (time > end) {
      packed.setLong(block + PackedSessions.END, time);
    }
    incrementLong(packed, block + PackedSessions.EVENTS);
    if (kind < Contents.COUNTERS) {
      incrementLong(packed, block + PackedSessions.COUNTS + kind * Long.BYTES);
    }
    if (late) {
      incrementLong(packed, block + PackedSessions.LATE_EVENTS);
    }
    return true;
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

  private static void move(byte[] bytes, int from, int length, int to) {
    if (from != to) {
      System.arraycopy(bytes, from, bytes, to, length);
    }
  }

  private static void increment(PackedSessions packed, int at) {
    packed.setInt(at, packed.intAt(at) + 1);
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
