package io.clickstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SurrogatesTest {

  @Test
  void shouldAgreeWithTheJdkWhetherTextCanBeEncoded() {
    // Given
    char[] units = {'a', 'ü', '\uD7FF', '\uD800', '\uDBFF', '\uDC00', '\uDFFF', '\uE000'};
    for (char first : units) {
      for (char second : units) {
        for (char third : units) {
          String text = new String(new char[] {first, second, third});
          // When, Then
          assertThat(Surrogates.arePaired(text))
              .isEqualTo(StandardCharsets.UTF_8.newEncoder().canEncode(text));
        }
      }
    }
  }
}
