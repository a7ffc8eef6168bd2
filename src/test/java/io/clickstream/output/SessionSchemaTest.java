package io.clickstream.output;

import static io.clickstream.enrich.EnrichSamples.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real records are valid, and changed ones are not. */
class SessionSchemaTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SessionSchema.json());
  private static final SessionFormat FORMAT = new SessionFormat(0);
  private static final long NOW = START + 2_000_000;

  private static ObjectNode full() throws IOException {
    Enrichment enrichment =
        new Enrichment(
            "loyal",
            "gold",
            List.of(new Enrichment.Count("bags", 6), new Enrichment.Count("shoes", 411)),
            "shoes",
            "Acme",
            EnrichmentStatus.PARTIAL);
    return tree(
        FORMAT.session(EnrichSamples.fullSession(), EnrichSamples.fullFacts(), enrichment, NOW));
  }

  private static ObjectNode retraction() throws IOException {
    Session session = EnrichSamples.fullSession();
    return tree(
        FORMAT.retraction(
            new Session(
                session.id(),
                session.revision() + 1,
                session.id(),
                session.visitor(),
                session.start(),
                null),
            NOW));
  }

  private static ObjectNode tree(OutputRecord record) throws IOException {
    return (ObjectNode) JSON.readTree(record.value());
  }

  private static Set<ValidationMessage> problems(JsonNode record) {
    return SCHEMA.validate(record);
  }

  @Test
  void shouldTakeSessionsAndRetractions() throws IOException {
    assertThat(problems(full())).isEmpty();
    assertThat(problems(retraction())).isEmpty();
  }

  @Test
  void shouldHaveTheFieldsOfRecordInTheirOrder() throws IOException {
    List<String> properties = new ArrayList<>();
    JSON.readTree(SessionSchema.json())
        .get("properties")
        .fieldNames()
        .forEachRemaining(properties::add);
    List<String> fields = new ArrayList<>();
    full().fieldNames().forEachRemaining(fields::add);

    assertThat(properties).isEqualTo(fields);
  }

  @Test
  void shouldMissEveryFieldThatIsNotThereAndEveryValueOfAnotherType() throws IOException {
    ObjectNode record = full();
    List<String> names = new ArrayList<>();
    record.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      ObjectNode without = record.deepCopy();
      without.remove(name);
      assertThat(problems(without)).as("without %s", name).isNotEmpty();

      ObjectNode other = record.deepCopy();
      other.put(name, -0.5);
      assertThat(problems(other)).as("-0.5 as %s", name).isNotEmpty();
    }
  }

  /** A field of a session, another value, and whether that is allowed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "event_count | null | false",
        "event_count | 0 | true",
        "event_count | -1 | false",
        "event_count | 1.5 | false",
        "revenue | null | true",
        "revenue | \"13.00\" | true",
        "revenue | \"1e3\" | false",
        "revenue | 13 | false",
        "revenue_other | {\"\": \"0.07\"} | true",
        "revenue_other | {\"USD\": 7} | false",
        "revenue_other | null | false",
        "end_reason | \"TIMEOUT\" | true",
        "end_reason | \"timeout\" | false",
        "end_reason | null | false",
        "superseded_by | \"018cc251-f400-7abc-8def-0123456789ab\" | false",
        "is_bounce | null | true",
        "is_engaged | null | false",
        "products | [] | true",
        "products | [{\"id\":\"p\",\"views\":1,\"cart_adds\":0,\"purchases\":0}] | true",
        "products | [{\"id\":\"p\",\"views\":1,\"cart_adds\":0}] | false",
        "categories | {\"bags\": 1} | true",
        "categories | {\"bags\": \"1\"} | false",
        "visitor_kind | \"ROBOT\" | false",
        "not_a_field | null | false",
      })
  void shouldJudgeValueOfSession(String field, String value, boolean allowed) throws IOException {
    ObjectNode record = full();
    record.set(field, JSON.readTree(value));

    assertThat(problems(record).isEmpty()).isEqualTo(allowed);
  }

  @Test
  void shouldTakeNoFactsInRetraction() throws IOException {
    ObjectNode record = retraction();
    List<String> withoutValue = new ArrayList<>();
    record
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                withoutValue.add(field.getKey());
              }
            });
    ObjectNode session = full();

    assertThat(withoutValue).hasSizeGreaterThan(30);
    for (String field : withoutValue) {
      ObjectNode changed = record.deepCopy();
      changed.set(field, session.get(field));
      assertThat(problems(changed)).as(field).isNotEmpty();
    }
  }
}
