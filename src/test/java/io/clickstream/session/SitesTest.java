package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitesTest {

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
    assertThat(Sites.isOwn(referrer, page)).isTrue();
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
    assertThat(Sites.isOwn(referrer, page)).isFalse();
  }
}
