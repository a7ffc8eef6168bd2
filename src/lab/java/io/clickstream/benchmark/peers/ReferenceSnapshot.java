package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickstream.benchmark.Run;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The reference topics up to where they ended when this was made. The same for everybody who reads
 * it, so that what comes after can be read as a stream.
 */
final class ReferenceSnapshot implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrapServers;
  private final String profilesTopic;
  private final HashMap<TopicPartition, Long> ends;

  private ReferenceSnapshot(
      String bootstrapServers, String profilesTopic, Map<TopicPartition, Long> ends) {
    this.bootstrapServers = bootstrapServers;
    this.profilesTopic = profilesTopic;
    this.ends = new HashMap<>(ends);
  }

  /** Looks where the topics end. */
  static ReferenceSnapshot upToNow(Run run) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(run.bootstrapServers())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : List.of(run.profilesTopic(), run.productsTopic())) {
        consumer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      return new ReferenceSnapshot(
          run.bootstrapServers(), run.profilesTopic(), consumer.endOffsets(partitions));
    }
  }

  /** Where it ends, which is where the rest begins. */
  Map<TopicPartition, Long> ends() {
    return ends;
  }

  /** Reads all of it; the last record of a key holds, and one without value deletes. */
  void read(Map<String, ProfileRow> profiles, Map<String, CatalogRow> products) throws IOException {
    Format format = new Format();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      long lastProgress = System.nanoTime();
      while (!ended(consumer)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          lastProgress = System.nanoTime();
          if (record.key() == null) {
            continue;
          }
          String id = new String(record.key(), StandardCharsets.UTF_8);
          if (record.topic().equals(profilesTopic)) {
            put(profiles, id, format.profile(record.value()));
          } else {
            put(products, id, format.product(record.value()));
          }
        }
        if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
          throw new IOException("the reference topics could not be read to " + ends);
        }
      }
    }
  }

  private boolean ended(KafkaConsumer<byte[], byte[]> consumer) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static <V> void put(Map<String, V> rows, String id, @Nullable V row) {
    if (row == null) {
      rows.remove(id);
    } else {
      rows.put(id, row);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "5000");
    properties.put("max.partition.fetch.bytes", Integer.toString(4 << 20));
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads the values of the records. */
  static final class Format {

    private final ObjectReader profiles;
    private final ObjectReader products;

    Format() {
      JsonMapper json =
          JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
      profiles = json.readerFor(ProfileRow.class);
      products = json.readerFor(CatalogRow.class);
    }

    @Nullable ProfileRow profile(byte @Nullable [] value) throws IOException {
      return value == null ? null : profiles.readValue(value);
    }

    @Nullable CatalogRow product(byte @Nullable [] value) throws IOException {
      return value == null ? null : products.readValue(value);
    }
  }
}
