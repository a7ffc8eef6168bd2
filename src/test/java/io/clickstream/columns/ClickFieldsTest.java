package io.clickstream.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.clickstream.model.ClickText;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ClickFieldsTest {

  private static ClickFields of(String... columns) {
    ColumnsBuilder table = new ColumnsBuilder();
    for (String column : columns) {
      table.first(column, "One of some.");
    }
    return ClickFields.of(table.build());
  }

  @Test
  void shouldHaveOneTextForEachThatTheRulesKnow() {
    assertThat(of().texts())
        .extracting(ClickField::name)
        .containsExactly(
            Arrays.stream(ClickText.values())
                .map(text -> text.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new));
  }

  @Test
  void shouldHaveEachFieldAtItsIndex() {
    ClickFields fields = of("language", "page_title");
    for (int i = 0; i < fields.count(); i++) {
      assertThat(fields.all().get(i).index()).isEqualTo(i);
      assertThat(fields.named(fields.names().get(i))).isEqualTo(fields.all().get(i));
    }
    assertThat(fields.named("plan")).isNull();
  }

  @Test
  void shouldPutFieldsOfTheTableBehindTheOthers() {
    // Given
    ClickFields fields = of("country", "language");
    // When, Then
    assertThat(fields.names()).endsWith("click_id", "language").doesNotHaveDuplicates();
    assertThat(Objects.requireNonNull(fields.named("language")))
        .isEqualTo(new ClickField(24, "language", Reading.TEXT, ClickText.values().length));
    assertThat(fields.all()).filteredOn(ClickField::isRead).doesNotContain(ClickField.PAGE_TITLE);
  }

  @Test
  void shouldReadFieldThatIsPartOfTheFormatWhenColumnIsMadeOfIt() {
    assertThat(of("page_title").all().get(ClickField.PAGE_TITLE.index()))
        .isEqualTo(new ClickField(19, "page_title", Reading.TEXT, ClickText.values().length));
  }

  @Test
  void shouldLookForTotalAndClocksOnlyWhereSettingMapsThem() {
    assertThat(of().all())
        .filteredOn(field -> !field.isUnderOurName())
        .extracting(ClickField::name)
        .containsExactly("revenue", "sent_at", "received_at");
    assertThat(of().all())
        .filteredOn(field -> !field.isOptional())
        .extracting(ClickField::name)
        .containsExactly("timestamp", "page_title");
  }

  @Test
  void shouldHaveDefinedFieldsWithoutNames() {
    // Given a field of the table between two that are defined
    ColumnsBuilder table = new ColumnsBuilder();
    DefinedValue plan =
        new DefinedValue(
            "fields.plan",
            new ValueSource(null, FieldSource.parse("p.plan")),
            Reading.TEXT,
            Condition.parse(Map.of("p", "exists")));
    DefinedValue total =
        new DefinedValue(
            "fields.total", new ValueSource(ClickField.REVENUE, null), Reading.DECIMAL, null);
    table.source(plan);
    table.first("language", "One of some.");
    table.source(total);
    // When
    ClickFields fields = ClickFields.of(table.build());
    // Then
    int known = ClickText.values().length;
    assertThat(fields.defined())
        .extracting(ClickField::name, ClickField::reading, ClickField::text, ClickField::definition)
        .containsExactly(
            tuple("fields.plan", Reading.TEXT, known, plan),
            tuple("fields.total", Reading.DECIMAL, known + 2, total));
    assertThat(fields.texts().subList(known, known + 3))
        .extracting(ClickField::name)
        .containsExactly("fields.plan", "language", "fields.total");
    assertThat(fields.names()).endsWith("click_id", "language");
    assertThat(fields.named("fields.plan")).isNull();
    assertThat(fields.all().get(fields.defined().get(1).index()).isOptional()).isTrue();
  }

  @Test
  void shouldRefuseTextOfFieldThatIsNone() {
    assertThatThrownBy(() -> of("quantity"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "quantity: expected a column of a text, found one of a QUANTITY; make it of another"
                + " field");
  }
}
