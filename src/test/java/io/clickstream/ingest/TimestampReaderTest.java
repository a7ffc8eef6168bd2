package io.clickstream.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.TimestampUnit;
import io.clickstream.columns.Form;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampReaderTest {

  /** 2026-11-27T00:53:20Z. */
  private static final long TIME = 1_795_740_800_000L;

  private static TimestampReader reader(@Nullable TimestampUnit unit, @Nullable String zone) {
    return TimestampReader.of(
        IngestSettings.defaults()
            .with(IngestSettings.TIMESTAMP_UNIT, unit)
            .with(IngestSettings.TIMESTAMP_ZONE, zone == null ? null : ZoneId.of(zone)));
  }

  /** A value as it stands in JSON, read as text and as a part of bytes, which must agree. */
  private static long read(TimestampReader reader, String json) {
    boolean isText = json.startsWith("'");
    String text = isText ? json.substring(1, json.length() - 1) : json;
    boolean isWhole = text.matches("-?[0-9]+");
    long read = reader.read(isText ? Form.TEXT : isWhole ? Form.INTEGER : Form.DECIMAL, text);
    byte[] bytes = (":" + text + ",").getBytes(UTF_8);
    assertThat(
            isText
                ? reader.readText(bytes, 1, bytes.length - 1)
                : reader.readNumber(bytes, 1, bytes.length - 1, isWhole))
        .isEqualTo(read);
    return read;
  }

  private static String looksLike(TimestampReader reader, String json) {
    boolean isText = json.startsWith("'");
    String text = isText ? json.substring(1, json.length() - 1) : json;
    return reader.looksLike(
        isText ? Form.TEXT : text.matches("-?[0-9]+") ? Form.INTEGER : Form.DECIMAL, text);
  }

  @DisplayName("each form in which people have times, with the settings that fit it")
  @ParameterizedTest
  @CsvSource({
    "MS, , '''1795740800000''', 0",
    "S, , 1795740800, 0",
    "S, , 1795740800.500, 500",
    "US, , 1795740800000000, 0",
    "US, , '''1795740800000000''', 0",
    "MS, , 1795740800000.0, 0",
    ", UTC, '''2026-11-27 00:53:20.000''', 0",
    ", UTC, '''2026-11-27T00:53:20.000''', 0",
    ", , '''2026-11-27 00:53:20+00:00''', 0",
    "NS, , 1795740800000999999, 0",
    "NS, , '''1795740800001000000''', 1",
    "S, , '''1795740800.0019''', 1",
    "S, , 1.7957408E9, 0",
    "MS, , 1.7957408E12, 0",
    "US, , 1795740800000999.9, 0",
    ", Europe/Berlin, '''2026-11-27 01:53:20''', 0",
    ", +02:00, '''2026-11-27T02:53:20''', 0",
    "S, Europe/Berlin, '''2026-11-27T00:53:20Z''', 0",
    "S, Europe/Berlin, '''2026-11-26 18:53:20-06''', 0"
  })
  void shouldReadTimeWhenSettingsFit(
      @Nullable TimestampUnit unit, @Nullable String zone, String json, long more) {
    assertThat(read(reader(unit, zone), json)).isEqualTo(TIME + more);
  }

  @ParameterizedTest
  @CsvSource({
    "1795740800000, 1795740800000",
    "'''1795740800000''', 1795740800000",
    "'''2026-11-27T00:53:20Z''', 1795740800000",
    "1795740800, 1795740800",
    "-5, -5",
    "0, 0"
  })
  void shouldReadWholeMillisecondsWhenNothingIsSet(String json, long expected) {
    assertThat(read(TimestampReader.DEFAULT, json)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1795740800000.0",
    "1.7957408e12",
    "'''1795740800000.0'''",
    "'''1.7957408e12'''",
    "'''2026-11-27 00:53:20'''",
    "'''2026-11-27'''",
    "'''1795740800000 '''",
    "'''+1795740800000'''",
    "'''17957408OOOOO'''",
    "'''-'''",
    "''''''"
  })
  void shouldReadNothingElseWhenNothingIsSet(String json) {
    assertThat(read(TimestampReader.DEFAULT, json)).isEqualTo(TimestampReader.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "'''1795740800.'''",
    "'''.5'''",
    "'''1.5.5'''",
    "'''1e'''",
    "'''e5'''",
    "'''--1'''",
    "'''1,5'''"
  })
  void shouldReadNoNumberWhenTextIsNone(String json) {
    assertThat(read(reader(TimestampUnit.S, "UTC"), json)).isEqualTo(TimestampReader.INVALID);
  }

  @Property(tries = 3_000)
  void shouldCutOffWhatIsFinerThanMilliseconds(
      @ForAll TimestampUnit unit, @ForAll("numbers") String number) {
    // Given
    int shift =
        switch (unit) {
          case MS -> 0;
          case S -> 3;
          case US -> -3;
          case NS -> -6;
        };
    BigDecimal expected =
        new BigDecimal(number).scaleByPowerOfTen(shift).setScale(0, RoundingMode.FLOOR);
    // When
    long read = read(reader(unit, null), number);
    // Then
    if (expected.precision() <= 15) {
      assertThat(read).isEqualTo(expected.longValueExact());
    } else {
      assertThat(TimestampReader.isPossible(read)).isFalse();
    }
    assertThat(read(reader(unit, null), "'" + number + "'")).isEqualTo(read);
  }

  @Provide
  Arbitrary<String> numbers() {
    Arbitrary<String> whole =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-3, 3).map(String::valueOf),
            Arbitraries.longs().between(-5_000_000_000L, 5_000_000_000L).map(String::valueOf),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.bigIntegers().map(String::valueOf));
    Arbitrary<String> rest =
        Arbitraries.oneOf(
            Arbitraries.of("", ".0", ".5", ".001", ".0009", ".9999", "e3", "E-3", ".25e+2"),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(12).map(text -> "." + text));
    return Combinators.combine(whole, rest).as((first, second) -> first + second);
  }

  @ParameterizedTest
  @CsvSource({
    "1e999999999",
    "-1e999999999",
    "1e-999999999",
    "-1e-999999999",
    "0e999999999",
    "9e18",
    "1e2000000000"
  })
  void shouldTakeNoTimeForNumbersThatAreHuge(String number) {
    for (TimestampUnit unit : TimestampUnit.values()) {
      assertThat(TimestampReader.isPossible(read(reader(unit, null), number))).isFalse();
    }
  }

  @Test
  void shouldTakeNoTimeForVeryLongNumbers() {
    for (String digits : new String[] {"9".repeat(1_000_000), "-" + "9".repeat(1_000_000)}) {
      TimestampReader reader = reader(TimestampUnit.S, "UTC");

      assertThat(TimestampReader.isPossible(read(reader, digits))).isFalse();
      assertThat(TimestampReader.isPossible(read(reader, digits + ".5"))).isFalse();
      assertThat(TimestampReader.isPossible(read(reader, "'" + digits + "'"))).isFalse();
      assertThat(looksLike(reader, digits)).isEqualTo("a whole number");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1795740800, 1795740800000",
    "1795740800.21, 1795740800210",
    "'''1795740800.21''', 1795740800210",
    "1795740800000, 1795740800000",
    "99999999999, 99999999999000",
    "99999999999.9, 99999999999900",
    "100000000000, 100000000000",
    "1.79574080021E9, 1795740800210",
    "1.7957408E12, 1795740800000"
  })
  void shouldTellSecondsFromMillisecondsWhereAFormatHasBoth(String json, long expected) {
    assertThat(read(TimestampReader.ofSecondsOrMilliseconds(null), json)).isEqualTo(expected);
  }

  @Property(tries = 2_000)
  void shouldReadLocalTimesAsJavaTimeDoes(
      @ForAll @LongRange(min = 946_684_800L, max = 4_102_444_799L) long second,
      @ForAll("zones") String zone,
      @ForAll boolean atChange) {
    // Given times near changes of the clock as often as others
    ZoneId id = ZoneId.of(zone);
    var change = id.getRules().nextTransition(Instant.ofEpochSecond(second));
    LocalDateTime local =
        atChange && change != null
            ? change.getDateTimeBefore().plusSeconds(second % 14_400 - 7_200)
            : LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    // When, Then
    assertThat(read(reader(null, zone), "'" + local.toString().replace('T', ' ') + "'"))
        .isEqualTo(local.atZone(id).toInstant().toEpochMilli());
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(
        "UTC",
        "Z",
        "+05:30",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia");
  }

  @ParameterizedTest
  @CsvSource({
    // put forward at 02:00: 02:30 does not exist, and is 03:30
    "2026-03-29T01:59:59, 2026-03-29T00:59:59Z",
    "2026-03-29T02:30:00, 2026-03-29T01:30:00Z",
    "2026-03-29T03:30:00, 2026-03-29T01:30:00Z",
    // put back at 03:00: 02:30 is there twice, and is the earlier one
    "2026-10-25T01:59:59, 2026-10-24T23:59:59Z",
    "2026-10-25T02:30:00, 2026-10-25T00:30:00Z",
    "2026-10-25T03:00:00, 2026-10-25T02:00:00Z"
  })
  void shouldDecideWhereClocksChange(String local, Instant expected) {
    assertThat(read(reader(null, "Europe/Berlin"), "'" + local + "'"))
        .isEqualTo(expected.toEpochMilli());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "|| '1767268800' | digits in quotes; as seconds it would be 2026-01-01: set ingest.timestamp-unit: s",
        "|| 1767268800 | a whole number; as seconds it would be 2026-01-01: set ingest.timestamp-unit: s",
        "|| 1767268800.5 | a number with a fraction; as seconds it would be 2026-01-01: set ingest.timestamp-unit: s",
        "|| 1767268800000000 | a whole number; as microseconds it would be 2026-01-01: set ingest.timestamp-unit: us",
        "|| 1767268800000000000 | a whole number; as nanoseconds it would be 2026-01-01: set ingest.timestamp-unit: ns",
        "|| 1767268800000.0 | a number with a fraction; as milliseconds it would be 2026-01-01: set ingest.timestamp-unit: ms",
        "S || 1767268800000 | a whole number; as milliseconds it would be 2026-01-01: set ingest.timestamp-unit: ms",
        "|| 0 | a whole number",
        "|| -1 | a whole number",
        "|| 99999999999999999999999999 | a whole number",
        "|| 1e999999999 | a number with a fraction",
        "|| '2026-01-01T12:00:00' | text without an offset: set ingest.timestamp-zone",
        "|| '2026-01-01 12:00:00' | text without an offset: set ingest.timestamp-zone",
        "| UTC | '1999-01-01 12:00:00' | another",
        "|| '1999-12-31T23:59:59Z' | another",
        "|| '2026-01-01' | text",
        "|| 'yesterday' | text"
      })
  void shouldSayWhatItLooksLike(
      @Nullable TimestampUnit unit, @Nullable String zone, String json, String words) {
    assertThat(looksLike(reader(unit, zone), json)).isEqualTo(words);
  }

  @Test
  void shouldSayWhatIsExpected() {
    assertThat(TimestampReader.DEFAULT.expected())
        .isEqualTo("epoch milliseconds as an integer or ISO-8601 with an offset");
    assertThat(reader(TimestampUnit.US, "UTC").expected())
        .isEqualTo("epoch microseconds or ISO-8601, with an offset or local");
  }
}
