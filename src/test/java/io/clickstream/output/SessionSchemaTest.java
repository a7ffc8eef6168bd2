package io.clickstream.output;

import static io.clickstream.columns.ValuesBuilder.values;
import static io.clickstream.enrich.EnrichSamples.enriched;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.clickstream.columns.Columns;
import io.clickstream.columns.SampleDefinitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Session;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSchemaTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final SessionFormat FORMAT = new SessionFormat(Columns.BUILT_IN);
  private static final Session EMPTY =
      new Session(
          EnrichSamples.id(1),
          1,
          null,
          EnrichSamples.device("v"),
          EnrichSamples.START,
          values().end(EnrichSamples.START).build());

  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(SessionSchema.json(Columns.BUILT_IN));

  private static final SessionFormat DEFINED = new SessionFormat(SampleDefinitions.COLUMNS);

  private static final JsonSchema DEFINED_SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(SessionSchema.json(SampleDefinitions.COLUMNS));

  @Test
  void shouldAcceptWhatIsWritten() throws Exception {
    // Given: values everywhere, none anywhere, and a retraction
    Enrichment enrichment =
        new Enrichment(
            "loyal",
            "gold",
            List.of(new Enrichment.Count("bags", 6)),
            "bags",
            "Acme",
            EnrichmentStatus.PARTIAL);

    // When, Then
    assertThat(problems(record(EnrichSamples.fullSession(), enrichment))).isEmpty();
    assertThat(problems(record(EMPTY, EnrichSamples.NOTHING))).isEmpty();
    assertThat(problems(record(EnrichSamples.retraction(1, "v", 2), enrichment))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "session_id,        null",
    "is_deleted,        null",
    "is_deleted,        true",
    "page_views,        null",
    "page_views,        -1",
    "page_views,        \"1\"",
    "is_engaged,        1",
    "revenue,           1.5",
    "revenue,           \"1e5\"",
    "revenue_other,     {\"EUR\":1}",
    "categories,        {\"bags\":\"1\"}",
    "products,          [{\"id\":\"p\"}]",
    "enrichment_status, null",
    "superseded_by,     5",
    "user_id,",
  })
  void shouldRefuseWhatIsNotWritten(String field, @Nullable String value) throws Exception {
    // Given
    ObjectNode record = record(EMPTY, EnrichSamples.NOTHING);
    if (value == null) {
      record.remove(field);
    } else {
      record.set(field, MAPPER.readTree(value));
    }

    // When, Then
    assertThat(problems(record)).isNotEmpty();
  }

  @Test
  void shouldAcceptWhatIsWrittenWithDefinitions() throws Exception {
    assertThat(problems(DEFINED_SCHEMA, defined(SampleDefinitions.full()))).isEmpty();
    assertThat(problems(DEFINED_SCHEMA, defined(SampleDefinitions.empty()))).isEmpty();
    assertThat(
            problems(
                DEFINED_SCHEMA,
                record(DEFINED, EnrichSamples.retraction(1, "v", 2), EnrichSamples.NOTHING)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/fields                       | null",
        "/goals                        | null",
        "/converted                    | null",
        "/fields/plan                  | 5",
        "/fields/plan                  |",
        "/fields/score                 | 1.5",
        "/fields/trial                 | \"true\"",
        "/fields/items                 | \"1e5\"",
        "/fields/errors                | null",
        "/fields/failed                | null",
        "/fields/experiments           | [1]",
        "/fields/experiments           | null",
        "/fields/experiments_truncated | null",
        "/fields/screens               | -1",
        "/goals/order                  | null",
        "/goals/order/count            | null",
        "/goals/order/value            | 120",
        "/goals/order/first_at         | \"2024\"",
        "/goals/order/currency         |",
      })
  void shouldRefuseWhatIsNotWrittenWithDefinitions(String pointer, @Nullable String value)
      throws Exception {
    // Given
    ObjectNode record = defined(SampleDefinitions.full());
    int slash = pointer.lastIndexOf('/');
    ObjectNode object = (ObjectNode) record.at(pointer.substring(0, slash));
    String field = pointer.substring(slash + 1);
    if (value == null) {
      object.remove(field);
    } else {
      object.set(field, MAPPER.readTree(value));
    }

    // When, Then
    assertThat(problems(DEFINED_SCHEMA, record)).isNotEmpty();
  }

  private static ObjectNode defined(ValuesBuilder values) throws IOException {
    return record(
        DEFINED,
        new Session(
            EnrichSamples.id(1),
            1,
            null,
            EnrichSamples.device("v"),
            EnrichSamples.START,
            values.end(EnrichSamples.START).build()),
        EnrichSamples.NOTHING);
  }

  private static ObjectNode record(Session session, Enrichment enrichment) throws IOException {
    return record(FORMAT, session, enrichment);
  }

  private static ObjectNode record(SessionFormat format, Session session, Enrichment enrichment)
      throws IOException {
    return (ObjectNode)
        MAPPER.readTree(
            format.format(enriched(session, enrichment, EnrichSamples.START + 1)).value());
  }

  private static List<String> problems(ObjectNode record) {
    return problems(SCHEMA, record);
  }

  private static List<String> problems(JsonSchema schema, ObjectNode record) {
    return schema.validate(record).stream().map(ValidationMessage::getMessage).toList();
  }
}
