package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.SampleDefinitions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void shouldHaveColumnsForWhatSettingsDefine() {
    // When
    Map<String, String> types =
        new LinkedHashMap<>(SessionColumns.types(SampleDefinitions.COLUMNS));
    types.keySet().removeAll(SessionColumns.types(Columns.BUILT_IN).keySet());

    // Then
    assertThat(types)
        .containsExactly(
            Map.entry("fields.plan", "Nullable(String)"),
            Map.entry("fields.score", "Nullable(Decimal(76, 18))"),
            Map.entry("fields.trial", "Nullable(Bool)"),
            Map.entry("fields.fastest", "Nullable(Decimal(76, 18))"),
            Map.entry("fields.scroll", "Nullable(Decimal(76, 18))"),
            Map.entry("fields.items", "Nullable(Decimal(76, 18))"),
            Map.entry("fields.errors", "UInt64"),
            Map.entry("fields.failed", "Nullable(Bool)"),
            Map.entry("fields_experiments", "Array(String)"),
            Map.entry("fields.experiments_truncated", "Nullable(Bool)"),
            Map.entry("fields_tags", "Array(String)"),
            Map.entry("fields.tags_truncated", "Nullable(Bool)"),
            Map.entry("fields.screens", "UInt64"),
            Map.entry("goals.order.count", "UInt64"),
            Map.entry("goals.order.value", "Nullable(Decimal(76, 18))"),
            Map.entry("goals.order.currency", "LowCardinality(Nullable(String))"),
            Map.entry("goals.order.first_at", "Nullable(DateTime64(3, 'UTC'))"),
            Map.entry("goals.signup.count", "UInt64"),
            Map.entry("goals.signup.value", "Nullable(Decimal(76, 18))"),
            Map.entry("goals.signup.currency", "LowCardinality(Nullable(String))"),
            Map.entry("goals.signup.first_at", "Nullable(DateTime64(3, 'UTC'))"),
            Map.entry("converted", "Nullable(Bool)"));
    assertThat(types)
        .allSatisfy((name, type) -> assertThat(SessionColumns.isDefined(name, type)).isTrue());
    assertThat(SessionColumns.types(Columns.BUILT_IN))
        .allSatisfy((name, type) -> assertThat(SessionColumns.isDefined(name, type)).isFalse());
  }

  @Test
  void shouldHaveTheSameTypesOfBuiltInColumnsWhateverTheSettings() {
    // Given
    Definitions engagement =
        new Definitions(
            List.of(),
            List.of(),
            new Engagement.Milliseconds(SampleDefinitions.value("properties.ms")),
            Engaged.GA4,
            Bounce.GA4);

    // When, Then
    assertThat(SessionColumns.types(Columns.of(engagement)))
        .isEqualTo(SessionColumns.types(Columns.BUILT_IN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Nullable(String); Nullable(String); true",
        "LowCardinality(Nullable(String)); Nullable(String); true",
        "Nullable(Decimal(76,18)); Nullable(Decimal(76, 18)); true",
        "String; Nullable(String); false",
        "UInt64; Nullable(Bool); false",
      })
  void shouldTellWhetherTypesAreAlike(String type, String other, boolean alike) {
    assertThat(SessionColumns.isAlike(type, other)).isEqualTo(alike);
  }

  @Test
  void shouldShowStoredSetsUnderTheNamesOfTheTopic() {
    assertThat(SessionColumns.shownName("fields_tags", "Array(String)")).isEqualTo("fields.tags");
    assertThat(SessionColumns.shownName("fields_tags", "String")).isEqualTo("fields_tags");
    assertThat(SessionColumns.shownName("fields.plan", "Nullable(String)"))
        .isEqualTo("fields.plan");
  }

  @Test
  void shouldFindGoalsThatHaveAllTheirColumns() {
    assertThat(SessionColumns.goals(SessionColumns.types(SampleDefinitions.COLUMNS).keySet()))
        .containsExactly("order", "signup");
    assertThat(SessionColumns.goals(Set.of("goals.half.count", "goals.half.value"))).isEmpty();
  }
}
