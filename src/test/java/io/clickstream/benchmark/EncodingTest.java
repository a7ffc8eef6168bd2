package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class EncodingTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECORDS = 5_000;
  private static final int PARTITIONS = 4;

  private record Produced(int partition, byte[] value) {}

  @Test
  void shouldKeepTheOrderOfAPartitionInBatches() throws IOException {
    // When
    Map<Integer, List<JsonNode>> batched = new TreeMap<>();
    int full = 0;
    for (Produced record : produce(Encoding.BATCH)) {
      JsonNode batch = JSON.readTree(record.value()).get(R1Batches.ARRAY);
      full += batch.size() == 50 ? 1 : 0;
      batch.forEach(
          click ->
              batched.computeIfAbsent(record.partition(), none -> new ArrayList<>()).add(click));
    }

    // Then
    assertThat(batched).isEqualTo(byPartition(produce(Encoding.PLAIN)));
    assertThat(full).isGreaterThan(RECORDS / 50 - 2 * PARTITIONS);
  }

  @Test
  void shouldSayTheSameInCallsOfSegment() throws IOException {
    // Given
    List<Produced> plain = produce(Encoding.PLAIN);
    List<Produced> calls = produce(Encoding.SEGMENT);
    assertThat(calls).hasSameSizeAs(plain);

    // Then
    int orders = 0;
    for (int i = 0; i < plain.size(); i++) {
      JsonNode click = JSON.readTree(plain.get(i).value());
      JsonNode call = JSON.readTree(calls.get(i).value());
      assertThat(call.get("anonymousId")).isEqualTo(click.get("anonymous_id"));
      assertThat(Instant.parse(call.get("timestamp").textValue()).toEpochMilli())
          .isEqualTo(click.get("timestamp").longValue());
      assertThat(call.at("/context/page/url")).isEqualTo(click.get("page_url"));
      if (click.get("event_type").textValue().equals("purchase")) {
        orders++;
        JsonNode product = call.at("/properties/products/0");
        assertThat(product.get("product_id")).isEqualTo(click.get("product_id"));
        assertThat(product.get("price").decimalValue())
            .isEqualByComparingTo(click.get("price").textValue());
      }
    }
    assertThat(orders).isPositive();
  }

  @Test
  void shouldSayTheSameInAvro() throws IOException {
    // Given
    List<Produced> plain = produce(Encoding.PLAIN);
    List<Produced> records = produce(Encoding.AVRO);
    assertThat(records).hasSameSizeAs(plain);
    GenericDatumReader<GenericRecord> reader =
        new GenericDatumReader<>(new Schema.Parser().parse(R1Avro.SCHEMA));

    // Then
    for (int i = 0; i < plain.size(); i++) {
      JsonNode click = JSON.readTree(plain.get(i).value());
      GenericRecord record =
          reader.read(null, DecoderFactory.get().binaryDecoder(records.get(i).value(), null));
      for (Schema.Field field : reader.getSchema().getFields()) {
        Object value = record.get(field.pos());
        assertThat(value == null ? null : value.toString())
            .isEqualTo(click.has(field.name()) ? click.get(field.name()).asText() : null);
      }
    }
  }

  private static Map<Integer, List<JsonNode>> byPartition(List<Produced> records)
      throws IOException {
    Map<Integer, List<JsonNode>> clicks = new TreeMap<>();
    for (Produced record : records) {
      clicks
          .computeIfAbsent(record.partition(), none -> new ArrayList<>())
          .add(JSON.readTree(record.value()));
    }
    return clicks;
  }

  private static List<Produced> produce(Encoding encoding) throws IOException {
    List<Produced> produced = new ArrayList<>();
    Encoding.Encoded encoded =
        encoding.to((partition, key, value) -> produced.add(new Produced(partition, value)));
    new R1Clicks(Workload.R1, RECORDS, 2_000, PARTITIONS, Duration.ofMinutes(30), 7)
        .generate(encoded);
    encoded.end();
    return produced;
  }
}
