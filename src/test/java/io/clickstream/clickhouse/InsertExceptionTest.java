package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.clickhouse.client.api.ServerException;
import io.clickstream.clickhouse.InsertException.Kind;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InsertExceptionTest {

  @ParameterizedTest
  @CsvSource({
    "252, Too many parts (3000), TEMPORARY",
    "252, Too many partitions for single INSERT block (more than 100), ROWS",
    "241, Memory limit exceeded, TEMPORARY",
    "242, Table is in readonly mode, TEMPORARY",
    "27, Cannot parse input, ROWS",
    "563, Cannot read map from text, ROWS",
    "469, Constraint is violated, ROWS",
    "60, Table does not exist, PERMANENT",
    "16, No such column in table, PERMANENT",
    "497, Not enough privileges, PERMANENT",
    "516, Authentication failed, PERMANENT",
    "164, Cannot execute query in readonly mode, PERMANENT",
    "0, a proxy that answers in words of its own, TEMPORARY",
  })
  void shouldTellWhatMayPassFromWhatNeverWill(int code, String message, Kind kind) {
    InsertException e =
        InsertException.of(
            new ExecutionException(new ServerException(code, message, 500, "query")));
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContaining(message);
  }

  @Test
  void shouldTryAgainWhenNobodyAnswers() {
    InsertException e = InsertException.of(new RuntimeException(new IOException("Broken pipe")));
    assertThat(e.kind()).isEqualTo(Kind.TEMPORARY);
    assertThat(e).hasMessage("Broken pipe");
  }

  @Test
  void shouldSayNothingOfTheRowsWhenTheFailureIsNotTheirs() {
    InsertException e =
        InsertException.of(
                new ServerException(
                    27,
                    "Code: 27. DB::Exception: Cannot parse input: expected '\"' before:"
                        + " 'visitor-4711 (SECRET)': (while reading the value of key revenue):"
                        + " (at row 1): While executing ParallelParsingBlockInputFormat."
                        + " (CANNOT_PARSE_INPUT_ASSERTION_FAILED) (version 26.7.1.1)",
                    400,
                    "query"))
            .permanent("row after row is refused");
    assertThat(e)
        .hasMessage(
            "row after row is refused: Code: 27 (CANNOT_PARSE_INPUT_ASSERTION_FAILED), while"
                + " reading the value of key revenue")
        .hasNoCause();
  }
}
