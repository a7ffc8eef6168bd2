package io.clickstream.faults;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The tests of upgrades change these sources, and run for minutes before they do. */
class NextReleaseTest {

  @Test
  void shouldFindInTheSourcesWhatTheNextReleaseChanges() {
    assertThatCode(NextRelease.WITH_COLUMN::text).doesNotThrowAnyException();
    assertThatCode(NextRelease.BROKEN::text).doesNotThrowAnyException();
  }
}
