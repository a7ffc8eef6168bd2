package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmittedAtTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"session_id":"a","emitted_at":1800000000000,"x":1} | 1800000000000
          {"emitted_at":7}                                    | 7
          {"emitted_at":                                      | -1
          {"emitted_at":null}                                 | -1
          {"emitted_at":"7"}                                  | -1
          {"emitted":7}                                       | -1
          ``                                                  | -1
          """)
  void shouldReadTheTimeWhereTheJobWritesIt(String record, long expected) {
    assertThat(EmittedAt.of(record.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
  }
}
