package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueSourceTest {

  private static final String EXPECTED = "expected a field of ours, a path or a list of paths";

  private static ValueSource ofPath(String... names) {
    return new ValueSource(null, FieldSource.of(FieldPath.ofNames(names)));
  }

  @Test
  void shouldBeAFieldWhenTheNameIsOurs() {
    assertThat(ValueSource.parse("page_url")).isEqualTo(new ValueSource(ClickField.PAGE_URL, null));
    assertThat(ValueSource.parse(" price ")).isEqualTo(new ValueSource(ClickField.PRICE, null));
    assertThat(ValueSource.parse("page_title"))
        .isEqualTo(new ValueSource(ClickField.PAGE_TITLE, null));
  }

  @Test
  void shouldBeAPathWhenTheNameIsAnotherOrInQuotes() {
    assertThat(ValueSource.parse("page_urls")).isEqualTo(ofPath("page_urls"));
    assertThat(ValueSource.parse("properties.page_url"))
        .isEqualTo(ofPath("properties", "page_url"));
    assertThat(ValueSource.parse("\"page_url\"")).isEqualTo(ofPath("page_url"));
    assertThat(ValueSource.parse("\"timestamp\"")).isEqualTo(ofPath("timestamp"));
  }

  @Test
  void shouldBeSeveralPathsWhenAList() {
    FieldSource both =
        new FieldSource.Paths(
            List.of(FieldPath.ofNames("plan"), FieldPath.ofNames("country")), false);

    assertThat(ValueSource.parse(List.of("plan", "\"country\"")))
        .isEqualTo(new ValueSource(null, both));
  }

  static Stream<Arguments> written() {
    return Stream.of(
        Arguments.of("page_url", "page_url"),
        Arguments.of("\"page_url\"", "'\"page_url\"'"),
        Arguments.of("/page_url", "/page_url"),
        Arguments.of("a.b c", "a.b c"),
        Arguments.of("a[b=c].d", "'a[b=c].d'"),
        Arguments.of(List.of("plan"), "plan"),
        Arguments.of(List.of("plan", "\"country\"", "a{}.b"), "[plan, '\"country\"', 'a{}.b']"));
  }

  @ParameterizedTest
  @MethodSource("written")
  void shouldBeWrittenAsItIsRead(Object written, String yaml) {
    assertThat(ValueSource.parse(written).yaml()).isEqualTo(yaml);
  }

  @Test
  void shouldNameAnotherValueWhenAPathIsCalledLikeOurField() {
    DefinedValue ours = value(ValueSource.parse("country"));
    DefinedValue path = value(ValueSource.parse("\"country\""));

    assertThat(ours.key()).isNotEqualTo(path.key());
  }

  private static DefinedValue value(ValueSource from) {
    return new DefinedValue("fields.a", from, Reading.TEXT, null);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(Map.of("path", "a"), EXPECTED),
        Arguments.of("a..b", "a name in the path is empty"),
        Arguments.of(List.of(), "the list of paths is empty"),
        Arguments.of(
            List.of("plan", "country"),
            "country is a field of ours, and a list is of paths; write the field alone, or the"
                + " path in double quotes, '\"country\"'"),
        Arguments.of(
            "@kafka", "@kafka is the time of a record, which is no value of a click; " + EXPECTED),
        Arguments.of(
            List.of("a", "@kafka"),
            "@kafka is the time of a record, which is no value of a click; " + EXPECTED),
        Arguments.of("timestamp", time("timestamp")),
        Arguments.of("sent_at", time("sent_at")),
        Arguments.of("received_at", time("received_at")));
  }

  private static String time(String field) {
    return "%s is a time, which the columns of a session have already; %s, where '\"%s\"' is a path"
        .formatted(field, EXPECTED, field);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldSayWhatIsWrong(Object written, String mistake) {
    assertThatThrownBy(() -> ValueSource.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
    assertThatThrownBy(() -> ValueSource.ofNumbers(written)).hasMessage(mistake);
  }

  @Test
  void shouldBeANumberOfOursWhenANumberIsAsked() {
    for (ClickField field : List.of(ClickField.QUANTITY, ClickField.PRICE, ClickField.REVENUE)) {
      assertThat(ValueSource.ofNumbers(field.name())).isEqualTo(new ValueSource(field, null));
    }
    assertThat(ValueSource.ofNumbers("total")).isEqualTo(ofPath("total"));
    for (String text : List.of("page_url", "order_id", "currency", "page_title")) {
      assertThatThrownBy(() -> ValueSource.ofNumbers(text))
          .hasMessage(
              text
                  + " is a text; expected a number: quantity, price, revenue, a path or a list of"
                  + " paths");
    }
  }
}
