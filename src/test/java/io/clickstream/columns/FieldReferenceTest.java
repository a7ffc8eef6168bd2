package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.model.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The reference of the fields says what the table says. To write it anew: {@code ./mvnw test
 * -Dtest=FieldReferenceTest -Dfields.write}.
 */
class FieldReferenceTest {

  private static final Path FILE = Path.of("src/docs/fields.md");

  private static final String HEAD =
      """
      # The fields of a session

      Each record of `enriched-sessions` has all of them, in this order. In a retraction
      (`is_deleted` is true) only the fields marked with R have a value. ClickHouse's table
      `sessions` has the same columns. `clickstream schema` prints the JSON Schema.

      Where a field takes the first or the last of several texts, time decides; of clicks at one
      time it is the one with the smallest event id, then the smallest page, then the smallest text.

      Times are milliseconds since 1970. Decimals are text, so that no reader rounds them.

      This file is made from the table of columns (`BuiltInColumns`):
      `./mvnw test -Dtest=FieldReferenceTest -Dfields.write` writes it anew.

      | Field | Type | Null | R | Meaning | Comes from |
      |---|---|---|---|---|---|
      """;

  @Test
  void shouldSayWhatTheTableSays() throws IOException {
    String expected = reference(Columns.BUILT_IN);
    if (System.getProperty("fields.write") != null) {
      Files.writeString(FILE, expected);
    }

    assertThat(Files.readString(FILE))
        .as("if the table is right: ./mvnw test -Dtest=FieldReferenceTest -Dfields.write")
        .isEqualTo(expected);
  }

  private static String reference(Columns columns) {
    StringBuilder text = new StringBuilder(HEAD);
    for (Column column : columns.all()) {
      text.append(
          "| `%s` | %s | %s | %s | %s | %s |%n"
              .formatted(
                  column.name(),
                  type(column.type()),
                  column.nullable() ? "yes" : "no",
                  column.isFrame() ? "R" : "",
                  column.meaning(),
                  source(column))
              .replace(System.lineSeparator(), "\n"));
    }
    return text.toString();
  }

  private static String type(ColumnType type) {
    return switch (type) {
      case ID -> "UUID";
      case TEXT, WORD -> "text";
      case INTEGER -> "integer";
      case TIME -> "time";
      case BOOLEAN -> "boolean";
      case DECIMAL -> "decimal";
      case DECIMALS -> "decimals by name";
      case INTEGERS -> "integers by name";
      case PRODUCTS -> "list of `id`, `views`, `cart_adds`, `purchases`";
    };
  }

  private static String source(Column column) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Count count) {
      return "number of clicks: " + kind(count.kind());
    }
    if (aggregate instanceof First first) {
      return "first `%s` of %s".formatted(first.source().name(), kind(first.kind()));
    }
    if (aggregate instanceof Last last) {
      return "last `%s` of %s".formatted(last.source().name(), kind(last.kind()));
    }
    if (aggregate instanceof Distinct distinct) {
      return "different `%s` of %s, %d at most"
          .formatted(distinct.source().name(), kind(distinct.kind()), distinct.limit());
    }
    if (aggregate instanceof Own) {
      return "clicks";
    }
    return switch (column.basis()) {
      case FRAME -> "the session";
      case CLICKS -> "other fields";
      case REFERENCE_DATA -> "reference data";
    };
  }

  private static String kind(@Nullable EventKind kind) {
    return kind == null ? "all clicks" : "`" + kind.text() + "`";
  }
}
