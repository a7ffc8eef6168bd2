package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.MappingDiagnosis.Field;
import io.clickstream.ingest.MappingDiagnosis.OtherType;
import io.clickstream.ingest.MappingDiagnosis.Type;
import io.clickstream.ingest.json.JsonClickFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingDiagnosisTest {

  private static final long NOW = IngestSamples.NOW;

  /** What the records of these tests call them, with one letter less in a path. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "event_type",
          "name",
          "timestamp",
          "at",
          "anonymous_id",
          "who",
          "page_url",
          "propertes.url");

  private JsonClickFormat format = new JsonClickFormat(IngestSamples.settings());

  @Test
  void shouldNameAMappedFieldThatNoClickHas() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(FIELDS, Map.of());

    // When
    for (int i = 0; i < 5; i++) {
      add(diagnosis, "{'name':'search','at':%d,'who':'d','properties':{'url':'/%d'}}", NOW, i);
    }

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Fields that a setting maps and of which no click has a value:",
            "  page_url (propertes.url): in none of 5 clicks");
    assertThat(diagnosis.fieldsNeverFound())
        .contains(new Field("page_url", "propertes.url", true, false, 0))
        .contains(new Field("referrer", "referrer", false, false, 0))
        .extracting(Field::name)
        .doesNotContain("event_type", "timestamp", "anonymous_id", "quantity", "page_title")
        .hasSize(16);
  }

  @Test
  void shouldSayNothingOfFieldsThatOneClickHas() {
    // Given
    MappingDiagnosis diagnosis =
        diagnosis(
            Map.of("page_url", "u", "price", "p", "quantity", "q", "country", "c", "user_id", "n"),
            Map.of());

    // When
    add(diagnosis, "{'event_type':'search','timestamp':%d,'anonymous_id':'d'}", NOW);
    add(
        diagnosis,
        "{'event_type':'search','timestamp':%d,'n':7,'u':'/','p':'1.50','q':2,'c':'DE'}",
        NOW);

    // Then
    assertThat(diagnosis.findings()).isEmpty();
  }

  @Test
  void shouldNotClaimWhatIsNotCertain() {
    // Given: a quantity that is not there is 1, a price that cannot be read is there, and what a
    // rejected record holds is not known
    MappingDiagnosis diagnosis =
        diagnosis(Map.of("quantity", "q", "price", "p", "country", "c"), Map.of());
    diagnosis.addUnreadable("price", 1);

    // When
    add(diagnosis, "{'event_type':'search','timestamp':%d,'anonymous_id':'d','q':1}", NOW);
    add(diagnosis, "{'event_type':'search','timestamp':0,'anonymous_id':'d','c':'DE'}");
    add(diagnosis, "{'event_type':'search','timestamp':%d,'c':'DE'}", NOW);

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Fields that a setting maps and of which no click has a value (rejected records aside:"
                + " 2):",
            "  country (c): not in the only click",
            "  quantity (q): not in the only click, or always 1");
    assertThat(diagnosis.fieldsNeverFound())
        .extracting(Field::name)
        .contains("country")
        .doesNotContain("quantity", "price");
  }

  @Test
  void shouldNameDefinitionsThatNoClickHas() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("plan", FieldDefinition.Type.TEXT, "propertes.plan")
            .last("page", FieldDefinition.Type.TEXT, "properties.page")
            .last("depth", FieldDefinition.Type.NUMBER, List.of("scroll", "depth"))
            .field(
                "items",
                How.SUM,
                FieldDefinition.Type.NUMBER,
                "n",
                Map.of("event_type", "add_to_cart"))
            .count("searches", Map.of("event_type", "search"))
            .goal("signup", Map.of("event_type", "sign_up"), null, null, null)
            .table();
    format = new JsonClickFormat(IngestSamples.settings(), table);
    MappingDiagnosis diagnosis = new MappingDiagnosis(IngestSamples.settings(), table);
    diagnosis.addUnreadable("fields.depth", 1);

    // When
    for (int i = 0; i < 3; i++) {
      add(
          diagnosis,
          "{'event_type':'search','timestamp':%d,'anonymous_id':'d','n':2,'depth':'x','properties':"
              + "{'page':'p'}}",
          NOW);
    }

    // Then one that cannot be read is there
    assertThat(diagnosis.findings())
        .containsExactly(
            "Fields that a setting maps and of which no click has a value:",
            "  fields.plan (propertes.plan): in none of 3 clicks",
            "  fields.items (n where {event_type: add_to_cart}): in none of 3 clicks",
            "Conditions of definitions that no click fulfils:",
            "  goals.signup ({event_type: sign_up}): in none of 3 clicks");
    assertThat(diagnosis.conditionsNeverFulfilled()).containsOnlyKeys("goals.signup");
    assertThat(diagnosis.fieldsFound())
        .isEqualTo(new MappingDiagnosis(IngestSamples.settings()).fieldsFound() + 3);
  }

  @Test
  void shouldNameCutsThatNoClickHasAnythingFor() {
    // Given
    Columns table =
        new DefinitionSamples()
            .cut(
                List.of("context.sessionId", "visit"),
                Map.of("event_type", "start"),
                Map.of("event_type", "search"),
                Map.of("event_type", "ping"))
            .table();
    format = new JsonClickFormat(IngestSamples.settings(), table);
    MappingDiagnosis diagnosis = new MappingDiagnosis(IngestSamples.settings(), table);

    // When
    add(diagnosis, "{'event_type':'search','timestamp':%d,'anonymous_id':'d','visit':'7'}", NOW);

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Fields that a setting maps and of which no click has a value:",
            "  cut.on-change (context.sessionId): not in the only click",
            "Conditions of definitions that no click fulfils:",
            "  cut.start-at ({event_type: start}): not in the only click",
            "  passive ({event_type: ping}): not in the only click");
  }

  @Test
  void shouldSayNothingOfDefinitionsThatOneClickHas() {
    // Given
    Columns table =
        new DefinitionSamples()
            .last("plan", FieldDefinition.Type.TEXT, "plan")
            .count("searches", Map.of("event_type", "search"))
            .table();
    format = new JsonClickFormat(IngestSamples.settings(), table);
    MappingDiagnosis diagnosis = new MappingDiagnosis(IngestSamples.settings(), table);

    // When
    add(diagnosis, "{'event_type':'page_view','timestamp':%d,'anonymous_id':'d','plan':'x'}", NOW);
    add(diagnosis, "{'event_type':'search','timestamp':%d,'anonymous_id':'d'}", NOW);

    // Then
    assertThat(diagnosis.findings()).isEmpty();
  }

  @Test
  void shouldSayNothingWhenThereWasNoClick() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(FIELDS, Map.of("search", "SEARCH"));

    // When
    add(diagnosis, "{'name':'search','at':0,'who':'d'}");

    // Then
    assertThat(diagnosis.findings()).isEmpty();
    assertThat(diagnosis.fieldsNeverFound()).isEmpty();
    assertThat(diagnosis.typesNeverFound()).isEmpty();
  }

  @Test
  void shouldNameAMappedTypeInAnotherCase() {
    // Given
    MappingDiagnosis diagnosis =
        diagnosis(Map.of(), Map.of("product_view", "product viewed", "purchase", "Bought"));

    // When
    addTypes(diagnosis, "Product Viewed", 5);
    addTypes(diagnosis, "Bought", 1);

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Event types that a setting maps and that no click is of:",
            "  product_view (product viewed): in none of 6 clicks",
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  Product Viewed: 5; do you mean ingest.event-types.product_view: Product Viewed");
    assertThat(diagnosis.typesNeverFound())
        .containsExactly(new Type("product_view", "product viewed", true, false, 0));
    assertThat(diagnosis.typesNotMapped())
        .containsExactly(new OtherType("Product Viewed", 5, "product_view"));
  }

  @Test
  void shouldSayThatACommaIsPartOfAName() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(Map.of(), Map.of("page_view", "page, screen"));

    // When
    addTypes(diagnosis, "page", 2);
    addTypes(diagnosis, "screen", 1);

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Event types that a setting maps and that no click is of:",
            "  page_view (page, screen): in none of 3 clicks; the comma is part of this one name,"
                + " a list is written [page, screen]",
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  page: 2, screen: 1");
  }

  @Test
  void shouldNotProposeToMapATypeThatIsMetUnderAnotherName() {
    // Given: a setting for the second spelling would lose the first
    MappingDiagnosis diagnosis = diagnosis(Map.of(), Map.of());

    // When
    addTypes(diagnosis, "add_to_cart", 2);
    addTypes(diagnosis, "Add-To Cart", 3);

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  Add-To Cart: 3; only case, spaces, underscores or dashes differ from add_to_cart,"
                + " which is add_to_cart");
  }

  @Test
  void shouldNameTheTenMostFrequentTypesAndCountTheOthers() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(Map.of(), Map.of());

    // When
    for (int i = 1; i <= 12; i++) {
      addTypes(diagnosis, "t" + i, i);
    }

    // Then
    assertThat(diagnosis.findings())
        .containsExactly(
            "Event types in the clicks that are none of ours, the most frequent first:",
            "  t12: 12, t11: 11, t10: 10, t9: 9, t8: 8, t7: 7, t6: 6, t5: 5, t4: 4, t3: 3",
            "  others: 3");
    assertThat(diagnosis.typesNotMapped()).hasSize(10);
  }

  @Test
  void shouldShowNoControlCharactersOfARecord() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(Map.of(), Map.of());

    // When
    addTypes(diagnosis, "a\\u001b[2J\\u202e\\nb", 1);
    addTypes(diagnosis, "x".repeat(200), 1);

    // Then
    assertThat(diagnosis.findings())
        .last()
        .isEqualTo("  a\uFFFD[2J\uFFFD\uFFFDb: 1, " + "x".repeat(100) + "…: 1");
  }

  @Test
  void shouldSayWhenThereAreMoreTypesThanItKeeps() {
    // Given
    MappingDiagnosis diagnosis = diagnosis(Map.of(), Map.of());

    // When
    addTypes(diagnosis, "often", 3);
    for (int i = 0; i <= Frequencies.MAX_TEXTS; i++) {
      addTypes(diagnosis, "once " + i, 1);
    }

    // Then
    assertThat(diagnosis.findings())
        .first()
        .isEqualTo(
            "Event types in the clicks that are none of ours, the most frequent first (more than"
                + " 4,096; counts are the least that is certain):");
    assertThat(diagnosis.typesNotMapped()).first().isEqualTo(new OtherType("often", 3, null));
  }

  private MappingDiagnosis diagnosis(Map<String, String> fields, Map<String, String> types) {
    IngestSettings settings = IngestSamples.settings(Identity.DEVICE, fields, types);
    format = new JsonClickFormat(settings);
    return new MappingDiagnosis(settings);
  }

  private void addTypes(MappingDiagnosis diagnosis, String type, int times) {
    for (int i = 0; i < times; i++) {
      add(diagnosis, "{'event_type':'%s','timestamp':%d,'anonymous_id':'d'}", type, NOW);
    }
  }

  /** Adds what the format makes of a record. */
  private void add(MappingDiagnosis diagnosis, String json, Object... arguments) {
    diagnosis.add(format.parse(IngestSamples.json(json.formatted(arguments)), NOW, NOW));
  }
}
