package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.SessionValues;
import org.jspecify.annotations.Nullable;

/** Goes as soon as sessions carry values. */
final class FactsOfValues {
  private FactsOfValues() {}

  static SessionFacts facts(SessionValues v) {
    return new SessionFacts(
        v.end(), v.endReason(), t(v, "user_id"), t(v, "anonymous_id"), n(v, "event_count"),
        n(v, "page_views"), (int) n(v, "unique_pages"), n(v, "product_views"), n(v, "searches"),
        n(v, "cart_adds"), n(v, "cart_removes"), n(v, "checkouts"), n(v, "purchases"), v.revenue(),
        n(v, "duplicate_count"), n(v, "late_event_count"), t(v, "entry_page"), t(v, "exit_page"),
        t(v, "referrer"), t(v, "utm_source"), t(v, "utm_medium"), t(v, "utm_campaign"),
        t(v, "device_type"), t(v, "country"), t(v, "user_agent"), v.products(),
        n(v, "products_truncated") != 0, n(v, "orders_truncated") != 0);
  }

  private static long n(SessionValues values, String name) {
    return values.number(Columns.BUILT_IN.numberSlot(name));
  }

  private static @Nullable String t(SessionValues values, String name) {
    return values.text(Columns.BUILT_IN.textSlot(name));
  }
}
