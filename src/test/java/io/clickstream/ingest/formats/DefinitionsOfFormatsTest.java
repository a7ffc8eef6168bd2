package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Definitions read records of trackers as they are after these have become JSON. */
class DefinitionsOfFormatsTest {

  private static List<Ingested> read(Columns table, String format, String record) {
    return FormatRun.of(table, format).ingested(record.replace('\'', '"').getBytes(UTF_8));
  }

  private static List<Click> clicks(Columns table, String format, String record) {
    return read(table, format, record).stream()
        .map(ingested -> Objects.requireNonNull(ingested.click()))
        .toList();
  }

  private static @Nullable String text(Columns table, String column, Click click) {
    return click.texts().get(DefinitionSamples.text(table, column));
  }

  @Test
  void shouldReadColumnsAndEntitiesOfSnowplow() {
    // Given
    Columns table =
        new DefinitionSamples()
            .field("depth", How.MAX, Type.NUMBER, "pp_yoffset_max", null)
            .field("value", How.SUM, Type.NUMBER, "se_value", Map.of("event", "struct"))
            .last("plan", Type.TEXT, "client_session.plan")
            .last("first", Type.BOOLEAN, "dvce_ismobile")
            .count("pings", Map.of("event_name", "page_ping"))
            .table();
    Map<String, String> columns =
        Map.of(
            "event", "page_ping",
            "event_name", "page_ping",
            "event_id", "e1",
            "derived_tstamp", "2026-11-30 11:43:46.123",
            "domain_userid", "d",
            "pp_yoffset_max", "0750",
            "se_value", "5",
            "dvce_ismobile", "1",
            "contexts",
                "{'data':[{'schema':'iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2',"
                    + "'data':{'plan':'pro'}}]}");
    String row =
        String.join(
            "\t",
            SnowplowColumns.NAMES.stream().map(name -> columns.getOrDefault(name, "")).toList());
    // When
    Ingested ingested = read(table, "snowplow", row).get(0);
    Click click = Objects.requireNonNull(ingested.click());
    // Then
    assertThat(text(table, "fields.depth", click)).isEqualTo("750");
    assertThat(text(table, "fields.value", click)).isNull();
    assertThat(text(table, "fields.plan", click)).isEqualTo("pro");
    assertThat(text(table, "fields.first", click)).isNull();
    assertThat(click.marks().has(0)).isTrue();
    assertThat(ingested.problems()).hasSize(1);
  }

  @Test
  void shouldReadParametersOfEachRequestOfMatomo() {
    // Given
    Columns table =
        new DefinitionSamples()
            .field("value", How.SUM, Type.NUMBER, "e_v", Map.of("type", "event"))
            .last("title", Type.TEXT, "action_name")
            .field("spent", How.SUM, Type.NUMBER, "revenue", null)
            .count("goals", Map.of("idgoal", "exists"))
            .table();
    // When
    List<Click> clicks =
        clicks(
            table,
            "matomo",
            "{'requests':['?idsite=1&_id=d&e_c=a&e_a=b&e_v=1.50','?idsite=1&_id=d&action_name=%C3%9C',"
                + "'?idsite=1&_id=d&idgoal=0&ec_id=o&revenue=19.90&e_v=3']}");
    // Then
    assertThat(clicks)
        .extracting(click -> text(table, "fields.value", click))
        .containsExactly("1.5", null, null);
    assertThat(clicks)
        .extracting(click -> text(table, "fields.title", click))
        .containsExactly(null, "Ü", null);
    assertThat(clicks)
        .extracting(click -> text(table, "fields.spent", click))
        .containsExactly(null, null, "19.9");
    assertThat(clicks)
        .extracting(click -> click.marks().has(0))
        .containsExactly(false, false, true);
  }

  @Test
  void shouldReadEventsOfBatchesOfSegmentAndGa4() {
    // Given
    Columns segment =
        new DefinitionSamples()
            .last("plan", Type.TEXT, "properties.plan")
            .count("pages", Map.of("event_type", "page_view"))
            .table();
    Columns ga4 =
        new DefinitionSamples()
            .milliseconds("event_params[key=engagement_time_msec].value.int_value")
            .table();
    // When
    List<Click> clicks =
        clicks(
            segment,
            "segment",
            "{'batch':[{'type':'page','anonymousId':'d','timestamp':'2026-11-30T11:00:00Z','properties':"
                + "{'plan':'pro'}},{'type':'track','event':'x','anonymousId':'d','timestamp':"
                + "'2026-11-30T11:00:01Z'}]}");
    Click engaged =
        clicks(
                ga4,
                "ga4",
                "{'event_name':'page_view','event_timestamp':'1796036400000000','user_pseudo_id':'d',"
                    + "'event_params':[{'key':'engagement_time_msec','value':{'int_value':'1200'}}]}")
            .get(0);
    // Then
    assertThat(clicks)
        .extracting(click -> text(segment, "fields.plan", click))
        .containsExactly("pro", null);
    assertThat(clicks).extracting(click -> click.marks().has(0)).containsExactly(true, false);
    assertThat(text(ga4, "engaged_ms", engaged)).isEqualTo("1200");
  }

  @Test
  void shouldReadDefinitionsOfEveryFormat() {
    Columns table =
        new DefinitionSamples()
            .last("page", Type.TEXT, "page_url")
            .field("paid", How.SUM, Type.NUMBER, "price", Map.of("page_url", "exists"))
            .table();
    assertThat(
            Stream.of("amplitude", "ga4", "matomo", "mixpanel", "posthog", "segment", "snowplow")
                .map(format -> FormatRun.of(table, format)))
        .doesNotContainNull();
  }
}
