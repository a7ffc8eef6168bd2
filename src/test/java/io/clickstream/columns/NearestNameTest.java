package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "abc, '', 3",
    "abc, abc, 0",
    "kitten, sitting, 3",
    "flaw, lawn, 2",
    "gap, gpa, 2",
  })
  void shouldCountLettersToChangeInsertOrRemove(String a, String b, int distance) {
    assertThat(NearestName.distance(a, b)).isEqualTo(distance);
  }

  @Test
  void shouldNotCountSpellingOfWordsThatAreJoined() {
    assertThat(
            NearestName.of("Session.maxEvents", List.of("session.max-wait", "session.max-events")))
        .isEqualTo("session.max-events");
  }

  @Test
  void shouldFindLastPartWhenSectionIsMissing() {
    assertThat(NearestName.of("max_events", List.of("ingest.events", "session.max-events")))
        .isEqualTo("session.max-events");
  }
}
