package io.clickstream.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson's generator is the yardstick: what it writes is what consumers have always read. */
class JsonWriterTest {

  private final JsonWriter json = new JsonWriter();

  @FunctionalInterface
  private interface Writing {
    void to(JsonGenerator generator) throws IOException;
  }

  private static String jackson(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(bytes)) {
      writing.to(generator);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String written() {
    return new String(json.copy(0, json.length()), StandardCharsets.UTF_8);
  }

  private void checkText(String text) throws IOException {
    String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    json.clear();

    json.text(text);

    assertThat(written()).isEqualTo(jackson(generator -> generator.writeString(wellFormed)));
  }

  @Property(tries = 2_000)
  void shouldWriteTextsAsJacksonDoes(@ForAll @StringLength(max = 200) String text)
      throws IOException {
    checkText(text);
  }

  @Property(tries = 1_000)
  void shouldWriteAsciiAsJacksonDoes(
      @ForAll @CharRange(from = '\u0000', to = '\u0082') @StringLength(max = 200) String text)
      throws IOException {
    checkText(text);
  }

  @Test
  void shouldWriteEveryCharacterAsJacksonDoes() throws IOException {
    for (int character = 0; character <= Character.MAX_VALUE; character++) {
      checkText("a" + (char) character);
    }
    checkText("");
    checkText("\uD83D\uDE00");
    checkText("\uDE00\uD83D");
    checkText("\uD83D\uD83D\uDE00\uDE00");
  }

  @Property(tries = 1_000)
  void shouldWriteNumbersAsJacksonDoes(@ForAll long number) throws IOException {
    checkNumber(number);
  }

  @Test
  void shouldWriteNumbersOfEveryLengthAsJacksonDoes() throws IOException {
    long power = 1;
    for (int digits = 1; digits <= 19; digits++) {
      for (long number : new long[] {power - 1, power, power + 1, -power, 1 - power}) {
        checkNumber(number);
      }
      power *= 10;
    }
    checkNumber(Long.MAX_VALUE);
    checkNumber(Long.MIN_VALUE);
    checkNumber(Long.MIN_VALUE + 1);
  }

  private void checkNumber(long number) throws IOException {
    json.clear();

    json.number(number);

    assertThat(written()).isEqualTo(jackson(generator -> generator.writeNumber(number)));
  }

  @Property(tries = 1_000)
  void shouldWriteIdsAsTheyPrintThemselves(@ForAll long high, @ForAll long low) {
    UUID id = new UUID(high, low);
    json.clear();

    json.id(id);

    assertThat(written()).isEqualTo(id.toString()).hasSize(JsonWriter.ID_LENGTH);
  }

  @Test
  void shouldWriteOneAfterTheOther() {
    json.raw(JsonWriter.ascii("{\"a\":"));
    json.text(null);
    json.raw(',');
    json.bool(true);
    json.bool(false);

    assertThat(written()).isEqualTo("{\"a\":null,truefalse");
    assertThat(json.copy(1, 4)).isEqualTo(JsonWriter.ascii("\"a\""));
  }

  @ParameterizedTest
  @ValueSource(ints = {4_093, 4_094, 4_095, 4_096, 1_000_000})
  void shouldTakeTextsOfAnyLength(int length) throws IOException {
    for (String unit : new String[] {"a", "\u0000", "ü", "\uD83D\uDE00"}) {
      checkText(unit.repeat(length));
      checkText("short");
    }
  }

  @Test
  void shouldTakeAsMuchAsComes() {
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      json.number(i);
      json.raw(' ');
      json.id(new UUID(i, i));
      json.raw(JsonWriter.ascii("end"));
      expected.append(i).append(' ').append(new UUID(i, i)).append("end");
    }

    assertThat(written()).isEqualTo(expected.toString());
  }
}
