package io.clickstream.sink;

import io.clickstream.config.TopicSettings;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes producer records of output records: each goes to the topic that it names, sessions to their
 * visitor's partition, all others to the partition that their key decides.
 *
 * <p>No record has a timestamp of its own, so Kafka stamps it with the time of writing. Event time
 * there would let retention delete a backfill as soon as it is written.
 *
 * <p>Late, rejected and repeated records that are too large for their topic lose what makes them
 * so: see {@link TopicLimits}. No session is, whatever its clicks say.
 *
 * <p>The topics are also told to the sink as its data set: with pooled transaction names it finds
 * the transactions that an earlier execution left open by asking the brokers about these topics.
 *
 * <p>The number of partitions is the one at the start of the sink. Partitions added later are used
 * after the next restart; a visitor may then have another one, yet a retraction and its replacement
 * still share theirs.
 */
final class OutputRecordSchema
    implements KafkaRecordSerializationSchema<OutputRecord>, KafkaDatasetFacetProvider {

  private static final long serialVersionUID = 1L;

  private final TopicSettings topics;

  /** Only where records are written. */
  private final transient @Nullable TopicLimits limits;

  OutputRecordSchema(TopicSettings topics, @Nullable TopicLimits limits) {
    this.topics = topics;
    this.limits = limits;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutputRecord record, KafkaSinkContext context, @Nullable Long timestamp) {
    String topic = topicName(record.topic());
    Integer partition =
        record.topic() == OutputTopic.SESSIONS
            ? VisitorPartitioner.partition(
                record.hash(), context.getPartitionsForTopic(topic).length)
            : null;
    ProducerRecord<byte[], byte[]> whole =
        new ProducerRecord<>(
            topic, partition, null, record.key(), record.value(), headers(record.headers()));
    return limits == null ? whole : limits.fitting(whole);
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics.outputs())));
  }

  private String topicName(OutputTopic topic) {
    return switch (topic) {
      case SESSIONS -> topics.sessions();
      case LATE -> topics.late();
      case REJECTED -> topics.rejected();
      case DUPLICATES -> Objects.requireNonNull(topics.duplicates());
    };
  }

  private static List<org.apache.kafka.common.header.Header> headers(List<Header> headers) {
    List<org.apache.kafka.common.header.Header> all = new ArrayList<>(headers.size());
    for (Header header : headers) {
      all.add(new RecordHeader(header.name(), header.value().getBytes(StandardCharsets.UTF_8)));
    }
    return all;
  }
}
