package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.FieldPath.Entry;
import io.clickstream.columns.FieldPath.First;
import io.clickstream.columns.FieldPath.Name;
import io.clickstream.columns.FieldPath.Step;
import io.clickstream.columns.FieldPath.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldPathTest {

  private static Arguments path(String written, boolean fromRoot, Step... steps) {
    return Arguments.of(written, new FieldPath(fromRoot, List.of(steps)));
  }

  static Stream<Arguments> paths() {
    return Stream.of(
        path("a", false, new Name("a")),
        path("a.b c.d", false, new Name("a"), new Name("b c"), new Name("d")),
        path("$device_id", false, new Name("$device_id")),
        path("@timestamp", false, new Name("@timestamp")),
        path("größe.漢", false, new Name("größe"), new Name("漢")),
        path("a/b", false, new Name("a/b")),
        path("a=b", false, new Name("a=b")),
        path("/sentAt", true, new Name("sentAt")),
        path("/a.b", true, new Name("a"), new Name("b")),
        path("\"event.type\"", false, new Name("event.type")),
        path("a.\"[Amplitude] Page\"", false, new Name("a"), new Name("[Amplitude] Page")),
        path("\"say \"\"hi\"\"\"", false, new Name("say \"hi\"")),
        path("\"/a\"", false, new Name("/a")),
        path("\" a \"", false, new Name(" a ")),
        path("data{}", false, new Name("data"), new Text()),
        path("data{}.a.b", false, new Name("data"), new Text(), new Name("a"), new Name("b")),
        path("a{}{}.b", false, new Name("a"), new Text(), new Text(), new Name("b")),
        path(
            "event_params[key=page_location].value.string_value",
            false,
            new Name("event_params"),
            new Entry("key", "page_location"),
            new Name("value"),
            new Name("string_value")),
        path("a[k=a b].c", false, new Name("a"), new Entry("k", "a b"), new Name("c")),
        path("a[\"k=\"=\"]\"]", false, new Name("a"), new Entry("k=", "]")),
        path("a[k=b.c]", false, new Name("a"), new Entry("k", "b.c")),
        path("d{}[k=v].x", false, new Name("d"), new Text(), new Entry("k", "v"), new Name("x")),
        path("a[k=v]{}.x", false, new Name("a"), new Entry("k", "v"), new Text(), new Name("x")));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void shouldReadPaths(String written, FieldPath expected) {
    assertThat(FieldPath.parse(written)).isEqualTo(expected);
    assertThat(FieldPath.parse(expected.toString())).isEqualTo(expected);
  }

  @Test
  void shouldWriteNoMoreQuotesThanNeeded() {
    assertThat(FieldPath.parse("\"a\".\"b c\"[\"k\"=\"v\"]")).hasToString("a.b c[k=v]");
    assertThat(FieldPath.ofNames("a.b", "c")).hasToString("\"a.b\".c");
    assertThat(new FieldPath(false, List.of())).hasToString(".");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "'' | a name in the path is empty",
        "' ' | a name in the path is empty",
        "/ | a name in the path is empty",
        "a. | a name in the path is empty",
        ".a | a name in the path is empty",
        "a..b | a name in the path is empty",
        "a. .b | a name in the path is empty",
        "a. b | a name in the path begins or ends with a space",
        "'a ' | a name in the path begins or ends with a space",
        "'a [k=v]' | a name in the path begins or ends with a space",
        "//a | a name begins with a slash, but only the path can; put such a name in double quotes",
        "a./b | a name begins with a slash, but only the path can; put such a name in double"
            + " quotes",
        "[k=v] | a bracket or brace has no name in front of it; put names with brackets in double"
            + " quotes",
        "a.[k=v] | a bracket or brace has no name in front of it; put names with brackets in"
            + " double quotes",
        "{}.a | a bracket or brace has no name in front of it; put names with brackets in double"
            + " quotes",
        "a[0] | the text in brackets is not key=value, such as [key=page_location]; put names with"
            + " brackets in double quotes",
        "a[k | the text in brackets is not key=value, such as [key=page_location]; put names with"
            + " brackets in double quotes",
        "a[k=v | a bracket in it is not closed",
        "a[] | a key or a value in brackets is empty",
        "a[=v] | a key or a value in brackets is empty",
        "a[k=] | a key or a value in brackets is empty",
        "a[k =v] | a key or a value in brackets begins or ends with a space",
        "a[k= v] | a key or a value in brackets begins or ends with a space",
        "a[k=\"\"] | a part of brackets in quotes is empty",
        "a[k=v][l=w] | brackets follow brackets; an element of an array is an object, so a name"
            + " comes next",
        "a{b} | something is in braces, which mean JSON in a text; put names with braces in double"
            + " quotes",
        "a{ | something is in braces, which mean JSON in a text; put names with braces in double"
            + " quotes",
        "a] | a bracket in it closes nothing; put names with brackets in double quotes",
        "a} | a bracket in it closes nothing; put names with brackets in double quotes",
        "a{}b | something other than a dot follows a quote or a bracket",
        "\"a\"b | something other than a dot follows a quote or a bracket",
        "a\"b | a quote is inside a name; put such a name in double quotes as a whole, with the"
            + " quote twice",
        "\"a | a quote in it is not closed",
        "\"\".a | a name in quotes is empty"
      })
  void shouldSayWhatIsWrong(String written, String mistake) {
    assertThatThrownBy(() -> FieldPath.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake);
  }

  @Test
  void shouldBeginAtAnElementUnlessItBeginsAtTheRoot() {
    FieldPath element = FieldPath.parse("batch").then(List.of(new First()));

    assertThat(FieldPath.parse("a.b").below(element)).hasToString("batch[].a.b");
    assertThat(FieldPath.parse("/a.b").below(element)).hasToString("/a.b");
  }

  @ParameterizedTest
  @CsvSource({
    "a.b, a, true",
    "a.b.c, a, true",
    "a, a.b, false",
    "a, a, false",
    "ab.c, a, false",
    "a[k=v].b, a, true",
    "a{}.b, a, false",
    "/a.b, a, false",
    "/a.b, /a, true"
  })
  void shouldTellWhetherItLeadsThroughAValue(String path, String through, boolean expected) {
    assertThat(FieldPath.parse(path).leadsThrough(FieldPath.parse(through))).isEqualTo(expected);
  }

  @Test
  void shouldReadSources() {
    assertThat(FieldSource.parse("a.b")).isEqualTo(FieldSource.of(FieldPath.ofNames("a", "b")));
    assertThat(FieldSource.parse(List.of("a", "/b")).inRecord())
        .containsExactly(FieldPath.ofNames("a"), FieldPath.parse("/b"));
    assertThat(FieldSource.parse("@kafka")).isEqualTo(new FieldSource.KafkaTimestamp());
    assertThat(FieldSource.parse("\"@kafka\""))
        .isEqualTo(FieldSource.of(FieldPath.ofNames("@kafka")));
    assertThat(FieldSource.parse(List.of("a", "b c"))).hasToString("[a, b c]");
    assertThat(FieldSource.parse(List.of("a", "x[k=v]")).yaml()).isEqualTo("[a, 'x[k=v]']");
    assertThat(FieldSource.parse("@kafka").yaml()).isEqualTo("'@kafka'");
    FieldSource orKafka = FieldSource.parse(List.of("a", "@kafka"));
    assertThat(orKafka).hasToString("a, else @kafka");
    assertThat(orKafka.yaml()).isEqualTo("[a, '@kafka']");
    assertThat(orKafka.canBeKafka()).isTrue();
    assertThat(orKafka.inRecord()).containsExactly(FieldPath.ofNames("a"));
    assertThat(FieldSource.parse(List.of("@kafka"))).isEqualTo(FieldSource.parse("@kafka"));
    assertThat(FieldSource.parse(List.of("a", "b")).canBeKafka()).isFalse();
  }

  static Stream<Arguments> wrongSources() {
    return Stream.of(
        Arguments.of(Map.of(), "it is neither a path nor a list of paths"),
        Arguments.of(List.of(), "the list of paths is empty"),
        Arguments.of(List.of(List.of("a")), "the list has other things in it than paths"),
        Arguments.of(List.of("a", "\"a\""), "a path is in the list twice"),
        Arguments.of(List.of("a", "b."), "a name in the path is empty"),
        Arguments.of(
            List.of("a", "@kafka", "b"),
            "@kafka is not the last of the list; every record has a time, so nothing can follow"));
  }

  @ParameterizedTest
  @MethodSource("wrongSources")
  void shouldSayWhatIsWrongWithASource(Object written, String mistake) {
    assertThatThrownBy(() -> FieldSource.parse(written)).hasMessage(mistake);
  }
}
