package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "abc",
        "abcd",
        "abcde",
        "3f2b8c1d-77aa",
        "/ä",
        "aäbc",
        "\u20ac",
        "x\ud83d\ude00y"
      })
  void shouldBeThatOfTextWhenMadeOfItsBytes(String text) {
    ClickTexts inValue = Clicks.inValue(at(0).id(text).page(text).click()).texts();
    assertThat(inValue.areInValue()).isTrue();

    assertThat(Fingerprint.of(inValue, ClickText.EVENT_ID.ordinal()))
        .isEqualTo(Fingerprint.of(text));
    assertThat(Fingerprint.of(inValue, ClickText.PAGE_URL.ordinal()))
        .isEqualTo(Fingerprint.of(text));
    ClickTexts beside = Clicks.besideValue(at(0).id(text).page(text).click()).texts();
    assertThat(beside.extra()).isNotNull();
    assertThat(Fingerprint.of(beside, ClickText.EVENT_ID.ordinal()))
        .isEqualTo(Fingerprint.of(text));
    assertThat(Fingerprint.of(beside, ClickText.PAGE_URL.ordinal()))
        .isEqualTo(Fingerprint.of(text));
    assertThat(Fingerprint.of(at(0).id(text).click().texts(), ClickText.EVENT_ID.ordinal()))
        .isEqualTo(Fingerprint.of(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://shop.example/page/17?q=4", "https://shöp.example/page/17?q=4"})
  void shouldBeThatOfTextWhateverItsLength(String longest) {
    for (int length = 1; length <= longest.length(); length++) {
      String text = longest.substring(0, length);
      ClickTexts inValue = Clicks.inValue(at(0).id(text).click()).texts();

      assertThat(Fingerprint.of(inValue, ClickText.EVENT_ID.ordinal()))
          .as(text)
          .isEqualTo(Fingerprint.of(text));
    }
  }
}
