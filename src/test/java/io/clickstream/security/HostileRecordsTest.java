package io.clickstream.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.config.StartFrom;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.reference.ReferenceFormat;
import io.clickstream.reference.ReferenceUpdate;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records that are made to cost more than they weigh: each gets the verdict of its kind, with its
 * bytes as they were, for no more time and memory than a few ordinary records of the same length.
 */
@Timeout(120)
class HostileRecordsTest {

  private static final int MAX_RECORD_SIZE = 1 << 20;

  /** Leaves room for what stands around it. */
  private static final int LARGE = MAX_RECORD_SIZE - 300;

  /** 2026-01-01T12:00:00Z. */
  private static final long NOW = 1_767_268_800_000L;

  /** What an ordinary record of the same length costs is multiplied by this at most. */
  private static final int MEMORY_RATIO = 6;

  /**
   * Times vary; a cost that grew with the square of the length would be thousands of times more.
   */
  private static final int TIME_RATIO = 25;

  /** Steady, unlike times: a page of the parser's table, a message. */
  private static final long SOME_BYTES = 2 << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ClickDeserializer deserializer =
      new ClickDeserializer(new JsonClickFormat(settings()), () -> NOW);

  private static IngestSettings settings() {
    return IngestSettings.defaults()
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_RECORD_SIZE, (long) MAX_RECORD_SIZE);
  }

  private Ingested read(byte @Nullable [] key, byte[] value, RecordHeaders headers) {
    List<Ingested> out = new ArrayList<>(1);
    deserializer.deserialize(
        new ConsumerRecord<>(
            "raw-clicks",
            0,
            7,
            NOW,
            TimestampType.LOG_APPEND_TIME,
            key == null ? -1 : key.length,
            value.length,
            key,
            value,
            headers,
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(Ingested ingested) {
            out.add(ingested);
          }

          @Override
          public void close() {}
        });
    assertThat(out).hasSize(1);
    return out.get(0);
  }

  private Ingested read(byte[] value) {
    return read(null, value, new RecordHeaders());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A click with more in it, written with single quotes. */
  private static String click(String more) {
    return "{'event_type':'page_view','timestamp':%d,'anonymous_id':'d'%s}"
        .formatted(NOW, more)
        .replace('\'', '"');
  }

  /** As many of them as fit. */
  private static String fields(IntFunction<String> field) {
    StringBuilder fields = new StringBuilder(LARGE);
    for (int i = 0; fields.length() < LARGE - 30; i++) {
      fields.append(',').append(field.apply(i));
    }
    return fields.toString();
  }

  /** One long text that is read, with the parser for all of JSON: it has a backslash. */
  private static byte[] ordinary(int length) {
    int more = length - bytes(click(",'page_url':'\\\\'")).length;
    return bytes(click(",'page_url':'\\\\" + "x".repeat(Math.max(0, more)) + "'"));
  }

  static Stream<Arguments> hostile() {
    String digits = "9".repeat(LARGE);
    return Stream.of(
        rejected(
            "100 000 levels of arrays", click(",'a':" + "[".repeat(100_000)), "MALFORMED_JSON"),
        rejected("100 000 levels of objects", "{\"a\":".repeat(100_000), "MALFORMED_JSON"),
        rejected(
            "100 000 levels that are all closed",
            click(",'a':" + "[".repeat(100_000) + "]".repeat(100_000)),
            "MALFORMED_JSON"),
        accepted("a price of a million digits", click(",'price':" + digits)),
        accepted("a price of a million digits as text", click(",'price':'" + digits + "'")),
        accepted("a million digits behind the point", click(",'price':0." + digits)),
        accepted("a quantity of a million digits", click(",'quantity':" + digits)),
        rejected(
            "a time of a million digits", click(",'timestamp':" + digits), "TIMESTAMP_INVALID"),
        accepted("a huge exponent", click(",'price':1e999999999")),
        accepted("a huge exponent as text", click(",'price':'1e999999999'")),
        accepted("an exponent beyond int", click(",'price':1e99999999999999")),
        accepted("a tiny exponent", click(",'price':1e-999999999")),
        accepted("a huge quantity", click(",'quantity':1e999999999")),
        accepted("zero with a huge exponent", click(",'quantity':0e999999999")),
        rejected("a time with an exponent", click(",'timestamp':1e999999999"), "TIMESTAMP_INVALID"),
        accepted("an id of a million characters", click(",'event_id':'" + "x".repeat(LARGE) + "'")),
        accepted("an id of escapes", click(",'event_id':'" + "\\u0041".repeat(LARGE / 6) + "'")),
        rejected(
            "a device of a million characters",
            click(",'anonymous_id':'" + "x".repeat(LARGE) + "'"),
            "FIELD_INVALID"),
        rejected(
            "a device of halves of surrogate pairs",
            click(",'anonymous_id':'" + "\\ud800".repeat(LARGE / 6) + "'"),
            "FIELD_INVALID"),
        accepted(
            "an address of halves of surrogate pairs",
            click(",'page_url':'" + "\\ud800".repeat(LARGE / 6) + "'")),
        accepted(
            "a number of a million zeros as an id", click(",'event_id':1." + "0".repeat(LARGE))),
        accepted(
            "an array where a text belongs",
            click(",'page_url':[1" + ",1".repeat(LARGE / 2) + "]")),
        accepted(
            "halves of surrogate pairs",
            click(",'event_id':'" + "\\ud800".repeat(LARGE / 6) + "'")),
        rejected(
            "a name of a million characters",
            click(",'" + "n".repeat(LARGE) + "':1"),
            "MALFORMED_JSON"),
        rejected("a text that never ends", click(",'a':'" + "x".repeat(LARGE)), "MALFORMED_JSON"),
        rejected("nothing but white space", " ".repeat(LARGE), "MALFORMED_JSON"),
        rejected("a million values", "[1" + ",1".repeat(LARGE / 2) + "]", "NOT_AN_OBJECT"),
        accepted("fields by the hundred thousand", click(fields(i -> "'" + i + "':1"))),
        accepted(
            "a fraction of a second of a million digits",
            click(",'timestamp':'2026-01-01T12:00:00." + digits + "Z'")),
        accepted("the same field again and again", click(fields(i -> "'anonymous_id':'d'"))),
        accepted(
            "a title of surrogate pairs",
            click(",'page_title':'" + "\\ud83d\\ude00".repeat(LARGE / 12) + "'")),
        accepted(
            "an address of escapes", click(",'page_url':'" + "\\u0041".repeat(LARGE / 6) + "'")),
        accepted(
            "99 levels, again and again",
            click(fields(i -> "'a':" + "[".repeat(98) + "]".repeat(98)))));
  }

  private static Arguments rejected(String what, String record, String reason) {
    return Arguments.of(what, bytes(record), RejectionReason.valueOf(reason));
  }

  private static Arguments accepted(String what, String record) {
    return Arguments.of(what, bytes(record), null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void shouldCostNoMoreThanOrdinaryRecords(
      String what, byte[] record, @Nullable RejectionReason reason) {
    // Given
    byte[] before = record.clone();
    byte[] ordinary = ordinary(record.length);
    assertThat(record.length).isLessThanOrEqualTo(MAX_RECORD_SIZE);

    // Then
    Ingested verdict = read(record);
    Rejection rejection = verdict.rejection();
    assertThat(rejection == null ? null : rejection.reason()).isEqualTo(reason);
    if (rejection != null) {
      assertThat(rejection.origin().value()).isSameAs(record);
      assertThat(rejection.detail().length()).isLessThan(200);
    }
    assertThat(record).isEqualTo(before);
    assertThat(read(ordinary).click()).isNotNull();
    assertThat(allocated(record))
        .as("bytes allocated")
        .isLessThan(MEMORY_RATIO * allocated(ordinary) + SOME_BYTES);
    // Again and again, as one of the two may have been compiled later; what costs more stays so.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(nanos(record))
                    .as("time")
                    .isLessThan(TIME_RATIO * nanos(ordinary) + 5_000_000));
  }

  /** The fewest of a few times: what others do beside it does not count. */
  private long nanos(byte[] record) {
    return IntStream.range(0, 7)
        .mapToLong(
            i -> {
              long start = THREADS.getCurrentThreadCpuTime();
              Ingested unused = read(record);
              return THREADS.getCurrentThreadCpuTime() - start;
            })
        .min()
        .orElseThrow();
  }

  private long allocated(byte[] record) {
    long start = THREADS.getCurrentThreadAllocatedBytes();
    Ingested unused = read(record);
    return THREADS.getCurrentThreadAllocatedBytes() - start;
  }

  // ---- too large

  @Test
  void shouldNotEvenLookAtRecordsThatAreTooLarge() {
    // Given ten million bytes that would cost, were they read
    byte[] nested = new byte[10 << 20];
    Arrays.fill(nested, (byte) '[');
    byte[] text = bytes(click(",'page_title':'" + "x".repeat(10 << 20) + "'"));
    byte[] broken = new byte[10 << 20];
    Arrays.fill(broken, (byte) 0xFF);
    for (byte[] record : List.of(nested, text, broken)) {
      // When
      Rejection rejection = read(record).rejection();

      // Then
      assertThat(rejection).isNotNull();
      assertThat(rejection.reason()).isEqualTo(RejectionReason.TOO_LARGE);
      assertThat(rejection.detail())
          .isEqualTo("%d bytes, at most %d allowed".formatted(record.length, MAX_RECORD_SIZE));
      assertThat(rejection.origin().value()).isSameAs(record);
      assertThat(allocated(record)).isLessThan(100_000);
      assertThat(nanos(record)).isLessThan(5_000_000);
    }
  }

  @Test
  void shouldReadRecordsUpToTheLimitOnly() {
    byte[] largest = ordinary(MAX_RECORD_SIZE);
    assertThat(largest).hasSize(MAX_RECORD_SIZE);
    assertThat(read(largest).click()).isNotNull();
    assertThat(read(ordinary(MAX_RECORD_SIZE + 1)).rejection().reason())
        .isEqualTo(RejectionReason.TOO_LARGE);
  }

  // ---- not UTF-8

  @Test
  void shouldRejectWhatIsNoUtf8WhereverItStands() {
    List<byte[]> broken =
        List.of(
            new byte[] {(byte) 0xC0, (byte) 0xAF}, // overlong
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half a surrogate pair
            new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond Unicode
            new byte[] {(byte) 0xE2, (byte) 0x82}, // cut
            new byte[] {(byte) 0xFF});
    for (byte[] bytes : broken) {
      for (String field : List.of("page_title", "nobody_reads_it")) {
        byte[] record = bytes(click(",'" + field + "':'" + "x".repeat(LARGE - 100) + "@@@@'"));
        int at = record.length - 6;
        System.arraycopy(bytes, 0, record, at, bytes.length);
        Rejection rejection = read(record).rejection();
        assertThat(rejection).as(field).isNotNull();
        assertThat(rejection.reason()).isEqualTo(RejectionReason.MALFORMED_JSON);
        assertThat(rejection.detail()).isEqualTo("not UTF-8");
        assertThat(rejection.origin().value()).isSameAs(record);
      }
    }
  }

  // ---- the same name twice

  /** The last, as in JavaScript: by the quick reader and by the other one. */
  @Test
  void shouldTakeTheLastOfSeveralValues() {
    for (String more : List.of("", ",'page_title':'\\\\'")) {
      Click click =
          read(bytes(click(",'anonymous_id':'first','anonymous_id':'last'" + more))).click();
      assertThat(click).isNotNull();
      assertThat(click.visitor().id()).isEqualTo("last");
      assertThat(click.anonymousId()).isEqualTo("last");
      // One that is null, too: there is none, and nobody is that.
      assertThat(read(bytes(click(",'anonymous_id':null" + more))).rejection().reason())
          .isEqualTo(RejectionReason.IDENTITY_MISSING);
    }
  }

  // ---- around the value

  @Test
  void shouldNotCareForHeadersAndKeys() {
    // Given
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 100_000; i++) {
      headers.add("h" + i, new byte[0]);
    }
    byte[] key = new byte[10 << 20];
    byte[] value = bytes(click(""));

    // Then
    Click click = read(key, value, headers).click();
    assertThat(click).isNotNull();
    assertThat(click.origin().key()).isSameAs(key);
    long start = THREADS.getCurrentThreadAllocatedBytes();
    Ingested unused = read(key, value, headers);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - start).isLessThan(100_000);
  }

  // ---- reference data

  @Test
  void shouldRejectReferenceDataThatIsHostile() {
    ReferenceFormat format =
        new ReferenceFormat(EnrichmentSettings.defaults(), MissingWords.DEFAULT, MAX_RECORD_SIZE);
    Map<String, RejectionReason> records = new LinkedHashMap<>();
    records.put("{\"a\":" + "[".repeat(100_000), RejectionReason.MALFORMED_JSON);
    records.put("{\"user_id\":" + "9".repeat(LARGE) + "}", RejectionReason.MALFORMED_JSON);
    records.put("{\"user_id\":\"" + "9".repeat(LARGE) + "\"}", RejectionReason.FIELD_INVALID);
    records.put("{\"" + "n".repeat(LARGE) + "\":1}", RejectionReason.MALFORMED_JSON);
    records.put(" ".repeat(10 << 20), RejectionReason.TOO_LARGE);
    records.forEach(
        (record, reason) -> {
          Rejection rejection =
              format
                  .read(
                      ReferenceUpdate.Kind.PROFILE,
                      new Origin("user-profiles", 0, 0, null, bytes(record)),
                      true)
                  .rejection();
          assertThat(rejection).isNotNull();
          assertThat(rejection.reason()).isEqualTo(reason);
        });
  }
}
