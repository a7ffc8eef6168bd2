package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.config.ClickFormats;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken records of every format: no reader throws, each record has a result, what is written of it
 * is bounded, and no detail of a rejection quotes it.
 */
class MutatedRecordsTest {

  /** Stands in texts of the records in place of the shop, and must stand in no detail. */
  private static final String MARK = "SeCrEt";

  private static final String[] PIECES = {
    "null",
    "true",
    "-1",
    "1e999999999",
    "{}",
    "[]",
    "[{}]",
    "\"\"",
    "\"",
    "\\",
    "{",
    "]",
    ",",
    ":",
    "\t",
    "\n",
    "&",
    "=",
    "?",
    "%",
    "%00",
    "%ff",
    "+",
    "data=",
    "&data=",
    "&e=",
    "&requests=",
    "\"requests\":[",
    "\"data\":[7],",
    "\"batch\":[",
    "payload_data/",
    "\"\\ud800\"",
    "\u0000",
    "\"$token\":",
    "12345678901234567890",
    "\"" + MARK + "\"",
    "ue_px",
    "9".repeat(400),
    "[".repeat(95),
    "{\"a\":".repeat(120)
  };

  private static final byte[][] NO_UTF8 = {
    {(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}
  };

  static Stream<String> formats() {
    return ClickFormats.ofTrackers().stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldHaveAResultForEveryRecord(String format) throws IOException {
    check(format, 5_000);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("formats")
  void shouldHaveAResultForEveryRecordOfMany(String format) throws IOException {
    check(format, 100_000);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldHaveAResultForEveryRecordThatDefinitionsRead(String format) throws IOException {
    check(
        FormatRun.of(
            new DefinitionSamples()
                .last("event", Type.TEXT, "event")
                .field("sum", How.SUM, Type.NUMBER, List.of("price", "properties.price"), null)
                .last("flag", Type.BOOLEAN, "context.page{}.x[k=v].y")
                .count("typed", Map.of("event_type", List.of("page", "$pageview", "pv")))
                .goal("page", Map.of("page_url", "exists"), "price", "currency", "event_id")
                .milliseconds(List.of("time", "timestamp", "dtm"))
                .table(),
            format),
        format,
        5_000);
  }

  private static void check(String format, int count) throws IOException {
    check(FormatRun.of(format), format, count);
  }

  private static void check(FormatRun run, String format, int count) throws IOException {
    List<byte[]> records = examples(format);
    for (int seed = 0; seed < count; seed++) {
      Random random = new Random(seed);
      byte[] record = records.get(random.nextInt(records.size()));
      for (int i = random.nextInt(4); i >= 0; i--) {
        record = mutated(record, random, records);
      }
      checkOne(run, record, format + " " + seed);
    }
  }

  private static void checkOne(FormatRun run, byte[] record, String name) {
    byte[] before = record.clone();
    List<Ingested> all = run.ingested(record);
    assertThat(record).as(name).isEqualTo(before);
    assertThat(all).as(name).isNotEmpty();
    assertThat(all.get(0).isFirst()).as(name).isTrue();
    long written = 0;
    for (Ingested one : all.subList(1, all.size())) {
      if (one.isFirst()) {
        throw new AssertionError(name + ": two results are the first");
      }
    }
    for (Ingested one : all) {
      Origin origin =
          one.click() != null
              ? one.click().origin()
              : one.rejection() != null ? one.rejection().origin() : null;
      written += origin == null ? 0 : Objects.requireNonNull(origin.value()).length;
      if (one.rejection() != null && one.rejection().detail().contains(MARK)) {
        throw new AssertionError(name + ": " + one.rejection().detail());
      }
    }
    assertThat(written).as(name).isLessThanOrEqualTo(Math.max(1 << 17, 130L * record.length));
  }

  /** What time could be lost on: as long as a record may be, and of one kind. */
  static Stream<Arguments> longOnes() {
    int length = 1_000_000;
    String entities =
        "{\"data\":["
            + "{\"schema\":\"iglu:a/b/c/1-0-0\",\"data\":{}},".repeat(length / 50)
            + "{\"schema\":\"iglu:a/b/c/1-0-0\",\"data\":{}}]}";
    String row =
        String.join(
            "\t",
            SnowplowColumns.NAMES.stream()
                .map(column -> column.equals("contexts") ? entities : "")
                .toList());
    return Stream.of(
        Arguments.of("snowplow", row.substring(0, Math.min(row.length(), length))),
        Arguments.of("snowplow", row),
        Arguments.of("snowplow", "e=pv&cx=" + base64(entities.substring(0, length * 3 / 4 - 100))),
        Arguments.of("snowplow", "\t".repeat(length)),
        Arguments.of(
            "snowplow", "{\"payload_data\":\"" + "payload_dat".repeat(length / 11) + "\"}"),
        Arguments.of("matomo", "%2".repeat(length / 2)),
        Arguments.of("matomo", "a=&".repeat(length / 3)),
        Arguments.of("matomo", "a".repeat(length) + "=1"),
        Arguments.of("matomo", "idgoal=0&ec_items=[" + "[],".repeat(length / 3 - 10) + "[]]"),
        Arguments.of("matomo", "idgoal=0&ec_items=" + "[".repeat(length - 20)),
        Arguments.of("matomo", "{\"requests\":[" + "\"\",".repeat(length / 3 - 10) + "\"\"]}"),
        Arguments.of("mixpanel", "data=" + base64("[" + "{},".repeat(length / 4 - 50) + "{}]")),
        Arguments.of("mixpanel", "data=&".repeat(length / 6)),
        Arguments.of("mixpanel", "[" + "{},".repeat(length / 3 - 10) + "{}]"));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @MethodSource("longOnes")
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void shouldTakeTimeInProportionToTheLength(String format, String record) {
    checkOne(FormatRun.of(format), record.getBytes(UTF_8), format);
  }

  private static List<byte[]> examples(String format) throws IOException {
    List<byte[]> examples = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("config", "examples", format + ".jsonl"))) {
      examples.add(line.replace("shop.example", MARK).getBytes(UTF_8));
      examples.add(line.getBytes(UTF_8));
    }
    return examples;
  }

  private static byte[] mutated(byte[] record, Random random, List<byte[]> others) {
    int at = record.length == 0 ? 0 : random.nextInt(record.length);
    return switch (random.nextInt(9)) {
      case 0 -> {
        byte[] flipped = record.clone();
        if (flipped.length > 0) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
      case 1 -> Arrays.copyOf(record, at);
      case 2 -> Arrays.copyOfRange(record, at, record.length);
      case 3 -> inserted(record, at, NO_UTF8[random.nextInt(NO_UTF8.length)]);
      case 4 -> {
        byte[] other = others.get(random.nextInt(others.size()));
        int from = random.nextInt(other.length);
        int to = Math.min(other.length, from + random.nextInt(200));
        yield inserted(record, at, Arrays.copyOfRange(other, from, to));
      }
      case 5 -> {
        int end = Math.min(record.length, at + random.nextInt(50));
        byte[] shorter = Arrays.copyOf(record, record.length - (end - at));
        System.arraycopy(record, end, shorter, at, record.length - end);
        yield shorter;
      }
      case 6 -> record.length > 100_000 ? record : inserted(record, record.length, record);
      default -> inserted(record, at, PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
    };
  }

  private static byte[] inserted(byte[] record, int at, byte[] piece) {
    byte[] longer = Arrays.copyOf(record, record.length + piece.length);
    System.arraycopy(piece, 0, longer, at, piece.length);
    System.arraycopy(record, at, longer, at + piece.length, record.length - at);
    return longer;
  }
}
