package io.clickstream.ingest.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingHintTest {

  @ParameterizedTest
  @CsvSource({
    "'\\0\\0\\0\\0*{}', 'starts with a schema id of 5 bytes: set ingest.framing: confluent'",
    "'\\0\\0\\0\\0*[', 'starts with a schema id of 5 bytes: set ingest.framing: confluent'",
    "'\\0\\0\\0\\0*x', 'starts with a schema id of 5 bytes: set ingest.framing: confluent, or if it"
        + " is Avro, ingest.format: avro'",
    "'\\x1F\\x8B', 'is gzip: set ingest.framing: gzip'",
    "'\\x03\\x05\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0x', 'starts with a header of AWS"
        + " Glue''s schema registry (18 bytes), which is not supported'"
  })
  void shouldNameTheSetting(String record, String expected) {
    byte[] bytes =
        record
            .replace("\\0", "\0")
            .replace("\\x1F\\x8B", "\u001F\u008B")
            .replace("\\x03\\x05", "\u0003\u0005")
            .getBytes(ISO_8859_1);

    assertThat(FramingHint.ofBytes(bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"'{}'", "''", "'\u0000'", "'\u001F'", "'\u0003\u0005'", "'x'"})
  void shouldSayNothingWhenTheBytesShowNothing(String record) {
    assertThat(FramingHint.ofBytes(record.getBytes(ISO_8859_1))).isNull();
  }

  @Test
  void shouldNameTheSettingForJsonInATextAlone() {
    assertThat(FramingHint.ofText(" {\"a\":1}")).contains("ingest.framing: text");
    assertThat(FramingHint.ofText("[")).contains("ingest.framing: text");
    assertThat(FramingHint.ofText("hello")).isNull();
  }
}
