package io.clickstream.kafka;

import org.apache.kafka.common.TopicPartition;

/** Where a record lies, once and for all: no other record has its place. */
public record Place(String topic, int partition, long offset) {

  /** The partition, as Kafka's clients name it. */
  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  /** For messages that say which topic is meant: {@code 3/4711}. */
  public String inTopic() {
    return partition + "/" + offset;
  }

  /** For all others: {@code raw-clicks-3@4711}. */
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
