package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionTest {

  private static Condition.Expectation test(Object value) {
    return Condition.parse(Map.of("a", value)).lines().get(0).test();
  }

  @ParameterizedTest
  @CsvSource({
    // wanted, form, text, holds
    "page, TEXT, page, true",
    "page, TEXT, Page, false",
    "page, TEXT, pages, false",
    "page, ABSENT, page, false",
    "page, OBJECT, '', false",
    "page, UNREACHABLE, '', false",
    "7, INTEGER, 7, true",
    "7, DECIMAL, 7.0, true",
    "7.0, INTEGER, 7, true",
    "7.5, DECIMAL, 7.50, true",
    "7, DECIMAL, 7.1, false",
    "7, DECIMAL, 7e0, true",
    "700, DECIMAL, 7e2, true",
    "7, DECIMAL, 7e999999999, false",
    "7, TEXT, 7, true",
    "7, TEXT, 007, true",
    "7, TEXT, 7.0, true",
    "7, TEXT, 7e0, false",
    "7, TEXT, 7-, false",
    "-7, INTEGER, -7, true",
    "007, TEXT, 007, true",
    "007, INTEGER, 7, false",
    "true, TRUE, '', true",
    "true, TEXT, true, true",
    "true, FALSE, '', false",
    "false, FALSE, '', true",
    "false, ABSENT, '', false",
    "1, TRUE, '', false"
  })
  void shouldCompareWithOneValue(String wanted, Form form, String text, boolean holds) {
    assertThat(test(wanted).holds(form, text)).isEqualTo(holds);
    assertThat(test(List.of("x y z", wanted)).holds(form, text)).isEqualTo(holds);
    assertThat(test(List.of("x y z")).holds(form, text)).isFalse();
  }

  @Test
  void shouldNotReadLongDigitsAsANumber() {
    String digits = "7." + "0".repeat(100);
    assertThat(test("7").holds(Form.DECIMAL, digits)).isFalse();
    assertThat(test(Map.of("above", "1")).holds(Form.TEXT, digits)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, true",
    "INTEGER, true",
    "FALSE, true",
    "OBJECT, true",
    "ARRAY, true",
    "ABSENT, false",
    "UNREACHABLE, false"
  })
  void shouldTellWhetherThereIsAValue(Form form, boolean exists) {
    assertThat(test("exists").holds(form, "x")).isEqualTo(exists);
    assertThat(test("absent").holds(form, "x")).isEqualTo(!exists);
    assertThat(test(List.of("exists")).holds(form, "exists")).isEqualTo(form == Form.TEXT);
  }

  @ParameterizedTest
  @CsvSource({
    "INTEGER, 0, false",
    "INTEGER, 1, true",
    "DECIMAL, 0.01, true",
    "DECIMAL, 9.99, true",
    "INTEGER, 10, false",
    "TEXT, 5, true",
    "TEXT, 5 kg, false",
    "TEXT, '', false",
    "TEXT, -, false",
    "TRUE, '', false",
    "ABSENT, '', false",
    "OBJECT, '', false"
  })
  void shouldCompareWithBounds(Form form, String text, boolean holds) {
    assertThat(test(Map.of("above", "0", "below", "10")).holds(form, text)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, https://shop.example/a, true",
    "TEXT, https://shop.example, false",
    "INTEGER, 7, false",
    "ABSENT, https://shop.example/a, false"
  })
  void shouldCompareBeginnings(Form form, String text, boolean holds) {
    assertThat(test(Map.of("starts-with", "https://shop.example/")).holds(form, text))
        .isEqualTo(holds);
  }

  @Test
  void shouldCompareTheBeginningsOfNumbersAsTheyAreWritten() {
    assertThat(test(Map.of("starts-with", "4", "above", "40")).holds(Form.INTEGER, "404")).isTrue();
    assertThat(test(Map.of("starts-with", "4", "above", "40")).holds(Form.INTEGER, "4")).isFalse();
  }

  @Test
  void shouldReadFieldsOfOursAndPaths() {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("event_type", List.of("purchase", "Order Completed"));
    written.put("properties.total", Map.of("above", "0"));
    written.put("\"user_id\"", "exists");
    Condition condition = Condition.parse(written);

    assertThat(condition.lines())
        .extracting(Condition.Line::field)
        .containsExactly(ClickField.EVENT_TYPE, null, null);
    assertThat(condition.lines())
        .extracting(Condition.Line::path)
        .containsExactly(
            null, FieldPath.ofNames("properties", "total"), FieldPath.ofNames("user_id"));
    assertThat(condition)
        .hasToString(
            "{event_type: [Order Completed, purchase], properties.total: {above: 0},"
                + " '\"user_id\"': exists}");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "purchase", "it is no condition, which is a map such as {event_type: purchase}"),
        Arguments.of(
            List.of(), "it is no condition, which is a map such as {event_type: purchase}"),
        Arguments.of(Map.of(), "the condition has no lines"),
        Arguments.of(Map.of("a..b", "x"), "a..b: a name in the path is empty"),
        Arguments.of(Map.of("a", List.of()), "a: the list of values is empty"),
        Arguments.of(
            Map.of("a", List.of("x", List.of())), "a: the list has other things in it than values"),
        Arguments.of(
            Map.of("a", " "), "a: a value is empty; a click without one is meant by absent"),
        Arguments.of(
            Map.of("a", Map.of()),
            "a: expected a value, a list of values, exists, absent, or a map of above, below and"
                + " starts-with"),
        Arguments.of(
            Map.of("a", Map.of("over", "1")),
            "a: expected above, below or starts-with, found over"),
        Arguments.of(
            Map.of("a", Map.of("above", "x")), "a: above needs a number, such as 0 or 9.90"),
        Arguments.of(
            Map.of("a", Map.of("below", List.of("1"))),
            "a: below needs a number, such as 0 or 9.90"),
        Arguments.of(Map.of("a", Map.of("starts-with", " ")), "a: starts-with needs a text"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldSayWhatIsWrong(Object written, String mistake) {
    assertThatThrownBy(() -> Condition.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
  }

  @Test
  void shouldReadRulesOfEventTypes() {
    assertThat(EventTypeRule.parse("Order Completed").names()).containsExactly("Order Completed");
    assertThat(EventTypeRule.parse(List.of("page", " screen ")).names())
        .containsExactly("page", "screen");
    assertThat(EventTypeRule.parse(Map.of("type", "page")).condition())
        .isEqualTo(Condition.parse(Map.of("type", "page")));
    assertThat(EventTypeRule.parse("page, screen").hasComma()).isTrue();
    assertThat(EventTypeRule.parse(List.of("page, screen", "x")).hasComma()).isFalse();
    assertThat(EventTypeRule.parse(List.of("a", "b c"))).hasToString("[a, b c]");
  }

  static Stream<Arguments> wrongRules() {
    return Stream.of(
        Arguments.of(" ", "a name is empty"),
        Arguments.of(List.of(), "the list of names is empty"),
        Arguments.of(List.of("a", "a "), "a name is in the list twice"),
        Arguments.of(List.of("a", Map.of()), "the list has other things in it than names"),
        Arguments.of(Map.of(), "the condition has no lines"));
  }

  @ParameterizedTest
  @MethodSource("wrongRules")
  void shouldSayWhatIsWrongWithARule(Object written, String mistake) {
    assertThatThrownBy(() -> EventTypeRule.parse(written)).hasMessage(mistake);
  }
}
