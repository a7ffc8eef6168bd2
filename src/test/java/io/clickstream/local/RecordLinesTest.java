package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLinesTest {

  @Test
  void shouldEmbedTheValueAsItIsWhenItIsAnObject() throws IOException {
    assertThat(line("k", "{\"a\": 1.50, \"a\": \"é\\n\", \"b\": [ {} ]}"))
        .isEqualTo(
            "{\"key\":\"k\",\"headers\":{},\"value\":{\"a\": 1.50, \"a\": \"é\\n\", \"b\": [ {}"
                + " ]}}\n");
  }

  @Test
  void shouldStayOnOneLineWhenTheObjectIsOnSeveral() throws IOException {
    assertThat(line("k", "\n{\r\n\"a\":\n1}\n"))
        .isEqualTo("{\"key\":\"k\",\"headers\":{},\"value\":{  \"a\": 1}}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "[{}]",
        "1",
        "null",
        "\"text\"",
        "{\"a\":1",
        "{\"a\":1}}",
        "{} {}",
        "{'a':1}",
        "{\"a\":\"\n\"}",
        "\uFEFF{}"
      })
  void shouldKeepTheTextWhenItIsNoSingleObject(String value) throws IOException {
    assertThat(RecordLines.isObject(value)).isFalse();
    assertThat(new ObjectMapper().readTree(line("k", value)).get("value").textValue())
        .isEqualTo(value);
  }

  @Test
  void shouldEmbedObjectsOfFiveHundredLevelsAndKeepDeeperOnesAsText() throws IOException {
    assertThat(RecordLines.isObject(nested(500))).isTrue();
    assertThat(RecordLines.isObject(nested(501))).isFalse();
    assertThat(new ObjectMapper().readTree(line("k", nested(501))).get("value").textValue())
        .isEqualTo(nested(501));
  }

  @Test
  void shouldKeepEveryByteWhenItIsNoText() throws IOException {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "t", 0, 0, new byte[] {(byte) 0xFE}, new byte[] {'{', '}', (byte) 0xFF});
    record.headers().add("reason", bytes("MALFORMED_JSON")).add("raw", new byte[] {(byte) 0xC0});

    assertThat(line(record))
        .isEqualTo(
            "{\"key\":null,\"key_base64\":\"/g==\",\"headers\":{\"reason\":\"MALFORMED_JSON\","
                + "\"raw\":null,\"raw_base64\":\"wA==\"},\"value\":null,"
                + "\"value_base64\":\"e33/\"}\n");
  }

  @Test
  void shouldWriteNullWhenThereIsNoKeyOrValue() throws IOException {
    assertThat(line(null, null)).isEqualTo("{\"key\":null,\"headers\":{},\"value\":null}\n");
  }

  private static String nested(int levels) {
    return "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
  }

  private static String line(@Nullable String key, @Nullable String value) throws IOException {
    return line(new ConsumerRecord<>("t", 0, 0, bytes(key), bytes(value)));
  }

  private static String line(ConsumerRecord<byte[], byte[]> record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new RecordLines(out).write(record);
    return out.toString(UTF_8);
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }
}
