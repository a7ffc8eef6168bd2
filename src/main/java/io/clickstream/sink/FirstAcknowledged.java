package io.clickstream.sink;

import io.clickstream.kafka.Place;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Tells the writer where the first record of a transaction lies that a broker has acknowledged:
 * Flink's writer keeps that to itself. All producers of a subtask write one transaction at a time,
 * so that after a flush it is a record of the one that is about to be committed. The first, because
 * fewer others began before it and are open.
 *
 * <p>Public because Kafka makes it, by its name.
 */
public final class FirstAcknowledged implements ProducerInterceptor<byte[], byte[]> {

  /** The producer property whose value is the {@link Holder}, an object and not a text. */
  static final String HOLDER = "clickstream.first-acknowledged";

  private @Nullable Holder holder;

  /** Shared by all producers of a subtask. */
  static final class Holder {

    private volatile @Nullable Place place;

    /** The first record since this was asked before, or null if there was none. */
    @Nullable Place take() {
      Place taken = place;
      place = null;
      return taken;
    }
  }

  @Override
  public void configure(Map<String, ?> configs) {
    holder = (Holder) configs.get(HOLDER);
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
    return sent;
  }

  @Override
  public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
    if (holder != null
        && holder.place == null
        && failure == null
        && metadata != null
        && metadata.hasOffset()) {
      holder.place = new Place(metadata.topic(), metadata.partition(), metadata.offset());
    }
  }

  @Override
  public void close() {}
}
