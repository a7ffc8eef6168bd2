package io.clickstream.tools.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.model.EventKind;
import io.clickstream.tools.traffic.ShopperEvent.Campaign;
import io.clickstream.tools.traffic.ShopperEvent.Device;
import io.clickstream.tools.traffic.ShopperEvent.Properties;
import org.junit.jupiter.api.Test;

class ClickJsonTest {

  @Test
  void shouldWriteEveryFieldWhenAllHaveAValue() {
    ShopperEvent event =
        new ShopperEvent(
            1_767_225_600_000L,
            "e-1",
            EventKind.PURCHASE,
            "d-1",
            "u-1",
            "https://shop.example/checkout/pay",
            "Payment",
            "https://search.example/",
            new Campaign("search", "cpc", "brand_terms"),
            "p-00042",
            2,
            "19.99",
            "EUR",
            "o-1",
            new Device("desktop", "Browser/1.0"),
            "DE",
            "web",
            new Properties("pro", "checkout-a", 55, 1_200, 2, "39.98", "EUR"));

    assertThat(new String(new ClickJson().click(event), UTF_8))
        .isEqualTo(
            "{\"event_id\":\"e-1\",\"event_type\":\"purchase\",\"timestamp\":1767225600000,"
                + "\"user_id\":\"u-1\",\"anonymous_id\":\"d-1\","
                + "\"page_url\":\"https://shop.example/checkout/pay\",\"page_title\":\"Payment\","
                + "\"referrer\":\"https://search.example/\",\"utm_source\":\"search\","
                + "\"utm_medium\":\"cpc\",\"utm_campaign\":\"brand_terms\","
                + "\"product_id\":\"p-00042\",\"quantity\":2,\"price\":\"19.99\","
                + "\"currency\":\"EUR\",\"order_id\":\"o-1\",\"user_agent\":\"Browser/1.0\","
                + "\"device_type\":\"desktop\",\"country\":\"DE\",\"app_id\":\"web\","
                + "\"properties\":{\"plan\":\"pro\",\"experiment\":\"checkout-a\","
                + "\"scroll_depth\":55,\"engagement_time_msec\":1200,\"quantity\":2,"
                + "\"total\":39.98,\"currency\":\"EUR\"}}");
  }

  @Test
  void shouldReadBackAsWrittenWhenTextHoldsSpecialCharacters() throws Exception {
    String special = "a\"b\\c\n\t\u0001 é 漢 😀 d\"e";

    byte[] product = new ClickJson().product("p-1", "shoes", special, "n", "1.00", 5);

    assertThat(new ObjectMapper().readTree(product).get("brand").textValue()).isEqualTo(special);
  }

  @Test
  void shouldWriteReferenceDataThatBelongsToTheShop() {
    assertThat(
            ReferenceData.profiles(60, 5)
                .skip(41)
                .findFirst()
                .map(entry -> entry.key() + " " + new String(entry.value(), UTF_8)))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .matches(
                        "u-00000(\\d\\d) \\{\"user_id\":\"u-00000\\1\",\"segment\":\"[a-z_]+\","
                            + "\"tier\":\"[a-z]+\",\"updated_at\":5}"));
    assertThat(ReferenceData.profiles(10_000, 5).count()).isBetween(9_700L, 9_900L);
    assertThat(ReferenceData.products(10_000, 5).count()).isBetween(9_700L, 9_900L);
  }
}
