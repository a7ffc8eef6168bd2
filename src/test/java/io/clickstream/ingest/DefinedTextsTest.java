package io.clickstream.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Reading;
import io.clickstream.model.ClickTexts;
import java.math.BigDecimal;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinedTextsTest {

  private static final String DIGITS = "12345678901234567890123456789012345678";

  /** As it is read in the middle of other bytes, which have digits as well. */
  private static @Nullable String read(Reading reading, String text) {
    byte[] bytes = ("9" + text + "90").getBytes(UTF_8);
    int end = bytes.length - 2;
    int slice = DefinedTexts.slice(reading, bytes, 1, end);
    String found =
        slice == DefinedTexts.NONE
            ? null
            : slice == DefinedTexts.OTHER
                ? new String(DefinedTexts.written(bytes, 1, end), UTF_8)
                : ClickTexts.text(bytes, slice);
    assertThat(DefinedTexts.read(reading, text)).isEqualTo(found);
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "+0,0",
    "00,0",
    "0.0,0",
    "-0.00,0",
    ".0,0",
    "0.,0",
    "0e5,0",
    "-0.0E-3,0",
    "7,7",
    "+7,7",
    "-7,-7",
    "007,7",
    "-007,-7",
    "7.,7",
    "7.0,7",
    "7.50,7.5",
    "-7.50,-7.5",
    "0.5,0.5",
    "-0.5,-0.5",
    ".5,0.5",
    "+.5,0.5",
    "-.5,-0.5",
    "000.5,0.5",
    "-000.5,-0.5",
    "100,100",
    "1e2,100",
    "1E+2,100",
    "1.e2,100",
    "12.5e1,125",
    "12.50e1,125",
    "-125e-2,-1.25",
    "5e-1,0.5",
    "500e-3,0.5",
    "0.001e2,0.1",
    "1e-18,0.000000000000000001",
    "0.000000000000000001,0.000000000000000001",
    "1e37,10000000000000000000000000000000000000",
    "1e0000000000000000000002,100"
  })
  void shouldWriteNumbersWithoutWhatSaysNothing(String text, String expected) {
    assertThat(read(Reading.DECIMAL, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+",
        ".",
        "-.",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e-",
        "1ee2",
        "1e2.0",
        "1.2.3",
        "--1",
        "1-",
        "1,5",
        "0x10",
        "1 2",
        "NaN",
        "Infinity",
        "١٢",
        "true",
        "1e99999999999",
        "1e-19",
        "1e38",
        "1e999999999",
        "-1e-999999999",
        "0.0000000000000000001",
        "1f",
        "1d",
        "ü",
        "1e٣"
      })
  void shouldFindNoNumberInOthers(String text) {
    assertThat(read(Reading.DECIMAL, text)).isNull();
  }

  @Test
  void shouldReadAsManyDigitsAsThereCanBe() {
    String fraction = "123456789012345678";
    assertThat(read(Reading.DECIMAL, DIGITS)).isEqualTo(DIGITS);
    assertThat(read(Reading.DECIMAL, "-" + DIGITS)).isEqualTo("-" + DIGITS);
    assertThat(read(Reading.DECIMAL, "000" + DIGITS + ".000")).isEqualTo(DIGITS);
    assertThat(read(Reading.DECIMAL, DIGITS + "9")).isNull();
    assertThat(read(Reading.DECIMAL, DIGITS + "0")).isNull();
    assertThat(read(Reading.DECIMAL, DIGITS + "e-18"))
        .isEqualTo(DIGITS.substring(0, 20) + "." + DIGITS.substring(20));
    assertThat(read(Reading.DECIMAL, DIGITS + "e1")).isNull();
    assertThat(read(Reading.DECIMAL, DIGITS + "e-19")).isNull();
    assertThat(read(Reading.DECIMAL, "0." + fraction)).isEqualTo("0." + fraction);
    assertThat(read(Reading.DECIMAL, "0." + fraction + "0")).isEqualTo("0." + fraction);
    assertThat(read(Reading.DECIMAL, "0." + fraction + "1")).isNull();
    assertThat(read(Reading.DECIMAL, DIGITS.substring(18) + "." + fraction))
        .isEqualTo(DIGITS.substring(18) + "." + fraction);
    assertThat(read(Reading.DECIMAL, DIGITS.substring(17) + "." + fraction)).isNull();
  }

  @Test
  void shouldReadNumbersAsBigDecimalDoes() {
    // Given texts that are nearly numbers
    Random random = new Random(1);
    int numbers = 0;
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
      for (int j = random.nextInt(random.nextInt(4) == 0 ? 45 : 6); j >= 0; j--) {
        text.append("0001290000.5+-eE".charAt(random.nextInt(random.nextInt(9) == 0 ? 16 : 10)));
      }
      if (random.nextInt(3) == 0) {
        text.insert(random.nextInt(text.length() + 1), '.');
      }
      if (random.nextInt(4) == 0) {
        text.append('e').append(random.nextInt(60) - 30);
      }
      if (text.toString().matches(".*[eE][+-]?[0-9]{10,}")) {
        continue; // BigDecimal does not read all of them, be the rest zero or not
      }
      // When
      String found = read(Reading.DECIMAL, text.toString());
      // Then
      String expected = expected(text.toString());
      if (expected == null ? found != null : !expected.equals(found)) {
        assertThat(found).as(text.toString()).isEqualTo(expected);
      }
      numbers += found == null ? 0 : 1;
    }
    assertThat(numbers).isGreaterThan(100_000);
  }

  private static @Nullable String expected(String text) {
    BigDecimal number;
    try {
      number = new BigDecimal(text).stripTrailingZeros();
    } catch (NumberFormatException e) {
      return null;
    }
    boolean isTooLong = number.precision() > 38 || number.precision() - number.scale() > 38;
    return isTooLong || number.scale() > 18 ? null : number.toPlainString();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "5,5",
    "05,5",
    "5.0,5",
    "1e3,1000",
    "9007199254740992,9007199254740992",
    "9007199254740992.000,9007199254740992",
    "9.007199254740992e15,9007199254740992"
  })
  void shouldReadMillisecondsThatAreWhole(String text, String expected) {
    assertThat(read(Reading.MILLISECONDS, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "0.5",
        "-0.5",
        "9007199254740993",
        "10000000000000000",
        "9223372036854775808",
        "1e16",
        "5e-1",
        "-1e2",
        "x",
        ""
      })
  void shouldFindNoMillisecondsInOthers(String text) {
    assertThat(read(Reading.MILLISECONDS, text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,false"})
  void shouldReadTheWordsOfBooleans(String text, String expected) {
    assertThat(read(Reading.FLAG, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"True", "tru", "truee", "FALSE", "yes", "1", "0", "null"})
  void shouldFindNoBooleanInOthers(String text) {
    assertThat(read(Reading.FLAG, text)).isNull();
  }

  @Test
  void shouldNotReadNumbersThatAreVeryLong() {
    String zeros = "0".repeat(1_022);
    assertThat(DefinedTexts.read(Reading.DECIMAL, zeros + "12")).isEqualTo("12");
    assertThat(DefinedTexts.read(Reading.DECIMAL, zeros + "123")).isNull();
  }
}
