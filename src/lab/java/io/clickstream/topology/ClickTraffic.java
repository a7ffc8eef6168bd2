package io.clickstream.topology;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Clicks of a few dozen visitors for a topic, the same for the same seed: mostly in order, some out
 * of order, some late, some twice, some broken, some of a time that is far away.
 */
final class ClickTraffic {

  /** 2026-01-01T00:00:00Z. */
  static final long START = 1_767_225_600_000L;

  private static final long FORTY_YEARS = 40L * 365 * 86_400_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VISITORS = 60;
  private static final String[] KINDS = {
    "page_view", "page_view", "page_view", "product_view", "search", "add_to_cart", "purchase"
  };

  private final Random random;
  private final String topic;
  private final int partitions;
  private final long lateByMs;
  private final List<byte[]> recent = new ArrayList<>();
  private long now = START;
  private long serial;

  /**
   * @param lateByMs how far late clicks are behind, at most; 0 for none
   */
  ClickTraffic(long seed, String topic, int partitions, long lateByMs) {
    this.random = new Random(seed);
    this.topic = topic;
    this.partitions = partitions;
    this.lateByMs = lateByMs;
  }

  /** Goes on behind other traffic, with ids of its own and nothing late. */
  static ClickTraffic after(long time, long seed, String topic, int partitions) {
    ClickTraffic traffic = new ClickTraffic(seed, topic, partitions, 0);
    traffic.now = time;
    traffic.serial = 1_000_000;
    return traffic;
  }

  /** The next records in the order in which they are sent. */
  List<ProducerRecord<byte[], byte[]>> next(int count) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      now += random.nextInt(10);
      int dice = random.nextInt(1_000);
      if (dice < 10) {
        records.add(record(random.nextInt(VISITORS), broken()));
      } else if (dice < 15) {
        int visitor = random.nextInt(VISITORS);
        records.add(record(visitor, click(visitor, now + FORTY_YEARS)));
      } else if (dice < 40 && !recent.isEmpty()) {
        byte[] copy = recent.get(random.nextInt(recent.size()));
        records.add(record(visitorOf(copy), copy));
      } else {
        int visitor = random.nextInt(VISITORS);
        boolean late = lateByMs > 0 && dice > 970;
        long time = now - (late ? (long) (random.nextDouble() * lateByMs) : random.nextInt(200));
        byte[] value = click(visitor, time);
        recent.add(value);
        if (recent.size() > 50) {
          recent.remove(0);
        }
        records.add(record(visitor, value));
      }
    }
    return records;
  }

  /** Event time of the latest click, epoch ms. */
  long now() {
    return now;
  }

  /** A click in each partition an hour later, so that everything before closes. */
  List<ProducerRecord<byte[], byte[]>> closing() {
    now += 3_600_000;
    return inEachPartition(now);
  }

  /** A click in each partition that is late for certain once those of {@link #closing} are read. */
  List<ProducerRecord<byte[], byte[]>> stragglers() {
    return inEachPartition(now - 3_300_000);
  }

  private List<ProducerRecord<byte[], byte[]>> inEachPartition(long time) {
    return IntStream.range(0, partitions).mapToObj(partition -> in(partition, time)).toList();
  }

  /** A click in a partition, of a visitor who has no others. */
  ProducerRecord<byte[], byte[]> in(int partition, long time) {
    return new ProducerRecord<>(topic, partition, null, click(VISITORS + partition, time));
  }

  private ProducerRecord<byte[], byte[]> record(int visitor, byte[] value) {
    return new ProducerRecord<>(
        topic, visitor % partitions, ("v" + visitor).getBytes(StandardCharsets.UTF_8), value);
  }

  private static int visitorOf(byte[] value) {
    try {
      return Integer.parseInt(JSON.readTree(value).get("anonymous_id").asText().substring(1));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] broken() {
    byte[] value = click(1, now);
    return switch (random.nextInt(4)) {
      case 0 -> new byte[] {'{', (byte) 0xff, '}'};
      case 1 -> Arrays.copyOf(value, value.length / 2);
      case 2 -> "{\"event_type\":\"page_view\",\"timestamp\":12}".getBytes(StandardCharsets.UTF_8);
      default -> "[]".getBytes(StandardCharsets.UTF_8);
    };
  }

  private byte[] click(int visitor, long time) {
    ObjectNode click = JSON.createObjectNode();
    String kind = KINDS[random.nextInt(KINDS.length)];
    click.put("event_id", "e" + serial++);
    click.put("event_type", kind);
    click.put("timestamp", time);
    click.put("anonymous_id", "v" + visitor);
    if (visitor % 3 == 0) {
      click.put("user_id", "u" + visitor);
    }
    click.put("page_url", "https://shop.example/" + random.nextInt(20));
    if (!kind.equals("page_view") && !kind.equals("search")) {
      click.put("product_id", "p" + random.nextInt(30));
      click.put("price", random.nextInt(10_000) / 100.0 + "");
      click.put("quantity", 1 + random.nextInt(3));
      click.put("currency", "EUR");
    }
    return click.toString().getBytes(StandardCharsets.UTF_8);
  }
}
