package io.clickstream.tools.inspect;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Some records, each partition's in its order.
 *
 * @param source where they come from, in words: {@code topic clicks, 8 partitions}
 * @param isFile whether these are the lines of a file, whose offsets are the numbers of the lines
 * @param records never empty
 */
record Sample(String source, boolean isFile, List<ConsumerRecord<byte[], byte[]>> records) {

  Sample {
    records = List.copyOf(records);
  }
}
