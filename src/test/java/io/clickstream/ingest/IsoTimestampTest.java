package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimestampTest {

  @Property(tries = 5_000)
  void shouldReadWhatTheJdkWritesWhenYearHasFourDigits(@ForAll("times") OffsetDateTime time) {
    assertThat(IsoTimestamp.parse(time.toString())).isEqualTo(time.toInstant().toEpochMilli());
  }

  @Provide
  Arbitrary<OffsetDateTime> times() {
    long first = LocalDateTime.of(0, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
    long last = LocalDateTime.of(9999, 12, 31, 23, 59, 59).toEpochSecond(ZoneOffset.UTC);
    Arbitrary<Integer> nanos =
        Arbitraries.oneOf(
            Arbitraries.of(0, 1, 999_999, 1_000_000, 120_000_000, 999_999_999),
            Arbitraries.integers().between(0, 999_999_999));
    return Combinators.combine(
            Arbitraries.longs().between(first, last),
            nanos,
            Arbitraries.integers().between(-18 * 60, 18 * 60))
        .as(
            (second, nano, offset) ->
                OffsetDateTime.of(
                    LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC),
                    ZoneOffset.ofTotalSeconds(offset * 60)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01t00:00:00z, 2026-01-01T00:00:00Z",
    "2026-01-01T00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z, 2026-01-01T00:00:00.500Z",
    "2026-01-01T00:00:00.05Z, 2026-01-01T00:00:00.050Z",
    "2026-01-01T00:00:00.1239999999999Z, 2026-01-01T00:00:00.123Z",
    "2026-01-01T00:00:00+02:00, 2025-12-31T22:00:00Z",
    "2026-01-01 00:00:00+02:00, 2025-12-31T22:00:00Z",
    "2026-01-01 00:00:00.5Z, 2026-01-01T00:00:00.500Z",
    "2026-01-01T00:00:00+0230, 2025-12-31T21:30:00Z",
    "2026-01-01T00:00:00-02, 2026-01-01T02:00:00Z",
    "2026-01-01T00:00:00-00:00, 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00+18:00, 2025-12-31T06:00:00Z",
    "2024-02-29T23:59:59.999-00:30, 2024-03-01T00:29:59.999Z"
  })
  void shouldReadTimeWhenOffsetIsThere(String text, Instant expected) {
    assertThat(IsoTimestamp.parse(text)).isEqualTo(expected.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "1767268800000",
        "2026",
        "2026-01-01",
        "2026-01-01T",
        "2026-01-01T00Z",
        "2026-01-01T00:00",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00 Z",
        " 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z ",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01 00:00:00",
        "2026-01-01  00:00:00Z",
        "2026-01-01_00:00:00Z",
        "2026-1-1T00:00:00Z",
        "26-01-01T00:00:00Z",
        "12026-01-01T00:00:00Z",
        "+2026-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T00:00:00+",
        "2026-01-01T00:00:00+2",
        "2026-01-01T00:00:00+2:00",
        "2026-01-01T00:00:00+02:",
        "2026-01-01T00:00:00+02:0",
        "2026-01-01T00:00:00+02:60",
        "2026-01-01T00:00:00+18:01",
        "2026-01-01T00:00:00+02:00:00",
        "2026-01-01T00:00:00+02:00Z",
        "2026-01-01T00:00:00[UTC]",
        "٢٠٢٦-01-01T00:00:00Z"
      })
  void shouldReadNothingWhenItIsNoTimeWithOffset(String text) {
    assertThat(IsoTimestamp.parse(text)).isEqualTo(IsoTimestamp.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00, 2025-12-31T23:00:00Z",
    "2026-01-01 00:00:00.1239, 2025-12-31T23:00:00.123Z",
    "2026-07-01t00:00:00, 2026-06-30T22:00:00Z",
    "2026-07-01T00:00:00Z, 2026-07-01T00:00:00Z",
    "2026-07-01T00:00:00-05, 2026-07-01T05:00:00Z"
  })
  void shouldReadLocalTimeWhenZoneIsKnown(String text, Instant expected) {
    assertThat(inBerlin(text)).isEqualTo(expected.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-01",
        "2026-01-01T",
        "2026-01-01T00",
        "2026-01-01T00:00:00.",
        "2026-01-01T00:00:00 ",
        "2026-01-01T24:00:00",
        "2026-02-30 00:00:00",
        "2026-01-01 00:00:00+"
      })
  void shouldReadNothingWhenItIsNoTimeInAnyZone(String text) {
    assertThat(inBerlin(text)).isEqualTo(IsoTimestamp.INVALID);
  }

  private static long inBerlin(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return IsoTimestamp.parse(bytes, 0, bytes.length, ZoneId.of("Europe/Berlin").getRules());
  }
}
