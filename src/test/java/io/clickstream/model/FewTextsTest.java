package io.clickstream.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FewTextsTest {

  private static String text(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return FewTexts.of(bytes, 1, bytes.length - 2);
  }

  @Test
  void shouldGiveOneObjectForEqualTexts() {
    assertThat(text("shop-web")).isEqualTo("shop-web").isSameAs(text("shop-web"));
    assertThat(text("größe 😀")).isEqualTo("größe 😀").isSameAs(text("größe 😀"));
  }

  @Test
  void shouldGiveEveryTextHoweverManyThereAre() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(text("app" + i)).isEqualTo("app" + i);
      }
    }
    assertThat(text("")).isEmpty();
  }

  @Test
  void shouldNotKeepLongTexts() {
    String longest = "x".repeat(64);
    assertThat(text(longest)).isEqualTo(longest).isSameAs(text(longest));
    String longer = "x".repeat(65);
    assertThat(text(longer)).isEqualTo(longer).isNotSameAs(text(longer));
  }
}
