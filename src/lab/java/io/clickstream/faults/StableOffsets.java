package io.clickstream.faults;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches the last stable offsets of a topic: up to there its readers see anything. A transaction
 * that nobody ends holds one back although records behind it are committed.
 */
final class StableOffsets implements AutoCloseable {

  private static final long PERIOD_MS = 200;

  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
  private final Map<TopicPartition, Long> stable = new HashMap<>();
  private final Map<TopicPartition, Long> advancedAt = new HashMap<>();
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread created = new Thread(work, "faults-stable-offsets");
            created.setDaemon(true);
            return created;
          });

  /**
   * The offsets at a moment.
   *
   * @param time epoch ms
   * @param heldMs for how long the offset that is held longest has not moved, with records behind
   *     it
   */
  record Sample(long time, long heldMs) {}

  private StableOffsets(Admin admin, String topic, int count) {
    this.admin = admin;
    for (int partition = 0; partition < count; partition++) {
      partitions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
  }

  /** Begins to watch all partitions of a topic; closes the client when it is closed. */
  static StableOffsets watch(Admin admin, String topic, int count) {
    StableOffsets offsets = new StableOffsets(admin, topic, count);
    var unused =
        offsets.thread.scheduleAtFixedRate(offsets::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    return offsets;
  }

  private void look() {
    try {
      Map<TopicPartition, ListOffsetsResultInfo> committed = ends(IsolationLevel.READ_COMMITTED);
      Map<TopicPartition, ListOffsetsResultInfo> written = ends(IsolationLevel.READ_UNCOMMITTED);
      long now = System.currentTimeMillis();
      long held = 0;
      for (TopicPartition partition : partitions.keySet()) {
        long offset = committed.get(partition).offset();
        Long before = stable.put(partition, offset);
        if (before == null || before != offset || offset >= written.get(partition).offset()) {
          advancedAt.put(partition, now);
        }
        held = Math.max(held, now - advancedAt.get(partition));
      }
      samples.add(new Sample(now, held));
    } catch (ExecutionException | TimeoutException e) {
      // A broker that is down; the next look is soon.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends(IsolationLevel isolation)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .listOffsets(partitions, new ListOffsetsOptions(isolation))
        .all()
        .get(5, TimeUnit.SECONDS);
  }

  /** All samples so far, in order. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** The longest time that an offset was held, of those that were seen after a moment. */
  long longestHeldMs(long since) {
    return samples.stream()
        .filter(sample -> sample.time() >= since)
        .mapToLong(Sample::heldMs)
        .max()
        .orElseThrow(() -> new IllegalStateException("nothing was seen since then"));
  }

  @Override
  public void close() {
    thread.shutdownNow();
    admin.close();
  }
}
