package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders, products and repeated clicks as shops send them, and the sessions that are published. */
class OrdersFromTheFieldTest {

  /** 2026-11-27T00:53:20Z. */
  private static final long TIME = 1_795_740_800_000L;

  private static final String DEFAULTS = "session: {gap: 30min}";

  @TempDir private Path directory;

  private WholeWay way(String yaml) throws IOException {
    return WholeWay.of(directory, yaml);
  }

  /** A click of a device some seconds after {@link #TIME}, with more members. */
  private static String click(int seconds, String device, String type, String members) {
    return "{'event_type':'%s','timestamp':%d,'anonymous_id':'%s'%s}"
        .formatted(type, TIME + seconds * 1000L, device, members.isEmpty() ? "" : "," + members);
  }

  private static final String ORDER =
      click(
          60,
          "d1",
          "purchase",
          "'properties':{'revenue':'39.90','currency':'EUR','products':["
              + "{'product_id':'p1','price':10,'quantity':2},{'product_id':'p2','price':19.9}]}");

  @Test
  void shouldCountAllProductsOfAnOrderAndItsTotalOnce() throws IOException {
    WholeWay way =
        way("""
                ingest:
                  fields: {revenue: properties.revenue, currency: properties.currency}
                  products-at: properties.products
                """)
            .follow(Kind.PRODUCT, "p1", "{'product_id':'p1','category':'shoes','brand':'Kestrel'}")
            .follow(Kind.PRODUCT, "p2", "{'product_id':'p2','category':'bags','brand':'Kestrel'}")
            .read(click(0, "d1", "page_view", "'page_url':'https://shop.example/'"), ORDER);

    assertThat(way.sessions("event_count", "purchases", "revenue", "currency", "top_brand"))
        .containsExactly("2 1 39.90 EUR Kestrel");
    assertThat(way.sessions("products"))
        .containsExactly(
            "[{'id':'p1','views':0,'cart_adds':0,'purchases':1},"
                + "{'id':'p2','views':0,'cart_adds':0,'purchases':1}]");
    assertThat(way.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"properties.products.product_id, 1", "properties.products.0.product_id, 1"})
  void shouldCountAnOrderWhoseProductsAreNotFound(String path, int problems) throws IOException {
    WholeWay way =
        way("""
                ingest:
                  fields:
                    product_id: %s
                    price: properties.revenue
                    currency: properties.currency
                """
                .formatted(path))
            .read(ORDER);

    assertThat(way.sessions("purchases", "revenue", "currency", "products"))
        .containsExactly("1 39.90 EUR []");
    assertThat(way.problems()).isEqualTo(Map.of("product_id", problems));
    assertThat(way.rejected()).isEmpty();
  }

  /** There is no page of which it could be said that it was the only one. */
  @Test
  void shouldSayNothingOfBouncesWhenNoPageWasViewed() throws IOException {
    WholeWay way =
        way(DEFAULTS)
            .read(
                click(0, "buyer", "product_view", "'product_id':'p1'"),
                click(40, "buyer", "product_view", "'product_id':'p2'"),
                click(120, "buyer", "purchase", "'product_id':'p2','price':10,'currency':'EUR'"),
                click(121, "one", "page_view", "'page_url':'/'"),
                click(122, "two", "page_view", "'page_url':'/'"),
                click(123, "two", "page_view", "'page_url':'/b'"));

    assertThat(
            way.sessions(
                "visitor_id",
                "page_views",
                "product_views",
                "purchases",
                "is_bounce",
                "is_engaged"))
        .containsExactly("buyer 0 2 1 null true", "one 1 0 0 true false", "two 2 0 0 false true");
  }

  @Test
  void shouldCountAnOrderOnceWhenItsPageIsLoadedAgain() throws IOException {
    String order = "'event_id':'e%d','order_id':'%s','price':'49.90','currency':'EUR'";
    WholeWay way =
        way(DEFAULTS)
            .read(
                click(0, "r", "purchase", order.formatted(0, "o-1")),
                click(60, "r", "purchase", order.formatted(1, "o-1")),
                click(61, "two", "purchase", order.formatted(2, "o-2")),
                click(62, "two", "purchase", order.formatted(3, "o-3")));

    assertThat(way.sessions("visitor_id", "event_count", "purchases", "revenue"))
        .containsExactly("r 2 1 49.90", "two 2 2 99.80");
  }

  @Test
  void shouldCountPurchasesWithoutRevenueWhenTheirPricesCannotBeRead() throws IOException {
    String[] prices = {"'1,299.00'", "'33,95'", "'€49'", "'49.90'"};
    WholeWay way = way(DEFAULTS);
    for (int i = 0; i < prices.length; i++) {
      way.read(click(i, "d" + i, "purchase", "'price':%s,'currency':'EUR'".formatted(prices[i])));
    }

    assertThat(way.sessions("visitor_id", "purchases", "revenue", "currency"))
        .containsExactly("d0 1 null null", "d1 1 null null", "d2 1 null null", "d3 1 49.90 EUR");
    assertThat(way.problems()).isEqualTo(Map.of("price", 3));
    assertThat(way.rejected()).isEmpty();
  }

  @Test
  void shouldCountClicksWhoseQuantityMakesNoSense() throws IOException {
    WholeWay way =
        way(DEFAULTS)
            .read(
                click(0, "q", "page_view", "'page_url':'https://shop.example/'"),
                click(1, "q", "refund", "'product_id':'p1','quantity':-1"),
                click(2, "q", "add_to_cart", "'product_id':'p1','quantity':'2 kg'"),
                click(3, "q", "page_view", "'page_url':'https://shop.example/b','quantity':{}"));

    assertThat(way.sessions("event_count", "page_views", "cart_adds", "exit_page"))
        .containsExactly("4 2 1 https://shop.example/b");
    assertThat(way.problems()).isEqualTo(Map.of("quantity", 2));
    assertThat(way.rejected()).isEmpty();
  }

  @Test
  void shouldTakeAnIdWithAnotherTypeForAnotherClickAndKeepDuplicates() throws IOException {
    String again = click(61, "z", "page_view", "'event_id':'0','page_url':'/2'");
    String[] clicks = {
      click(0, "s", "page_view", "'event_id':'load-1','page_url':'/'"),
      click(1, "s", "purchase", "'event_id':'load-1','price':10,'currency':'EUR'"),
      click(60, "z", "page_view", "'event_id':'0','page_url':'/1'"),
      again
    };
    String[] asked = {"visitor_id", "event_count", "revenue", "duplicate_count", "exit_page"};

    WholeWay way = way("topics: {duplicates: again}").read(clicks);
    assertThat(way.sessions(asked)).containsExactly("s 2 10 0 /", "z 1 null 1 /1");
    assertThat(way.duplicates()).containsExactly(again.replace('\'', '"'));
    assertThat(way("session: {dedup-key: [event_id]}").read(clicks).sessions(asked))
        .containsExactly("s 1 null 1 /", "z 1 null 1 /1");
  }
}
