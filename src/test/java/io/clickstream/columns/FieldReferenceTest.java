package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.clickhouse.SessionColumns;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.model.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
      `sessions` has the same columns. `clickstream schema` prints the JSON Schema. Settings define
      [more fields](#fields-and-goals-of-your-own).

      Where a field takes the first or the last of several texts, time decides; of clicks at one
      time it is the one with the smallest event id, then the smallest page, then the smallest text.

      Times are milliseconds since 1970. Decimals are text, so that no reader rounds them.

      This file is made from the table of columns (`BuiltInColumns`):
      `./mvnw test -Dtest=FieldReferenceTest -Dfields.write` writes it anew.

      | Field | Type | Null | R | Meaning | Comes from |
      |---|---|---|---|---|---|
      """;

  private static final String DEFINED_HEAD =
      """

      ## Fields and goals of your own

      What `session.fields` defines is published in the object `fields`, and what `session.goals`
      defines in the object `goals`. Where there are goals, `converted` says whether any was reached.
      In a retraction all of these are null. Decimals have no exponent and no zeros at their end.

      | Field, for example | Aggregate | Type | Null | In ClickHouse |
      |---|---|---|---|---|
      """;

  private static final String DEFINED_FOOT =
      """

      In ClickHouse a session of before a definition has null, 0 or an empty array. The view
      `sessions_latest` has all of these names. In the table itself a set is stored as
      `fields_experiments`: ClickHouse would want arrays with one name before the dot to have one
      length. [More about the columns](operate.md#columns-of-your-own).
      """;

  @Test
  void shouldSayWhatTheTableSays() throws IOException {
    String expected = reference(Columns.BUILT_IN) + reference(examples());
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

  /** One of each kind. */
  private static Definitions examples() {
    Definitions all = SampleDefinitions.ALL;
    Set<String> kinds = new HashSet<>();
    return new Definitions(
        all.fields().stream().filter(field -> kinds.add(field.how() + "" + field.type())).toList(),
        all.goals().subList(0, 1),
        all.engagement(),
        all.engaged(),
        all.bounce());
  }

  private static String reference(Definitions definitions) {
    Map<String, String> hows = new HashMap<>();
    for (FieldDefinition field : definitions.fields()) {
      String how = field.how().name().toLowerCase(Locale.ROOT);
      boolean hasTypes = field.how() == How.FIRST || field.how() == How.LAST;
      hows.put(
          "fields." + field.name(),
          hasTypes ? how + ", " + field.type().name().toLowerCase(Locale.ROOT) : how);
    }
    StringBuilder text = new StringBuilder(DEFINED_HEAD);
    for (Column column : Columns.of(definitions).all()) {
      if (column.object() != null || column.name().equals("converted")) {
        String how = hows.getOrDefault(column.name(), "");
        text.append(
            "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                    column.name(),
                    column.type() == ColumnType.GOAL ? "goal" : how,
                    type(column.type()),
                    column.nullable() ? "yes" : "no",
                    clickHouse(column, Columns.of(definitions))));
      }
    }
    return text.append(DEFINED_FOOT).toString();
  }

  /** One column, or those of a goal. */
  private static String clickHouse(Column column, Columns columns) {
    return SessionColumns.types(columns).entrySet().stream()
        .filter(
            each -> {
              String shown = SessionColumns.shownName(each.getKey(), each.getValue());
              return shown.equals(column.name())
                  || (column.type() == ColumnType.GOAL && shown.startsWith(column.name() + "."));
            })
        .map(
            each ->
                column.type() == ColumnType.GOAL
                    ? "`%s` %s"
                        .formatted(each.getKey().substring(column.name().length()), each.getValue())
                    : each.getValue())
        .collect(Collectors.joining(", "));
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
      case TEXTS -> "list of texts, in ascending order, 100 at most";
      case GOAL -> "object of `count`, `value`, `currency`, `first_at`";
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
