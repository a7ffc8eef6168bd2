package io.clickstream.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.MissingWords;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlCampaignTest {

  private static final List<ClickText> TEXTS =
      List.of(
          ClickText.UTM_SOURCE, ClickText.UTM_MEDIUM, ClickText.UTM_CAMPAIGN, ClickText.CLICK_ID);

  private final UrlCampaign campaign = new UrlCampaign(MissingWords.DEFAULT);

  /** By the order of {@link #TEXTS}, joined by bars; read in both ways, which must agree. */
  private String read(String url) {
    @Nullable String[] texts = new @Nullable String[ClickText.values().length];
    campaign.addTo(texts, url);
    assertThat(texts).isEqualTo(readFromBytes(url, url.length()));
    return TEXTS.stream()
        .map(text -> Objects.requireNonNullElse(texts[text.ordinal()], ""))
        .collect(Collectors.joining("|"));
  }

  private @Nullable String[] readFromBytes(String url, int more) {
    byte[] value = ("{" + url + "\"" + "?utm_source=not".repeat(more % 3)).getBytes(UTF_8);
    int end = 1 + url.getBytes(UTF_8).length;
    int[] slices = new int[ClickText.values().length];
    assertThat(UrlCampaign.hasQuery(value, 1, end)).isEqualTo(url.indexOf('?') >= 0);
    assertThat(campaign.addTo(slices, value, 1, end)).isTrue();
    ClickTexts texts = ClickTexts.inValue(value, campaign.extra(), slices);
    return Arrays.stream(ClickText.values()).map(texts::get).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/?utm_source=LinkedIn&utm_medium=social&utm_campaign=black%20friday,"
        + " LinkedIn|social|black friday|",
    "https://shop.example/?a=1&utm_source=x#top, x|||",
    "/relative?utm_medium=email, |email||",
    "?utm_campaign=c, ||c|",
    "https://shop.example/?utm_source=a&utm_source=b, a|||",
    "https://shop.example/?utm_source=&utm_source=b, |||",
    "https://shop.example/?utm_source&utm_source=b, |||",
    "https://shop.example/?UTM_SOURCE=x&xutm_source=y&utm_source_=z, |||",
    "https://shop.example/?&&utm_source=x&, x|||",
    "https://shop.example/?utm_source=a=b?c, a=b?c|||",
    "https://shop.example/?a?utm_source=x, |||",
    "https://shop.example/utm_source=x, |||",
    // a fragment is no query, but that of a single-page application may have one
    "https://shop.example/#utm_source=x, |||",
    "https://shop.example/?a=1#utm_source=x, |||",
    "https://shop.example/?a=1#/b?utm_source=x, |||",
    "https://shop.example/#/signup?utm_source=x&utm_medium=y, x|y||",
    "https://shop.example/#/signup?utm_source=x#utm_medium=y, x|||"
  })
  void shouldReadTheQuery(String url, String expected) {
    assertThat(read(url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a+b, a b",
    "a%20b, a b",
    "%E6%BC%A2%E5%AD%97, 漢字",
    "漢字, 漢字",
    "%f0%9F%98%80, 😀",
    "100%25, 100%",
    "100%, 100%",
    "%, %",
    "%4, %4",
    "%4g, %4g",
    "%-1, %-1",
    "%%41, %A",
    "%2541, %41",
    "%C3, \uFFFD",
    "a%FFb, a\uFFFDb",
    "%ED%A0%80, \uFFFD",
    "%C3%BC, ü",
    "+a+, a",
    "%E2%80%83a, a",
    "%41, A",
    "٤, ٤",
    "%٤٤, %٤٤"
  })
  void shouldDecodeValues(String written, String expected) {
    assertThat(read("/?utm_source=" + written)).isEqualTo(expected + "|||");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "undefined",
        "(null)",
        "%28null%29",
        "None",
        "-",
        "+",
        "%20",
        "+-+",
        "[object+Object]"
      })
  void shouldTakeWordsForNothingForNothing(String written) {
    assertThat(read("/?utm_source=" + written + "&utm_medium=m")).isEqualTo("|m||");
  }

  @ParameterizedTest
  @CsvSource({
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6&fbclid=5&dclid=4&wbraid=3&gbraid=2&gclid=1, 1",
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6&fbclid=5&dclid=4&wbraid=3&gbraid=2, 2",
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6&fbclid=5&dclid=4&wbraid=3, 3",
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6&fbclid=5&dclid=4, 4",
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6&fbclid=5, 5",
    "li_fat_id=9&twclid=8&ttclid=7&msclkid=6, 6",
    "li_fat_id=9&twclid=8&ttclid=7, 7",
    "li_fat_id=9&twclid=8, 8",
    "li_fat_id=9, 9",
    "gclid=&fbclid=5, 5",
    "gclid=null&gclid=1&fbclid=5, 5",
    "fbclid=%3D, =",
    "clid=1&gclid_=2, ''"
  })
  void shouldTakeTheFirstClickIdInOrder(String query, String expected) {
    assertThat(read("/?" + query)).isEqualTo("|||" + expected);
  }

  @Test
  void shouldCutLongValuesAtACodePoint() {
    String most = "x".repeat(FieldValues.MAX_TEXT_LENGTH - 1);

    assertThat(read("/?utm_source=" + most + "yz")).isEqualTo(most + "y|||");
    assertThat(read("/?utm_source=" + most + "😀")).isEqualTo(most + "|||");
    assertThat(read("/?utm_source=" + most + "%C3%BC+z")).isEqualTo(most + "ü|||");
  }

  @Test
  void shouldSayWhenPlacesCannotNameAll() {
    // Given
    String url = "/?utm_source=a%20b";
    int[] slices = new int[ClickText.values().length];
    byte[] longest = new byte[ClickTexts.MAX_SLICED_LENGTH - "a b".length()];
    byte[] tooLong = new byte[longest.length + 1];
    System.arraycopy(url.getBytes(UTF_8), 0, longest, 0, url.length());
    System.arraycopy(url.getBytes(UTF_8), 0, tooLong, 0, url.length());
    // When, Then
    assertThat(campaign.addTo(slices, longest, 0, url.length())).isTrue();
    assertThat(ClickTexts.inValue(longest, campaign.extra(), slices).get(ClickText.UTM_SOURCE))
        .isEqualTo("a b");
    assertThat(campaign.addTo(new int[slices.length], tooLong, 0, url.length())).isFalse();
  }

  @Test
  void shouldNeedNoBytesWhenValuesStandInTheUrl() {
    readFromBytes("/?utm_source=a.b-c~d_e/f:g&utm_medium=%20m", 0);
    assertThat(campaign.extra()).isEqualTo(new byte[] {'m'});

    readFromBytes("/?utm_source=a.b-c~d_e/f:g&fbclid=IwAR0", 0);
    assertThat(campaign.extra()).isNull();
  }

  @Property(tries = 5_000)
  void shouldReadTheSameFromBytesAndFromText(@ForAll("urls") String url) {
    read(url);
  }

  @Provide
  Arbitrary<String> urls() {
    return Arbitraries.of(
            "?",
            "&",
            "=",
            "#",
            "%",
            "%2",
            "%C3",
            "%BC",
            "%20",
            "+",
            " ",
            "a",
            "ü",
            "😀",
            "null",
            "utm_source",
            "utm_medium=",
            "utm_campaign=",
            "&gclid=",
            "&fbclid=",
            "\u2003",
            "\u001f")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }
}
