package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The contract and the tests name the same cases. */
class ContractCasesTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([SF]\\d\\d) \\|");
  private static final Pattern CASE = Pattern.compile("([SF]\\d\\d)\\b.*", Pattern.DOTALL);

  private static Map<String, Long> rows(String from, String to) throws IOException {
    return ROW.matcher(Files.readString(Path.of("src/docs/session-semantics.md")))
        .results()
        .map(row -> row.group(1))
        .filter(number -> number.compareTo(from) >= 0 && number.compareTo(to) <= 0)
        .collect(counted());
  }

  private static Map<String, Long> tests(Class<?> cases) {
    return Arrays.stream(cases.getDeclaredMethods())
        .map(method -> method.getAnnotation(DisplayName.class))
        .filter(Objects::nonNull)
        .flatMap(
            name -> {
              Matcher number = CASE.matcher(name.value());
              return number.matches() ? Stream.of(number.group(1)) : Stream.empty();
            })
        .collect(counted());
  }

  private static java.util.stream.Collector<String, ?, Map<String, Long>> counted() {
    return Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting());
  }

  @Test
  void shouldHaveARowForEachTestOfCuts() throws IOException {
    assertThat(rows("S37", "S99")).isEqualTo(tests(CutSemantics.class)).hasSize(19);
  }

  @Test
  void shouldHaveARowForEachCaseOfSessionsAndFields() throws IOException {
    assertThat(rows("S01", "S36").keySet()).containsAll(tests(SessionSemantics.class).keySet());
    assertThat(rows("F01", "F99").keySet()).containsAll(tests(FieldSemantics.class).keySet());
  }
}
