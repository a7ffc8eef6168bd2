package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Engagement.Milliseconds;
import io.clickstream.columns.Engagement.Pings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EngagementTest {

  private static Engagement parse(Object written) {
    return Engagement.parse(written, EngagementTest::seconds);
  }

  /** A number of them. */
  private static Duration seconds(String text) {
    if (!text.matches("[0-9]+")) {
      throw new IllegalArgumentException("expected seconds");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private static String yaml(Object written) {
    return parse(written).yaml(duration -> Long.toString(duration.toSeconds()));
  }

  @Test
  void shouldReadMilliseconds() {
    assertThat(parse(Map.of("milliseconds", "engagement_time")))
        .isEqualTo(new Milliseconds(ValueSource.parse("engagement_time")));
    assertThat(yaml(Map.of("milliseconds", List.of("a", "b")))).isEqualTo("{milliseconds: [a, b]}");
  }

  @Test
  void shouldReadPingsOfAnEventTypeWithSnowplowsTimesByDefault() {
    assertThat(parse(Map.of("pings", "page_ping")))
        .isEqualTo(
            new Pings(
                Condition.parse(Map.of("event_type", "page_ping")),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5)));
    assertThat(parse(Map.of("pings", "exists")))
        .isEqualTo(parse(Map.of("pings", Map.of("event_type", List.of("exists")))));
    assertThat(yaml(Map.of("pings", "page_ping")))
        .isEqualTo("{pings: {event_type: page_ping}, heartbeat: 10, min-visit: 5}");
  }

  @Test
  void shouldReadPingsOfSeveralTypesOrAConditionWithTimesOfTheirOwn() {
    assertThat(parse(Map.of("pings", List.of("a", "b"), "heartbeat", "1", "min-visit", "0")))
        .isEqualTo(
            new Pings(
                Condition.parse(Map.of("event_type", List.of("a", "b"))),
                Duration.ofSeconds(1),
                Duration.ZERO));
    assertThat(parse(Map.of("pings", Map.of("type", "ping"), "heartbeat", "15")))
        .isEqualTo(
            new Pings(
                Condition.parse(Map.of("type", "ping")),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5)));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("page_ping", "it is no map such as {pings: page_ping}"),
        Arguments.of(
            Map.of("heartbeat", "10"),
            "it has neither pings nor milliseconds; expected one of them"),
        Arguments.of(
            Map.of("milliseconds", "a", "pings", "b"),
            "pings: milliseconds tell engaged time already; remove one of the two"),
        Arguments.of(
            Map.of("milliseconds", "a", "min-visit", "5"),
            "min-visit: milliseconds tell engaged time already; remove one of the two"),
        Arguments.of(
            Map.of("milliseconds", "page_url"),
            "milliseconds: page_url is a text; expected a number: quantity, price, revenue, a path"
                + " or a list of paths"),
        Arguments.of(
            Map.of("pings", "a", "hartbeat", "10"),
            "hartbeat: it is none of the keys here; the nearest is heartbeat"),
        Arguments.of(Map.of("pings", List.of()), "pings: event_type: the list of values is empty"),
        Arguments.of(Map.of("pings", Map.of()), "pings: the condition has no lines"),
        Arguments.of(Map.of("pings", "a", "heartbeat", "soon"), "heartbeat: expected seconds"),
        Arguments.of(Map.of("pings", "a", "heartbeat", "0"), "heartbeat: expected at least 1ms"),
        Arguments.of(
            Map.of("pings", "a", "min-visit", List.of("5")),
            "min-visit: expected a duration, such as 10s"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldSayWhatIsWrong(Object written, String mistake) {
    assertThatThrownBy(() -> parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
  }
}
