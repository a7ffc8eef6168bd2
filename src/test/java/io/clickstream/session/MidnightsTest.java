package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MidnightsTest {

  private static LocalDate date(String zone, String instant) {
    return LocalDate.ofEpochDay(
        new Midnights(ZoneId.of(zone)).date(Instant.parse(instant).toEpochMilli()));
  }

  @Test
  @DisplayName("S42: 00:00 becomes 01:00: the date begins at 01:00")
  void shouldBeginDateWhenMidnightIsLeftOut() {
    assertThat(date("America/Havana", "2026-03-08T04:59:59.999Z")).isEqualTo("2026-03-07");
    assertThat(date("America/Havana", "2026-03-08T05:00:00Z")).isEqualTo("2026-03-08");
  }

  @Test
  @DisplayName("S42: 24:00 becomes 23:00: the date goes on for the hour that comes again")
  void shouldGoOnWithDateWhenClocksArePutBackAtMidnight() {
    assertThat(date("Asia/Beirut", "2025-10-25T20:59:59.999Z")).isEqualTo("2025-10-25");
    assertThat(date("Asia/Beirut", "2025-10-25T21:00:00Z")).isEqualTo("2025-10-25");
    assertThat(date("Asia/Beirut", "2025-10-25T21:59:59.999Z")).isEqualTo("2025-10-25");
    assertThat(date("Asia/Beirut", "2025-10-25T22:00:00Z")).isEqualTo("2025-10-26");
  }

  @Test
  @DisplayName("S42: 00:01 becomes 23:01: a date that has begun does not end again")
  void shouldNotGoBackToDateWhenClocksArePutBackOverMidnight() {
    assertThat(date("America/St_Johns", "2006-10-29T02:29:59.999Z")).isEqualTo("2006-10-28");
    assertThat(date("America/St_Johns", "2006-10-29T02:30:00Z")).isEqualTo("2006-10-29");
    assertThat(date("America/St_Johns", "2006-10-29T02:31:00Z")).isEqualTo("2006-10-29");
    assertThat(date("America/St_Johns", "2006-10-29T03:29:59.999Z")).isEqualTo("2006-10-29");
  }

  @Test
  @DisplayName("S42: a date that a zone leaves out never comes")
  void shouldSkipDateWhenZoneHasNoSuchDay() {
    assertThat(date("Pacific/Apia", "2011-12-30T09:59:59.999Z")).isEqualTo("2011-12-29");
    assertThat(date("Pacific/Apia", "2011-12-30T10:00:00Z")).isEqualTo("2011-12-31");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTC",
        "Europe/Berlin",
        "America/Havana",
        "Asia/Beirut",
        "America/St_Johns",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Antarctica/Troll"
      })
  void shouldSayTheLatestDateThatHasBegun(String name) {
    ZoneId zone = ZoneId.of(name);
    Midnights midnights = new Midnights(zone);
    Random random = new Random(1);
    long first = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
    long last = Instant.parse("2099-12-31T23:59:59Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      long time = first + (long) (random.nextDouble() * (last - first));
      if (i % 2 == 0) {
        // Near a midnight of the zone.
        LocalDate day = Instant.ofEpochMilli(time).atZone(zone).toLocalDate();
        time = day.atStartOfDay(zone).toInstant().toEpochMilli() + random.nextInt(3) - 1;
      }
      Instant instant = Instant.ofEpochMilli(time);
      LocalDate date = instant.atZone(zone).toLocalDate();
      LocalDate next = date.plusDays(1);
      boolean hasBegun = !next.atStartOfDay(zone).toInstant().isAfter(instant);
      assertThat(LocalDate.ofEpochDay(midnights.date(time))).isEqualTo(hasBegun ? next : date);
    }
  }
}
