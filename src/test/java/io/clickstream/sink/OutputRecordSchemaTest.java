package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.KafkaSamples;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputRecordSchemaTest {

  private static final byte[] KEY = {1, 2};
  private static final byte[] VALUE = {3};

  private final OutputRecordSchema schema =
      new OutputRecordSchema(
          KafkaSamples.TOPICS.with(TopicSettings.DUPLICATES, "duplicate-clicks"), null);
  private final Partitions partitions =
      new Partitions(Map.of("enriched-sessions", 12, "late-clicks", 3, "rejected-clicks", 3));

  @ParameterizedTest
  @CsvSource({"-2147483648, 0", "-1, 7", "0, 0", "2147483647, 7"})
  void shouldPutSessionIntoPartitionOfItsVisitor(int hash, int partition) {
    // Given
    OutputRecord record = new OutputRecord(OutputTopic.SESSIONS, KEY, VALUE, List.of(), hash);

    // When
    ProducerRecord<byte[], byte[]> written = schema.serialize(record, partitions, 5L);

    // Then: without the event time that the sink offers
    assertThat(written)
        .isEqualTo(
            new ProducerRecord<>("enriched-sessions", partition, null, KEY, VALUE, List.of()));
  }

  @ParameterizedTest
  @CsvSource({"LATE, late-clicks", "REJECTED, rejected-clicks", "DUPLICATES, duplicate-clicks"})
  void shouldLeavePartitionToKeyWhenRecordIsNoSession(OutputTopic topic, String name) {
    // Given
    OutputRecord record =
        new OutputRecord(
            topic, KEY, VALUE, List.of(new Header("b", "größer"), new Header("a", "")), 5);

    // When
    ProducerRecord<byte[], byte[]> written = schema.serialize(record, partitions, null);

    // Then
    assertThat(written)
        .isEqualTo(
            new ProducerRecord<>(
                name,
                null,
                null,
                KEY,
                VALUE,
                List.of(
                    new RecordHeader("b", "größer".getBytes(StandardCharsets.UTF_8)),
                    new RecordHeader("a", new byte[0]))));
  }

  @Test
  void shouldPassMissingKeyAndValueOn() {
    // Given
    OutputRecord record = new OutputRecord(OutputTopic.REJECTED, null, null, List.of(), 5);

    // When
    ProducerRecord<byte[], byte[]> written = schema.serialize(record, partitions, null);

    // Then
    assertThat(written)
        .isEqualTo(new ProducerRecord<>("rejected-clicks", null, null, null, null, List.of()));
  }

  @Test
  void shouldNameEveryTopicItWritesTo() {
    assertThat(topics(schema))
        .containsExactly("enriched-sessions", "late-clicks", "rejected-clicks", "duplicate-clicks");
    assertThat(topics(new OutputRecordSchema(KafkaSamples.TOPICS, null)))
        .containsExactly("enriched-sessions", "late-clicks", "rejected-clicks");
  }

  private static List<String> topics(OutputRecordSchema schema) {
    return schema.getKafkaDatasetFacet().orElseThrow().getTopicIdentifier().getTopics();
  }

  /** As many partitions as it is told. */
  private record Partitions(Map<String, Integer> counts) implements KafkaSinkContext {

    @Override
    public int getParallelInstanceId() {
      return 0;
    }

    @Override
    public int getNumberOfParallelInstances() {
      return 1;
    }

    @Override
    public int[] getPartitionsForTopic(String topic) {
      return IntStream.range(0, counts.get(topic)).toArray();
    }
  }
}
