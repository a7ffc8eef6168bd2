package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.FieldDefinition.How;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldDefinitionTest {

  private static final Map<String, Object> ERRORS = Map.of("event_type", "error");
  private static final Condition IS_ERROR = Condition.parse(ERRORS);
  private static final ValueSource PLAN = ValueSource.parse("properties.plan");

  /** In this order. */
  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static FieldDefinition of(
      How how, @Nullable ValueSource value, FieldDefinition.Type type, @Nullable Condition where) {
    return new FieldDefinition("", how, value, type, where);
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void shouldReadEveryAggregate(How how) {
    boolean ofClicks = how == How.COUNT || how == How.ANY;
    FieldDefinition.Type type =
        how == How.MIN || how == How.MAX || how == How.SUM
            ? FieldDefinition.Type.NUMBER
            : FieldDefinition.Type.TEXT;

    assertThat(FieldDefinition.parse(map(how.word(), ofClicks ? ERRORS : "properties.plan")))
        .isEqualTo(of(how, ofClicks ? null : PLAN, type, ofClicks ? IS_ERROR : null));
  }

  @ParameterizedTest
  @CsvSource({"text, TEXT", "number, NUMBER", "boolean, BOOLEAN"})
  void shouldReadTypesOfFirstAndLast(String written, FieldDefinition.Type type) {
    assertThat(FieldDefinition.parse(map("first", "properties.plan", "type", written)))
        .isEqualTo(of(How.FIRST, PLAN, type, null));
    assertThat(FieldDefinition.parse(map("last", "properties.plan", "type", written)))
        .isEqualTo(of(How.LAST, PLAN, type, null));
  }

  @Test
  void shouldReadConditionsAndGetAName() {
    FieldDefinition items = FieldDefinition.parse(map("sum", "quantity", "where", ERRORS));

    assertThat(items)
        .isEqualTo(
            of(How.SUM, ValueSource.parse("quantity"), FieldDefinition.Type.NUMBER, IS_ERROR));
    assertThat(items.named("items"))
        .isEqualTo(
            new FieldDefinition(
                "items",
                How.SUM,
                ValueSource.parse("quantity"),
                FieldDefinition.Type.NUMBER,
                IS_ERROR));
  }

  static Stream<Arguments> yaml() {
    return Stream.of(
        Arguments.of(map("last", "properties.plan"), "{last: properties.plan}"),
        Arguments.of(map("last", "properties.plan", "type", "text"), "{last: properties.plan}"),
        Arguments.of(
            map("where", ERRORS, "type", "number", "first", List.of("a", "b")),
            "{first: [a, b], type: number, where: {event_type: error}}"),
        Arguments.of(map("max", "price"), "{max: price}"),
        Arguments.of(
            map("set", "\"country\"", "where", ERRORS),
            "{set: '\"country\"', where: {event_type: error}}"),
        Arguments.of(map("count", ERRORS), "{count: {event_type: error}}"));
  }

  @ParameterizedTest
  @MethodSource("yaml")
  void shouldBeWrittenAsItIsRead(Object written, String yaml) {
    assertThat(FieldDefinition.parse(written).yaml()).isEqualTo(yaml);
  }

  static Stream<Arguments> mistakes() {
    String all = "first, last, min, max, sum, count, any, set, distinct";
    return Stream.of(
        Arguments.of("last", "it is no map such as {last: properties.plan}"),
        Arguments.of(List.of("last"), "it is no map such as {last: properties.plan}"),
        Arguments.of(Map.of(), "it is no map such as {last: properties.plan}"),
        Arguments.of(map("where", ERRORS), "it has no aggregate; expected one of " + all),
        Arguments.of(
            map("first", "a", "last", "b"),
            "it has the aggregates first and last; expected one, so define a field for each"),
        Arguments.of(map("lst", "a"), "lst: it is none of the keys here; the nearest is last"),
        Arguments.of(
            map("properties.plan", "last"),
            "properties.plan: it is none of the keys here, which are " + all + ", type, where"),
        Arguments.of(
            map("last", "a", "whre", ERRORS),
            "whre: it is none of the keys here; the nearest is where"),
        Arguments.of(map("last", "a..b"), "last: a name in the path is empty"),
        Arguments.of(
            map("last", map("path", "a")),
            "last: expected a field of ours, a path or a list of paths"),
        Arguments.of(map("last", "a", "type", "integer"), "type: expected text, number or boolean"),
        Arguments.of(
            map("last", "a", "type", List.of("text")), "type: expected text, number or boolean"),
        Arguments.of(
            map("sum", "a", "type", "text"), "type: it is for first and last; sum is of numbers"),
        Arguments.of(
            map("set", "a", "type", "number"), "type: it is for first and last; set is of texts"),
        Arguments.of(
            map("count", ERRORS, "type", "number"),
            "type: it is for first and last; count is of clicks"),
        Arguments.of(
            map("sum", "page_url"),
            "sum: page_url is a text; expected a number: quantity, price, revenue, a path or a list"
                + " of paths"),
        Arguments.of(
            map("any", "properties.coupon"),
            "any: it needs a condition, such as {event_type: error}; {properties.plan: exists} is"
                + " one for clicks that have a value"),
        Arguments.of(map("count", Map.of()), "count: the condition has no lines"),
        Arguments.of(
            map("count", ERRORS, "where", ERRORS),
            "where: count has its condition itself; write all lines of it there"),
        Arguments.of(
            map("last", "a", "where", "error"),
            "where: it is no condition, which is a map such as {event_type: purchase}"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldSayWhatIsWrong(Object written, String mistake) {
    assertThatThrownBy(() -> FieldDefinition.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
  }

  @ParameterizedTest
  @CsvSource({
    "average, a sum and a count",
    "AVG, a sum and a count",
    "median, min, max, sum and distinct",
    "percentile, min, max, sum and distinct",
    "list, set (the 100 smallest texts) and distinct (their number)",
    "mode, {count: {properties.plan: pro}}",
    "most_frequent, {count: {properties.plan: pro}}",
    "previous, possible are first and last",
    "latest, its name here is last",
    "earliest, its name here is first",
    "minimum, its name here is min",
    "maximum, its name here is max",
    "total, its name here is sum",
    "count_distinct, its name here is distinct",
    "exists, its name here is any"
  })
  void shouldSayWhatIsPossibleInsteadOfAnotherAggregate(String word, String instead) {
    assertThatThrownBy(() -> FieldDefinition.parse(map(word, "properties.plan")))
        .hasMessageStartingWith(word + ": ")
        .hasMessageContaining(instead)
        .hasMessageNotContaining("it has no aggregate");
  }

  @Test
  void shouldSayAllThatIsWrongAtOnce() {
    assertThatThrownBy(
            () ->
                FieldDefinition.parse(
                    map("sum", "page_url", "whre", ERRORS, "type", "integer", "where", "x")))
        .hasMessage(
            "whre: it is none of the keys here; the nearest is where; type: expected text, number or"
                + " boolean; where: it is no condition, which is a map such as {event_type:"
                + " purchase}; type: it is for first and last; sum is of numbers; sum: page_url is a"
                + " text; expected a number: quantity, price, revenue, a path or a list of paths");
  }
}
