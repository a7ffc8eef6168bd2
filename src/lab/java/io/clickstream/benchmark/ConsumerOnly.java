package io.clickstream.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How fast clicks can be had at all: threads with a consumer each, and nothing behind them. */
public abstract class ConsumerOnly implements BenchmarkedSystem {

  private final String name;
  private final boolean binds;

  private ConsumerOnly(String name, boolean binds) {
    this.name = name;
    this.binds = binds;
  }

  /** Nothing but {@code poll}. */
  public static final class L0 extends ConsumerOnly {
    public L0() {
      super("l0", false);
    }
  }

  /** Every field of R1 bound into one object, from bytes, with a reader that is used again. */
  public static final class L1 extends ConsumerOnly {
    public L1() {
      super("l1", true);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean makesSessions() {
    return false;
  }

  @Override
  public List<String> configuration(Run run) {
    return List.of(
        run.parallelism() + " threads, a consumer each, 4 MB partition fetches",
        binds ? "jackson-databind, one ObjectReader a thread, all fields" : "values are not read");
  }

  @Override
  public RunningSystem start(Run run) {
    return new Running(run, binds);
  }

  private static final class Running implements RunningSystem {

    private final ExecutorService threads;
    private final List<Future<?>> readers = new ArrayList<>();
    private final AtomicLong read = new AtomicLong();
    private volatile boolean closed;

    Running(Run run, boolean binds) {
      threads = Executors.newFixedThreadPool(run.parallelism());
      for (int i = 0; i < run.parallelism(); i++) {
        int index = i;
        readers.add(
            threads.submit(
                () -> {
                  consume(run, index, binds);
                  return null;
                }));
      }
    }

    private void consume(Run run, int index, boolean binds) throws Exception {
      ObjectReader reader = new ObjectMapper().readerFor(R1Click.class);
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  run.bootstrapServers(),
                  "enable.auto.commit",
                  "false",
                  "auto.offset.reset",
                  "earliest",
                  "max.partition.fetch.bytes",
                  Integer.toString(4 << 20)),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())) {
        List<TopicPartition> mine =
            consumer.partitionsFor(run.clicksTopic()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .filter(partition -> partition.partition() % run.parallelism() == index)
                .toList();
        consumer.assign(mine);
        consumer.seekToBeginning(mine);
        Map<TopicPartition, Long> ends = consumer.endOffsets(mine);
        while (!closed && !(run.bounded() && isAt(consumer, ends))) {
          ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
          if (binds) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
              bind(reader, record.value());
            }
          }
          read.addAndGet(records.count());
        }
      }
    }

    private static void bind(ObjectReader reader, byte[] value) throws IOException {
      try {
        R1Click click = reader.readValue(value);
        if (click.timestamp == 0) {
          throw new IllegalStateException("a click without a time");
        }
      } catch (JsonProcessingException e) {
        // One of R1-bad, which has to be read all the same.
      }
    }

    private static boolean isAt(
        KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
      return ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public long read() {
      return read.get();
    }

    @Override
    public void awaitDrained(Duration timeout) throws Exception {
      long until = System.nanoTime() + timeout.toNanos();
      for (Future<?> reader : readers) {
        try {
          reader.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          throw new TimeoutException("not at the end of the topic within " + timeout);
        }
      }
    }

    @Override
    public List<CheckpointFigures> checkpoints() {
      return List.of();
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      threads.shutdownNow();
      threads.awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
