package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SessionColumnsTest {

  private static final Pattern COLUMN =
      Pattern.compile("^ {4}(\\w+) +(.+?)(?: CODEC\\(.*\\))?,$", Pattern.MULTILINE);

  private static final Pattern CHANGE =
      Pattern.compile(
          "^ALTER TABLE sessions (?:MODIFY COLUMN|ADD COLUMN IF NOT EXISTS) (\\w+) (.+?)(?: AFTER \\w+)?;$",
          Pattern.MULTILINE);

  /** The columns that the numbered files make; Migrate adds the others. */
  private static Map<String, String> files() {
    Map<String, String> types = new LinkedHashMap<>();
    String file = Migrations.text(Migrations.FILES.get(0));
    Matcher column = COLUMN.matcher(file.substring(0, file.indexOf("CONSTRAINT")));
    while (column.find()) {
      types.put(column.group(1), column.group(2));
    }
    for (String later : Migrations.FILES.subList(1, Migrations.FILES.size())) {
      Matcher change = CHANGE.matcher(Migrations.text(later));
      while (change.find()) {
        types.put(change.group(1), change.group(2));
      }
    }
    return types;
  }

  @Test
  void shouldHaveTheTypesThatTheNumberedFilesMake() {
    assertThat(files()).hasSizeGreaterThan(40);
    assertThat(SessionColumns.types(Columns.BUILT_IN)).containsAllEntriesOf(files());
  }

  @Test
  void shouldFollowTypeAndNullsAndRepetition() {
    // Given
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("plain", "country", null, "A text.");
    table.first("word", "country", null, "A text of a few.").repeats();
    table.number("clicks", Own.EVENTS, "A number.");
    table.flag("flag", Own.ORDERS_TRUNCATED, "A flag.");
    table.made("rate", ColumnType.DECIMAL, "A decimal.").nullable().publish((s, out) -> {});
    table.made("at", ColumnType.TIME, "A time.").nullable().publish((s, out) -> {});
    table.frame("revision", ColumnType.INTEGER, "A number.").publish((s, out) -> {});

    // When, Then
    assertThat(SessionColumns.types(table.build()))
        .containsExactly(
            Map.entry("plain", "Nullable(String)"),
            Map.entry("word", "LowCardinality(Nullable(String))"),
            Map.entry("clicks", "UInt64"),
            Map.entry("flag", "Bool"),
            Map.entry("rate", "Nullable(Decimal(38, 18))"),
            Map.entry("at", "Nullable(DateTime64(3, 'UTC'))"),
            Map.entry("revision", "UInt32"));
  }
}
