package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts the clicks of a partition into batches of {@value #SIZE}, in their order. The key of a batch
 * is that of its first click.
 */
final class R1Batches extends Encoding.Encoded {

  /** The name of the array. */
  static final String ARRAY = "batch";

  private static final int SIZE = 50;

  private final R1Clicks.Output output;
  private final Map<Integer, Batch> open = new HashMap<>();

  private static final class Batch {
    private final byte[] key;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream(1 << 15);
    private int size;

    Batch(byte[] key) {
      this.key = key;
      value.writeBytes(
          ("{\"sent_at\":\"2026-01-05T08:00:00Z\",\"" + ARRAY + "\":[").getBytes(UTF_8));
    }
  }

  R1Batches(R1Clicks.Output output) {
    super(output);
    this.output = output;
  }

  @Override
  public void record(int partition, byte[] key, byte[] value) throws IOException {
    Batch batch = open.computeIfAbsent(partition, empty -> new Batch(key));
    if (batch.size++ > 0) {
      batch.value.write(',');
    }
    batch.value.writeBytes(value);
    if (batch.size == SIZE) {
      write(partition, batch);
      open.remove(partition);
    }
  }

  @Override
  void end() throws IOException {
    for (Map.Entry<Integer, Batch> batch : open.entrySet()) {
      write(batch.getKey(), batch.getValue());
    }
    open.clear();
  }

  private void write(int partition, Batch batch) throws IOException {
    batch.value.writeBytes("]}".getBytes(UTF_8));
    output.record(partition, batch.key, batch.value.toByteArray());
  }
}
