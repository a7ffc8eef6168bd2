package io.clickstream.faults;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records that producers should not have sent. */
final class BadInput {

  /** With key and headers, just what a broker takes by default. */
  private static final int LARGE = 1_048_000;

  private final Load load;

  BadInput(Load load) {
    this.load = load;
  }

  /**
   * Records of a megabyte: every other one is a click with a long title, the others are nothing.
   */
  void sendLarge(int count) {
    String title = "x".repeat(LARGE - 200);
    load.send(
        "large",
        records(
            count,
            i ->
                i % 2 == 0
                    ? click("large-" + i, ",\"page_title\":\"" + title + "\"")
                    : "{\"page_title\":\"" + title));
  }

  /** One who never rests, as fast as the brokers take it. */
  void sendVisitor(int clicks) {
    load.send("robot", records(clicks, i -> click("robot", ",\"event_id\":\"robot-" + i + "\"")));
  }

  private static String click(String visitor, String more) {
    return "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"%s}"
        .formatted(System.currentTimeMillis(), visitor, more);
  }

  /** Profiles or products that are none. */
  void sendBrokenReferences(String bootstrapServers, String topic, int count) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] value : records(count, i -> List.of("{\"broken", "[]", "12").get(i % 3))) {
        var unused =
            producer.send(
                new ProducerRecord<>(topic, "key".getBytes(StandardCharsets.UTF_8), value));
      }
      producer.flush();
    }
  }

  /** Made one after the other, when each is asked for. */
  private static Iterable<byte[]> records(int count, IntFunction<String> value) {
    return () ->
        IntStream.range(0, count)
            .mapToObj(i -> value.apply(i).getBytes(StandardCharsets.UTF_8))
            .iterator();
  }
}
