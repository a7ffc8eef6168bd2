package io.clickstream.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.SampleDefinitions;
import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.Session;
import io.clickstream.output.SessionFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowWriterTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static String written(String record) throws IOException {
    return written(new RowWriter(Set.of()), record);
  }

  private static String written(RowWriter writer, String record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(record.getBytes(UTF_8), out);
    return out.toString(UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"fields\":{\"plan\":\"pro\"}} | {\"fields.plan\":\"pro\"}",
        "{\"a\":1,\"fields\":{\"plan\":null,\"n\":-1.5},\"b\":2} | {\"a\":1,\"fields.plan\":null,\"fields.n\":-1.5,\"b\":2}",
        "{\"fields\":{\"tests\":[\"a\",\"]}\"],\"x\":true}} | {\"fields_tests\":[\"a\",\"]}\"],\"fields.x\":true}",
        "{\"fields\":{\"tests\":[]}} | {\"fields_tests\":[]}",
        "{\"goals\":{\"order\":{\"count\":2,\"value\":\"7\"},\"b\":{\"count\":0}}} | {\"goals.order.count\":2,\"goals.order.value\":\"7\",\"goals.b.count\":0}",
        "{\"fields\":{\"a\":1},\"goals\":{\"b\":{\"count\":3}}} | {\"fields.a\":1,\"goals.b.count\":3}",
        "{\"fields\":{\"t\":\"\\\\\\\"}\\\\\\\\\"}} | {\"fields.t\":\"\\\\\\\"}\\\\\\\\\"}",
        "{ \"fields\" : { \"a\" : 1 , \"b\" : [ 2 ] } , \"c\" : 3 } | { \"fields.a\":1,\"fields_b\":[ 2 ] , \"c\" : 3 }",
        "{\"goals\":{\"a\":{\"b\":{\"c\":1}}}} | {\"goals.a.b\":{\"c\":1}}",
        "{\"goals\":{\"a\":{},\"b\":1}} | {\"goals.a\":{},\"goals.b\":1}",
      })
  void shouldMakeColumnsOfMembers(String record, String row) throws Exception {
    assertThat(written(record)).isEqualTo(row);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"session_id\":\"x\",\"revenue_other\":{\"EUR\":\"1\"},\"products\":[{\"id\":\"p\"}]}",
        "{\"fields\":null,\"goals\":null}",
        "{\"fields\":{},\"goals\":{ }}",
        "{\"a\":\"\\\"fields\\\":{\\\"plan\\\":1}\"}",
        "{\"other\\\"fields\":{\"plan\":1}}",
        "{\"my fields\":{\"plan\":1}}",
        "{\"fields\":[{\"plan\":1}]}",
        "{}",
        "",
        "hello",
        "{\"fields\":{\"plan\"}}",
        "{\"fields\":{\"plan\":}}",
        "{\"fields\":{\"plan\":1",
        "{\"fields\":{\"plan\":\"1",
        "{\"fields\":{\"plan\":1 2}}",
        "{\"fields\":{\"plan\":1,}}",
        "{\"fields\":{\"plan\":1,5}}",
        "{\"goals\":{\"a\":{\"b\":1}",
      })
  void shouldLeaveEverythingElseAsItIs(String record) throws Exception {
    assertThat(written(record)).isEqualTo(record);
  }

  @Test
  void shouldCountValuesThatHaveNoColumn() throws Exception {
    // Given
    RowWriter writer = new RowWriter(Set.of("fields.plan", "fields_tests", "goals.a.count"));
    String record =
        """
        {"fields":{"plan":"x","old":%s,"tests":["a"],"tags":["b"]},"goals":{"a":{"count":1,"value":null},"b":{"count":2}}}\
        """;

    // When
    for (String old : new String[] {"1", "null", "2"}) {
      written(writer, record.formatted(old));
    }

    // Then
    assertThat(writer.unknown())
        .isEqualTo(Map.of("fields.old", 2L, "fields_tags", 3L, "goals.b.count", 3L));
  }

  @Test
  void shouldCountNothingWhenAllHaveAColumnOrTheColumnsAreNotKnown() throws Exception {
    RowWriter all = new RowWriter(SessionColumns.types(SampleDefinitions.COLUMNS).keySet());
    RowWriter notKnown = new RowWriter(Set.of());
    for (RowWriter writer : new RowWriter[] {all, notKnown}) {
      written(writer, session());
      written(writer, "{\"fields\":{\"plan\":\"x\"}}");
      written(writer, session());

      assertThat(writer.unknown()).isEmpty();
    }
  }

  @Test
  void shouldHaveAllColumnsOfASession() throws Exception {
    // Given
    JsonNode record = JSON.readTree(session());

    // When
    JsonNode row = JSON.readTree(written(session()));

    // Then
    assertThat(row.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(
            SessionColumns.types(SampleDefinitions.COLUMNS).keySet());
    assertThat(row.get("fields_tags")).isEqualTo(record.at("/fields/tags"));
    assertThat(row.get("goals.order.value")).isEqualTo(record.at("/goals/order/value"));
    ObjectNode rest = ((ObjectNode) row.deepCopy());
    rest.properties().removeIf(member -> member.getKey().matches("(fields|goals)[._].*"));
    ((ObjectNode) record).remove("fields");
    ((ObjectNode) record).remove("goals");
    assertThat(rest).isEqualTo(record);
  }

  @Test
  void shouldNotFailWhateverComes() throws Exception {
    byte[] record = session().getBytes(UTF_8);
    Random random = new Random(22);
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = new byte[random.nextInt(record.length + 1)];
      System.arraycopy(record, 0, broken, 0, broken.length);
      for (int j = random.nextInt(4); j > 0 && broken.length > 0; j--) {
        broken[random.nextInt(broken.length)] = (byte) "\"\\{}[]:, x0".charAt(random.nextInt(11));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new RowWriter(Set.of("fields.plan")).write(broken, out);
      assertThat(out.size()).isBetween(broken.length / 2, 2 * record.length);
    }
  }

  /** As the job writes it. */
  private static String session() {
    Session session =
        new Session(
            EnrichSamples.id(1),
            1,
            null,
            EnrichSamples.device("v"),
            EnrichSamples.START,
            SampleDefinitions.full().end(EnrichSamples.START).build());
    return new String(
        new SessionFormat(SampleDefinitions.COLUMNS)
            .format(EnrichSamples.enriched(session, EnrichSamples.START))
            .value(),
        UTF_8);
  }
}
