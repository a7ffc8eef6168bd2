package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLinesTest {

  private static final String READ_BY_PYTHON =
      """
      import json, sys
      n = 0
      for line in open(sys.argv[1], 'rb'):
          def pairs(found):
              assert len(found) == len(dict(found)), 'a name twice'
              return dict(found)
          def constant(name):
              raise ValueError(name)
          value = json.loads(line.decode('utf-8'), object_pairs_hook=pairs, parse_constant=constant)
          json.dumps(value, ensure_ascii=False, allow_nan=False).encode('utf-8')
          n += 1
      print(n)
      """;

  private static final String READ_BY_NODE =
      """
      const lines = require('fs').readFileSync(process.argv[1], 'utf8').split('\\n');
      if (lines.pop() !== '') throw new Error('the last line does not end');
      const whole = v => {
        if (typeof v === 'string' && !v.isWellFormed()) throw new Error('half a surrogate pair');
        if (typeof v === 'number' && !Number.isFinite(v)) throw new Error('no double');
        if (v && typeof v === 'object') Object.entries(v).forEach(e => e.forEach(whole));
      };
      lines.forEach(line => whole(JSON.parse(line)));
      console.log(lines.length);
      """;

  @Test
  void shouldEmbedTheValueAsItIsWhenItIsAnObject() throws IOException {
    assertThat(line("k", "{\"a\": 1.50, \"b\": \"é\\n\\ud83d\\ude00\", \"c\": [ {} ]}"))
        .isEqualTo(
            "{\"key\":\"k\",\"headers\":{},\"value\":{\"a\": 1.50, \"b\":"
                + " \"é\\n\\ud83d\\ude00\", \"c\": [ {} ]}}\n");
  }

  @Test
  void shouldStayOnOneLineWhenTheObjectIsOnSeveral() throws IOException {
    assertThat(line("k", "\n{\r\n\"a\":\n1}\n"))
        .isEqualTo("{\"key\":\"k\",\"headers\":{},\"value\":{  \"a\": 1}}\n");
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("notForAllReaders")
  void shouldKeepTheTextWhenItIsNoSingleObjectOrNotTheSameToAllReaders(String value)
      throws IOException {
    assertThat(RecordLines.isReadable(value)).isFalse();
    assertThat(new ObjectMapper().readTree(line("k", value)).get("value").textValue())
        .isEqualTo(value);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("forAllReaders")
  void shouldEmbedWhatAllReadersReadAlike(String value) throws IOException {
    assertThat(RecordLines.isReadable(value)).isTrue();
    assertThat(line("k", value))
        .isEqualTo("{\"key\":\"k\",\"headers\":{},\"value\":" + value + "}\n");
  }

  @Test
  void shouldBeReadableLineByLine(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("lines.jsonl");

    int records = writeHostile(file);

    assertThat(readByJava(file)).isEqualTo(records);
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"python3", "node", "jq"})
  void shouldBeReadableLineByLineByOthers(String reader, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("lines.jsonl");
    int records = writeHostile(file);
    List<String> arguments =
        switch (reader) {
          case "python3" -> List.of("-c", READ_BY_PYTHON);
          case "node" -> List.of("-e", READ_BY_NODE);
          default -> List.of("-n", "reduce inputs as $line (0; . + 1)");
        };

    Program.Result result =
        Program.require(reader, reader.equals("node") ? "nodejs" : reader)
            .run(
                Stream.concat(arguments.stream(), Stream.of(file.toString()))
                    .toArray(String[]::new));

    assertThat(result.output().strip()).isEqualTo(Integer.toString(records));
  }

  /** Whatever a topic may hold; returns how many records that is. */
  private static int writeHostile(Path file) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Stream.concat(notForAllReaders(), forAllReaders())
        .forEach(value -> records.add(new ConsumerRecord<>("t", 0, 0, bytes(value), bytes(value))));
    records.add(new ConsumerRecord<>("t", 0, 0, null, null));
    records.add(
        new ConsumerRecord<>("t", 0, 0, new byte[] {(byte) 0xED, (byte) 0xA0}, bytes("{}")));
    for (ConsumerRecord<byte[], byte[]> record : records) {
      record.headers().add("detail", record.value()).add("detail", bytes("again"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordLines lines = new RecordLines(out);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      lines.write(record);
    }
    Files.write(file, out.toByteArray());
    return records.size();
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
  void shouldNumberHeadersThatComeAgain() throws IOException {
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 0, null, null);
    record
        .headers()
        .add("a", bytes("1"))
        .add("a", bytes("2"))
        .add("a_base64", bytes("3"))
        .add("a_2", bytes("4"));

    assertThat(line(record))
        .isEqualTo(
            "{\"key\":null,\"headers\":{\"a\":\"1\",\"a_2\":\"2\",\"a_base64_2\":\"3\","
                + "\"a_2_2\":\"4\"},\"value\":null}\n");
  }

  @Test
  void shouldWriteNullWhenThereIsNoKeyOrValue() throws IOException {
    assertThat(line(null, null)).isEqualTo("{\"key\":null,\"headers\":{},\"value\":null}\n");
  }

  static Stream<String> notForAllReaders() {
    return Stream.of(
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
        "{\"a\":\"\u0001\"}",
        "{\"a\":\u0000 1}",
        "\uFEFF{}",
        "{\"a\":NaN}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "{\"b\":[{\"a\":1,\"\\u0061\":2}]}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ude00\\ud83d\"}",
        "{\"a\":\"x\\ud83dx\"}",
        "{\"b\":{\"\\ud83d\":1}}",
        "{\"a\":1e999999}",
        "{\"a\":[-1e309]}",
        "{\"a\":" + "9".repeat(401) + "}",
        "{\"a\":0." + "1".repeat(5_000) + "}",
        nested(RecordLines.MAX_DEPTH + 1),
        nested(500),
        nested(5_000));
  }

  static Stream<String> forAllReaders() {
    return Stream.of(
        "{}",
        "{\"a\":null,\"A\":true,\"\":[]}",
        "{\"a\":[{\"a\":1},{\"a\":2}]}",
        "{\"a\":1.7976931348623157e308,\"b\":-0.0,\"c\":1e-999999}",
        "{\"a\":" + "9".repeat(300) + "}",
        "{\"a\":\"\u2028\\u0000\\\\ud83d\",\"\\ud83d\\ude00\":\"\uD83D\uDE00\"}",
        nested(RecordLines.MAX_DEPTH));
  }

  /** Another reader than the one that decided, though of the same make. */
  private static int readByJava(Path file) throws IOException {
    JsonMapper reader =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    reader
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build());
    int lines = 0;
    for (String line : Files.readAllLines(file, UTF_8)) {
      JsonNode value = reader.readTree(line);
      requireWhole(value);
      lines++;
    }
    return lines;
  }

  private static void requireWhole(JsonNode value) {
    if (value.isNumber()) {
      assertThat(value.doubleValue()).isFinite();
    }
    if (value.isTextual()) {
      requireWhole(value.textValue());
    }
    value.fieldNames().forEachRemaining(RecordLinesTest::requireWhole);
    value.forEach(RecordLinesTest::requireWhole);
  }

  private static void requireWhole(String text) {
    assertThatCode(() -> UTF_8.newEncoder().encode(CharBuffer.wrap(text)))
        .doesNotThrowAnyException();
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
