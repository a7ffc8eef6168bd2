package io.clickstream.ingest.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.clickstream.config.Framing;
import io.clickstream.model.Frame;
import io.clickstream.model.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnframingTest {

  private static final int MAX = 10_000;
  private static final String CLICK = "{\"a\":\"x\\\"ü\\n漢😀\"}";

  private static final class Collected implements Unframing.Payloads {
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<@Nullable Frame> frames = new ArrayList<>();
    private final List<@Nullable RejectionReason> reasons = new ArrayList<>();
    private final List<String> details = new ArrayList<>();

    @Override
    public void payload(byte[] payload, @Nullable Frame frame) {
      add(payload, frame, null, "");
    }

    @Override
    public void broken(RejectionReason reason, String detail, byte[] bytes, @Nullable Frame frame) {
      add(bytes, frame, reason, detail);
    }

    private void add(
        byte[] payload, @Nullable Frame frame, @Nullable RejectionReason reason, String detail) {
      bytes.add(payload);
      frames.add(frame);
      reasons.add(reason);
      details.add(detail);
    }

    List<String> texts() {
      return bytes.stream().map(payload -> new String(payload, UTF_8)).toList();
    }
  }

  private static Collected undo(byte[] record, Framing... layers) {
    Collected collected = new Collected();
    new Unframing(List.of(layers), MAX).undo(record, collected);
    return collected;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] gzip(byte[] payload) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] withSchemaId(byte[] payload) {
    return join(new byte[] {0, 0, 0, 1, 42}, payload);
  }

  // ------------------------------------------------------------------------- layers

  @Test
  void shouldGiveTheRecordItselfWhenThereIsNothingToUndo() {
    byte[] record = bytes(CLICK);

    Collected found = undo(record);

    assertThat(found.bytes).hasSize(1);
    assertThat(found.bytes.get(0)).isSameAs(record);
    assertThat(found.frames.get(0)).isNull();
  }

  @Test
  void shouldUndoASchemaIdAndKeepIt() {
    byte[] record = withSchemaId(bytes(CLICK));

    Collected found = undo(record, Framing.CONFLUENT);

    assertThat(found.texts()).containsExactly(CLICK);
    assertThat(found.frames.get(0).wrap(found.bytes.get(0))).isEqualTo(record);
  }

  @Test
  void shouldUndoGzip() {
    Collected found = undo(gzip(bytes(CLICK)), Framing.GZIP);

    assertThat(found.texts()).containsExactly(CLICK);
    byte[] again = found.frames.get(0).wrap(bytes("{\"b\":1}"));
    assertThat(undo(again, Framing.GZIP).texts()).containsExactly("{\"b\":1}");
  }

  @Test
  void shouldUndoGzipInSeveralParts() {
    byte[] record = join(gzip(bytes("{\"a\":")), gzip(new byte[0]), gzip(bytes("1}")));

    assertThat(undo(record, Framing.GZIP).texts()).containsExactly("{\"a\":1}");
  }

  @Test
  void shouldUndoGzipWithAllThatItsHeaderCanHave() {
    byte[] packed = gzip(bytes(CLICK));
    byte[] header = Arrays.copyOf(packed, 10);
    header[3] = 0x1E;
    byte[] record =
        join(
            header,
            new byte[] {2, 0, 7, 7},
            bytes("name\0"),
            bytes("comment\0"),
            new byte[] {1, 2},
            Arrays.copyOfRange(packed, 10, packed.length));

    assertThat(undo(record, Framing.GZIP).texts()).containsExactly(CLICK);
  }

  @Test
  void shouldLetPlainRecordsThroughBesideGzip() {
    Collected found = undo(bytes(CLICK), Framing.GZIP);

    assertThat(found.texts()).containsExactly(CLICK);
    assertThat(found.frames.get(0)).isNull();
  }

  @Test
  void shouldUndoAText() {
    byte[] record = bytes("\"{\\\"a\\\":\\\"x\\\\\\\"\\u00fc\\\\n漢\\ud83d\\uDE00\\\"}\" ");

    Collected found = undo(record, Framing.TEXT);

    assertThat(found.texts()).containsExactly(CLICK);
    byte[] again = found.frames.get(0).wrap(found.bytes.get(0));
    assertThat(undo(again, Framing.TEXT).texts()).containsExactly(CLICK);
  }

  @Test
  void shouldKeepHalfASurrogatePairAsItsEscape() {
    assertThat(undo(bytes("\"{\\\"a\\\":\\\"\\ud83d-\\ud83d\\u0041\\\"}\""), Framing.TEXT).texts())
        .containsExactly("{\"a\":\"\\ud83d-\\ud83dA\"}");
  }

  @Test
  void shouldLetAnObjectThroughBesideTexts() {
    Collected found = undo(bytes(" " + CLICK), Framing.TEXT);

    assertThat(found.texts()).containsExactly(" " + CLICK);
    assertThat(found.frames.get(0)).isNull();
  }

  @Test
  void shouldUndoLayersInOrder() {
    byte[] inner = bytes("\"{\\\"a\\\":1}\"\n\"{\\\"b\\\":2}\"{\"c\":3}");
    byte[] record = withSchemaId(gzip(inner));

    Collected found = undo(record, Framing.CONFLUENT, Framing.GZIP, Framing.LINES, Framing.TEXT);

    assertThat(found.texts()).containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
    Collected again =
        undo(
            found.frames.get(1).wrap(found.bytes.get(1)),
            Framing.CONFLUENT,
            Framing.GZIP,
            Framing.LINES,
            Framing.TEXT);
    assertThat(again.texts()).containsExactly("{\"b\":2}");
    assertThat(again.frames).containsExactly(found.frames.get(1));
    assertThat(found.frames.get(0)).isNotEqualTo(found.frames.get(2));
  }

  // ------------------------------------------------------------------------- what is not framed so

  @ParameterizedTest
  @CsvSource({"'{}', found another first byte", "'', found fewer than 5 bytes"})
  void shouldRejectARecordWithoutASchemaId(String record, String detail) {
    Collected found = undo(bytes(record), Framing.CONFLUENT);

    assertThat(found.reasons).containsExactly(RejectionReason.MALFORMED_JSON);
    assertThat(found.details.get(0)).contains("ingest.framing: confluent").contains(detail);
    assertThat(found.texts()).containsExactly(record);
  }

  @Test
  void shouldRejectDamagedGzipAndKeepItsBytes() {
    byte[] record = gzip(bytes(CLICK));
    byte[] flipped = record.clone();
    flipped[record.length - 6] ^= 1;
    byte[] unknown = record.clone();
    unknown[2] = 7;

    assertThat(undo(flipped, Framing.GZIP).details).containsExactly("damaged gzip");
    assertThat(undo(flipped, Framing.GZIP).bytes.get(0)).isSameAs(flipped);
    assertThat(undo(unknown, Framing.GZIP).details).containsExactly("gzip of an unknown kind");
    assertThat(undo(join(record, new byte[] {1}), Framing.GZIP).details)
        .containsExactly("gzip with other bytes behind it");
    for (int length = 2; length < record.length; length++) {
      assertThat(undo(Arrays.copyOf(record, length), Framing.GZIP).details)
          .containsExactly("gzip that ends too early");
    }
  }

  @Test
  void shouldUnpackAsMuchAsIsAllowedAndNoMore() {
    Collected largest = undo(gzip(new byte[MAX]), Framing.GZIP);
    Collected larger = undo(gzip(new byte[MAX + 1]), Framing.GZIP);
    Collected inParts = undo(join(gzip(new byte[MAX]), gzip(new byte[1])), Framing.GZIP);

    assertThat(largest.bytes.get(0)).hasSize(MAX);
    assertThat(larger.reasons).containsExactly(RejectionReason.TOO_LARGE);
    assertThat(larger.details)
        .containsExactly("gzip of more than the 10000 bytes that are allowed");
    assertThat(inParts.reasons).containsExactly(RejectionReason.TOO_LARGE);
  }

  @Test
  void shouldStopUnpackingAtTheLimit() {
    byte[] packed = gzip(new byte[100 << 20]);
    assertThat(packed.length).isGreaterThan(MAX);
    Collected found = new Collected();
    Unframing unframing = new Unframing(List.of(Framing.GZIP), packed.length);

    long before = allocated();
    unframing.undo(packed, found);

    assertThat(found.reasons).containsExactly(RejectionReason.TOO_LARGE);
    assertThat(allocated() - before).isLessThan(4L << 20);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void shouldRejectARecordThatIsTooLargeBeforeItIsUndone() {
    Collected found = undo(new byte[MAX + 1], Framing.CONFLUENT);

    assertThat(found.reasons).containsExactly(RejectionReason.TOO_LARGE);
    assertThat(found.details).containsExactly("10001 bytes, at most 10000 allowed");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"{}', JSON text that ends too early",
    "'\"{}\\', JSON text that is no JSON at byte 3",
    "'\"{}\\x\"', JSON text that is no JSON at byte 3",
    "'\"{}\\u00g0\"', JSON text that is no JSON at byte 3",
    "'\"{}\\u00', JSON text that is no JSON at byte 3",
    "'\"{}\"{}', more than one value"
  })
  void shouldRejectABrokenText(String record, String detail) {
    Collected found = undo(bytes(record), Framing.TEXT);

    assertThat(found.reasons).containsExactly(RejectionReason.MALFORMED_JSON);
    assertThat(found.details).containsExactly(detail);
    assertThat(found.texts()).containsExactly(record);
  }

  @Test
  void shouldRejectABrokenLineAlone() {
    Collected found = undo(bytes("\"{}\"\n\"{\\x}\"\n\"[]\""), Framing.LINES, Framing.TEXT);

    assertThat(found.texts()).containsExactly("{}", "\"{\\x}\"", "[]");
    assertThat(found.reasons).containsExactly(null, RejectionReason.MALFORMED_JSON, null);
  }

  // ------------------------------------------------------------------------- lines

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1}|{'b':2}",
        "{'a':1}|{'b':2}|",
        "||{'a':1}| |{'b':2}",
        "{'a':1}{'b':2}",
        "{'a':1} \t{'b':2}",
        "{'a':1}\r|{'b':2}\r|",
        "\uFEFF{'a':1}|{'b':2}"
      })
  void shouldSplitValues(String record) {
    byte[] value = bytes(record.replace('|', '\n').replace('\'', '"'));

    assertThat(undo(value, Framing.LINES).texts()).containsExactly("{\"a\":1}", "{\"b\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // values that are written over several lines
        "{|'a': [1,|{'x':|{}},|[]]|}|{'b':2};{|'a': [1,|{'x':|{}},|[]]|};{'b':2}",
        // braces, quotes and escapes in texts
        "{'a':'}{\\'{\\\\'}{'b':2};{'a':'}{\\'{\\\\'};{'b':2}",
        // ends in a text, behind a value, behind a comma, behind a brace, behind a colon
        "{'a':'x|{'b':2};{'a':'x;{'b':2}",
        "{'a':1|{'b':2};{'a':1;{'b':2}",
        "{'a':1,|{'b':2};{'a':1,;{'b':2}",
        "{|{'b':2};{;{'b':2}",
        "{'a':|{'b':2};{'a':;{'b':2}",
        "{'a':'\\|{'b':2};{'a':'\\;{'b':2}",
        "{'a':'\\'|{'b':2};{'a':'\\';{'b':2}",
        // no object
        "garbage|{'b':2};garbage;{'b':2}",
        "[1,2]|{'b':2};[1,2];{'b':2}",
        "'x'{'b':2};'x';{'b':2}",
        "}|{'b':2};};{'b':2}"
      })
  void shouldCutABrokenValueAtALineBreak(String recordAndValues) {
    String[] texts = text(recordAndValues).split(";");

    assertThat(undo(bytes(texts[0]), Framing.LINES).texts()).containsExactly(texts[1], texts[2]);
  }

  private static String text(String written) {
    return written.replace('|', '\n').replace('\'', '"');
  }

  @Test
  void shouldTakeEveryLineForAValueUpToWhereOneBreaks() {
    String record = "{'a':1}|{'x':[|{'b':2}{'c':3}|{'y':[|{'d':4}|{'e':5,|'z':[|1]}|[|{'f':6}";

    assertThat(undo(bytes(text(record)), Framing.LINES).texts())
        .containsExactly(
            text("{'a':1};{'x':[;{'b':2};{'c':3};{'y':[;{'d':4};{'e':5,|'z':[|1]};[;{'f':6}")
                .split(";"));
  }

  @Test
  void shouldGiveTheRecordItselfWhenItIsOneValueOrNone() {
    for (String record : List.of("{\"a\":1}\n", "", " \n ", "{", "\"")) {
      byte[] value = bytes(record);
      assertThat(undo(value, Framing.LINES).bytes).hasSize(1);
      assertThat(undo(value, Framing.LINES).bytes.get(0)).isSameAs(value);
    }
  }

  @Property(tries = 2_000)
  void shouldLoseNoByteButWhiteSpace(@ForAll @Size(max = 40) List<Integer> choices) {
    String[] parts = {"{", "}", "[", "]", "\"", "\\", ",", ":", "\n", " ", "1", "{\"a\":1}", "ü"};
    StringBuilder record = new StringBuilder();
    for (int choice : choices) {
      record.append(parts[Math.floorMod(choice, parts.length)]);
    }

    Collected found = undo(bytes(record.toString()), Framing.LINES);

    assertThat(String.join("", found.texts()).replaceAll("\\s", ""))
        .isEqualTo(record.toString().replaceAll("\\s", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[", "{}", "{\n", "[\n{", "\"", "\"\n", "{\"\n", "[{}\n", "{{}"})
  void shouldTakeTimeInProportionWhenValuesAreMany(String part) {
    int max = 1 << 20;
    byte[] record = bytes(part.repeat(max / part.length()));
    long[] bytes = {0};
    new Unframing(List.of(Framing.LINES), max)
        .undo(
            record,
            new Unframing.Payloads() {
              @Override
              public void payload(byte[] payload, @Nullable Frame frame) {
                bytes[0] += payload.length;
              }

              @Override
              public void broken(
                  RejectionReason reason, String detail, byte[] broken, @Nullable Frame frame) {}
            });
    // With time in proportion to the square it would not end.
    assertThat(bytes[0]).isLessThanOrEqualTo(record.length);
  }

  // ------------------------------------------------------------------------- any bytes

  @Property(tries = 1_000)
  void shouldWrapAnyPayloadAsItIsUndone(@ForAll byte[] payload, @ForAll byte[] id) {
    byte[] header = Arrays.copyOf(join(new byte[] {0}, id), 5);
    Frame frame = Frame.text(Frame.gzip(Frame.schemaId(null, header)));

    Collected found = undo(frame.wrap(payload), Framing.CONFLUENT, Framing.GZIP, Framing.TEXT);

    assertThat(found.bytes).hasSize(1);
    assertThat(found.bytes.get(0)).isEqualTo(payload);
    assertThat(found.frames).containsExactly(frame);
    assertThat(Frame.ofCode(frame.code())).isEqualTo(frame);
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void shouldNeverThrowWhateverTheBytes(Framing framing) {
    Random random = new Random(7);
    byte[] valid =
        switch (framing) {
          case CONFLUENT -> withSchemaId(bytes(CLICK));
          case GZIP -> gzip(bytes(CLICK.repeat(20)));
          case LINES -> bytes((CLICK + "\n" + CLICK).repeat(5));
          case TEXT ->
              bytes("\"" + "{\\\"a\\\":\\\"\\u00fc\\ud83d\\ude00\\\\n\\\"}".repeat(5) + "\"");
        };
    Unframing unframing = new Unframing(List.of(framing), MAX);
    for (int i = 0; i < 100_000; i++) {
      byte[] record = mutated(valid, random);
      Collected found = new Collected();
      assertThatCode(() -> unframing.undo(record, found)).doesNotThrowAnyException();
      assertThat(found.bytes).isNotEmpty();
      assertThat(found.bytes.stream().mapToInt(payload -> payload.length).sum())
          .isLessThanOrEqualTo(MAX);
      assertThat(found.details).noneMatch(detail -> detail.contains("漢"));
    }
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] record =
        random.nextInt(3) == 0 ? Arrays.copyOf(valid, random.nextInt(valid.length)) : valid.clone();
    for (int i = random.nextInt(4); i > 0 && record.length > 0; i--) {
      int at = random.nextInt(record.length);
      if (random.nextBoolean()) {
        record[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        record[at] = (byte) "{}[]\"\\\n u".charAt(random.nextInt(9));
      }
    }
    return record;
  }
}
