package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SitesTest {

  private static final Sites NONE = new Sites(List.of());

  /** Of which one is below another. */
  private static final Sites OURS =
      new Sites(List.of("Shop.example", "www.pay.example", "a.pay.example", "localhost"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/",
        "https://www.SHOP.example:8443/a",
        "https://m.shop.example/a",
        "https://a.b.shop.example",
        "https://pay.example/return",
        "https://www.pay.example/return",
        "https://eu.pay.example/return",
        "http://localhost:8080/",
        "/a"
      })
  void shouldBeOwnWhenHostIsOfOursOrBelow(String referrer) {
    assertThat(OURS.isOwn(referrer, "https://other.example/")).isTrue();
    assertThat(OURS.isOwn(referrer, null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://myshop.example/",
        "https://shop.example.net/",
        "https://example/",
        "https://pay.example.other/",
        "https://other.example/?shop.example",
        "https://shop.example@other.test/"
      })
  void shouldNotBeOwnWhenHostOnlyLooksLikeOurs(String referrer) {
    assertThat(OURS.isOwn(referrer, "https://here.example/")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/a,           https://shop.example/b",
    "http://WWW.shop.example:8080/a?b, https://shop.example#c",
    "//shop.example,                   https://user@www.shop.example/",
    "shop.example/a,                   https://shop.example",
    "https://[2001:db8::1]:8443/,      http://[2001:db8::1]/a",
    "/a?to=https://other.example/,     https://shop.example/b",
    "?a=1,                             https://shop.example/b",
    "/a,                               ",
  })
  void shouldBeOwnWhenHostIsSame(String referrer, @Nullable String page) {
    assertThat(NONE.isOwn(referrer, page)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://other.example/,                         https://shop.example/",
    "https://m.shop.example/,                        https://shop.example/",
    "https://shop.example.other.example/,            https://shop.example/",
    "https://other.example/?from=https://shop.example/, https://shop.example/",
    "https://shop.example@other.example/,            https://shop.example/",
    "android-app://com.example.search,               https://shop.example/",
    "https://[2001:db8::1]/,                         http://[2001:db8::2]/a",
    "newsletter,                                     https://shop.example/",
    "https://shop.example/,                          /a",
    "https://shop.example/,                          ",
  })
  void shouldNotBeOwnWhenHostIsAnother(String referrer, @Nullable String page) {
    assertThat(NONE.isOwn(referrer, page)).isFalse();
  }
}
