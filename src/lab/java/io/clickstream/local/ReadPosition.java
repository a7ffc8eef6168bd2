package io.clickstream.local;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** How far the job has read, by the offsets that it commits with every checkpoint. */
final class ReadPosition {

  private ReadPosition() {}

  /** The records of topics that a group has read, over all partitions; 0 if that is unknown. */
  static long of(Admin admin, String group, List<String> topics) throws InterruptedException {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(2, TimeUnit.SECONDS)
          .entrySet()
          .stream()
          .filter(entry -> topics.contains(entry.getKey().topic()) && entry.getValue() != null)
          .map(java.util.Map.Entry::getValue)
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (ExecutionException | TimeoutException e) {
      return 0;
    }
  }
}
