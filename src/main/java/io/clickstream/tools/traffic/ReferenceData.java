package io.clickstream.tools.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Iterator;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The profiles and products that belong to the shoppers' clicks. Two in a hundred of each are
 * unknown, as in every real shop.
 */
public final class ReferenceData {

  private ReferenceData() {}

  /**
   * A record of a compacted topic.
   *
   * @param value never modified
   */
  public record Entry(String key, byte[] value) {}

  /**
   * Writes entries to a compacted topic and returns when all have arrived.
   *
   * @param producer how the cluster is reached
   * @throws IOException if the topic cannot be reached or refuses a record
   */
  public static void send(Properties producer, String topic, Stream<Entry> entries)
      throws IOException {
    try (RecordOutput output = new KafkaOutput(producer, topic)) {
      write(entries, output);
    }
  }

  static void write(Stream<Entry> entries, RecordOutput output) throws IOException {
    for (Iterator<Entry> it = entries.iterator(); it.hasNext(); ) {
      Entry entry = it.next();
      output.write(entry.key().getBytes(UTF_8), entry.value());
    }
  }

  /**
   * @param users numbers 0 to this, exclusive
   * @param updatedAt epoch ms
   */
  public static Stream<Entry> profiles(int users, long updatedAt) {
    ClickJson json = new ClickJson();
    return IntStream.range(0, users)
        .filter(user -> Shop.pick(user, 9, 100) >= 2)
        .mapToObj(
            user -> {
              String id = Shop.userId(user);
              return new Entry(
                  id, json.profile(id, Shop.segment(user), Shop.tier(user), updatedAt));
            });
  }

  /**
   * @param products numbers 0 to this, exclusive
   * @param updatedAt epoch ms
   */
  public static Stream<Entry> products(int products, long updatedAt) {
    ClickJson json = new ClickJson();
    return IntStream.range(0, products)
        .filter(product -> Shop.pick(product, 10, 100) >= 2)
        .mapToObj(
            product -> {
              String id = Shop.productId(product);
              return new Entry(
                  id,
                  json.product(
                      id,
                      Shop.category(product),
                      Shop.brand(product),
                      Shop.productName(product),
                      Shop.price(product),
                      updatedAt));
            });
  }
}
