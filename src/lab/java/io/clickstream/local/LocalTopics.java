package io.clickstream.local;

import io.clickstream.config.TopicSettings;
import java.util.Map;

/** The broker and the topics of a local run. */
final class LocalTopics {

  /** Any line of a file fits into a record, with what the job adds to it. */
  static final Map<String, String> BROKER =
      Map.of("message.max.bytes", "67108864", "socket.request.max.bytes", "268435456");

  private LocalTopics() {}

  /**
   * Creates every topic of the job. None is compacted: a local run has a short life, and its
   * reference data may hold records without a key.
   */
  static void create(EmbeddedBroker broker, TopicSettings topics, int clicks, int sessions) {
    topics.clicks().forEach(topic -> broker.createTopic(topic, clicks));
    broker.createTopic(topics.sessions(), sessions);
    broker.createTopic(topics.late(), 1);
    broker.createTopic(topics.rejected(), 1);
    if (topics.duplicates() != null) {
      broker.createTopic(topics.duplicates(), 1);
    }
    broker.createTopic(topics.rejectedSessions(), 1);
    broker.createTopic(topics.profiles(), 1);
    broker.createTopic(topics.products(), 1);
  }
}
