package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.model.Click;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionFacts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the record of a session must say, by {@link BatchSessions}; compared are all fields but
 * those that the order of arrival decides (revision, counts of late and repeated clicks, the moment
 * of emission) and those that reference data adds.
 */
final class ExpectedSession {

  /** A session of more than ten seconds is engaged. */
  private static final long ENGAGED_AFTER_MS = 10_000;

  private final List<Click> clicks;
  private final SessionFacts facts;

  /** A session of these clicks, in the order of their times. */
  ExpectedSession(List<Click> clicks) {
    this.clicks = clicks;
    this.facts = BatchSessions.facts(clicks);
  }

  long start() {
    return clicks.get(0).timestamp();
  }

  long end() {
    return facts.end();
  }

  long events() {
    return clicks.size();
  }

  /** What differs in a record, as {@code field=found expected=…}; empty if nothing does. */
  List<String> differences(JsonNode found) {
    List<String> differences = new ArrayList<>();
    expected()
        .forEach(
            (field, value) -> {
              JsonNode actual = found.path(field);
              String text = actual.isNull() || actual.isMissingNode() ? null : actual.asText();
              if (!Objects.equals(value, text)) {
                differences.add("%s=%s expected=%s".formatted(field, text, value));
              }
            });
    // Which orders count where there are more than can be is decided by a hash.
    if (!facts.ordersTruncated()) {
      compareProducts(found.path("products"), differences);
      compareRevenue(found, differences);
    }
    return differences;
  }

  private Map<String, @Nullable String> expected() {
    long duration = end() - start();
    boolean engaged =
        duration > ENGAGED_AFTER_MS || facts.pageViews() >= 2 || facts.purchases() >= 1;
    Map<String, @Nullable String> expected = new LinkedHashMap<>();
    expected.put("session_start", Long.toString(start()));
    expected.put("session_end", Long.toString(end()));
    expected.put("duration_ms", Long.toString(duration));
    expected.put("end_reason", facts.endReason().name());
    expected.put("user_id", facts.userId());
    expected.put("anonymous_id", facts.anonymousId());
    expected.put("event_count", Long.toString(facts.eventCount()));
    expected.put("page_views", Long.toString(facts.pageViews()));
    expected.put("unique_pages", Integer.toString(facts.uniquePages()));
    expected.put("product_views", Long.toString(facts.productViews()));
    expected.put("searches", Long.toString(facts.searches()));
    expected.put("cart_adds", Long.toString(facts.cartAdds()));
    expected.put("cart_removes", Long.toString(facts.cartRemoves()));
    expected.put("checkouts", Long.toString(facts.checkouts()));
    if (!facts.ordersTruncated()) {
      expected.put("purchases", Long.toString(facts.purchases()));
      expected.put("products_truncated", Boolean.toString(facts.productsTruncated()));
    }
    expected.put("orders_truncated", Boolean.toString(facts.ordersTruncated()));
    expected.put(
        "is_bounce", facts.pageViews() == 0 ? null : Boolean.toString(facts.pageViews() == 1));
    expected.put("is_engaged", Boolean.toString(engaged));
    expected.put("entry_page", facts.entryPage());
    expected.put("exit_page", facts.exitPage());
    expected.put("referrer", facts.referrer());
    expected.put("utm_source", facts.utmSource());
    expected.put("utm_medium", facts.utmMedium());
    expected.put("utm_campaign", facts.utmCampaign());
    expected.put("device_type", facts.deviceType());
    expected.put("country", facts.country());
    expected.put("user_agent", facts.userAgent());
    return expected;
  }

  private void compareProducts(JsonNode found, List<String> differences) {
    List<ProductActivity> actual = new ArrayList<>();
    for (JsonNode product : found) {
      actual.add(
          new ProductActivity(
              product.path("id").asText(),
              product.path("views").asInt(),
              product.path("cart_adds").asInt(),
              product.path("purchases").asInt()));
    }
    if (!actual.equals(facts.products())) {
      differences.add("products=%s expected=%s".formatted(actual, facts.products()));
    }
  }

  private void compareRevenue(JsonNode found, List<String> differences) {
    List<Money> expected = facts.revenue();
    Money largest = expected.isEmpty() ? null : expected.get(0);
    compareAmount("revenue", found.path("revenue"), largest, differences);
    String currency = found.path("currency").asText();
    if (largest != null && !largest.currency().equals(currency.equals("null") ? "" : currency)) {
      differences.add("currency=%s expected=%s".formatted(currency, largest.currency()));
    }
    for (int i = 1; i < expected.size(); i++) {
      Money other = expected.get(i);
      compareAmount(
          "revenue_other." + other.currency(),
          found.path("revenue_other").path(other.currency()),
          other,
          differences);
    }
    int others = Math.max(0, expected.size() - 1);
    if (found.path("revenue_other").size() != others) {
      differences.add(
          "revenue_other=%s expected=%d".formatted(found.path("revenue_other"), others));
    }
  }

  private static void compareAmount(
      String field, JsonNode found, @Nullable Money expected, List<String> differences) {
    boolean absent = found.isNull() || found.isMissingNode();
    boolean same =
        absent
            ? expected == null
            : expected != null && new BigDecimal(found.asText()).compareTo(expected.amount()) == 0;
    if (!same) {
      differences.add(
          "%s=%s expected=%s"
              .formatted(
                  field,
                  absent ? null : found.asText(),
                  expected == null ? null : expected.amount().toPlainString()));
    }
  }
}
