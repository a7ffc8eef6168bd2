package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoalDefinitionTest {

  private static final Map<String, String> BOUGHT = Map.of("event_type", "purchase");

  private static final Map<String, Object> ORDER =
      Map.of(
          "where",
          BOUGHT,
          "value",
          "properties.total",
          "currency",
          "currency",
          "once-per",
          "order_id");

  @Test
  void shouldReadAllThatAGoalHas() {
    GoalDefinition order =
        new GoalDefinition(
            "",
            Condition.parse(BOUGHT),
            ValueSource.parse("properties.total"),
            ValueSource.parse("currency"),
            ValueSource.parse("order_id"));

    assertThat(GoalDefinition.parse(ORDER)).isEqualTo(order);
    assertThat(GoalDefinition.parse(ORDER).named("order"))
        .isEqualTo(
            new GoalDefinition(
                "order", order.where(), order.value(), order.currency(), order.oncePer()));
    assertThat(GoalDefinition.parse(Map.of("where", BOUGHT)))
        .isEqualTo(new GoalDefinition("", Condition.parse(BOUGHT), null, null, null));
  }

  @Test
  void shouldBeWrittenAsItIsRead() {
    assertThat(GoalDefinition.parse(ORDER).yaml())
        .isEqualTo(
            "{where: {event_type: purchase}, value: properties.total, currency: currency, once-per:"
                + " order_id}");
    assertThat(GoalDefinition.parse(Map.of("where", BOUGHT)).yaml())
        .isEqualTo("{where: {event_type: purchase}}");
  }

  static Stream<Arguments> mistakes() {
    String example = "{where: {event_type: signup_completed}}";
    return Stream.of(
        Arguments.of("signup", "it is no map such as " + example),
        Arguments.of(
            Map.of("value", "total"),
            "it has no where, which says what clicks reach the goal: " + example),
        Arguments.of(
            BOUGHT,
            "event_type: it is none of the keys here, which are where, value, currency, once-per; it"
                + " has no where, which says what clicks reach the goal: "
                + example),
        Arguments.of(
            Map.of("where", BOUGHT, "once_per", "order_id"),
            "once_per: it is none of the keys here; the nearest is once-per"),
        Arguments.of(
            Map.of("where", "purchase"),
            "where: it is no condition, which is a map such as {event_type: purchase}"),
        Arguments.of(
            Map.of("where", BOUGHT, "value", "order_id"),
            "value: order_id is a text; expected a number: quantity, price, revenue, a path or a"
                + " list of paths"),
        Arguments.of(
            Map.of("where", BOUGHT, "value", "total", "currency", "@kafka"),
            "currency: @kafka is the time of a record, which is no value of a click; expected a"
                + " field of ours, a path or a list of paths"),
        Arguments.of(
            Map.of("where", BOUGHT, "once-per", "a."), "once-per: a name in the path is empty"),
        Arguments.of(
            Map.of("where", BOUGHT, "currency", "currency"),
            "currency: it is that of a value, and there is none; add value, or remove it"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldSayWhatIsWrong(Object written, String mistake) {
    assertThatThrownBy(() -> GoalDefinition.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
  }
}
