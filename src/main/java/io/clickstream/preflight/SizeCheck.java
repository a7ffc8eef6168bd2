package io.clickstream.preflight;

import io.clickstream.config.TopicSettings;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whether a record that came in can go out again as it was, and the largest session at all. The
 * sink leaves out what a topic does not take of late and rejected records.
 */
final class SizeCheck implements KafkaCheck {

  /** Of a batch, as it is sent. */
  private static final String BATCH_SIZE = "max.message.bytes";

  /** Of one record, if it is compressed; brokers before 4.2.2 have none. */
  private static final String RECORD_SIZE = "max.decompressed.message.bytes";

  private final TopicSettings topics;

  SizeCheck(TopicSettings topics) {
    this.topics = topics;
  }

  @Override
  public String name() {
    return "the sizes that topics take";
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    DescribedTopic clicks = brokers.topic(topics.clicks());
    List<String> sides = List.of(topics.late(), topics.rejected());
    sides.forEach(brokers::topic);
    DescribedTopic sessions = brokers.topic(topics.sessions());
    return findings -> {
      for (String side : sides) {
        checkBatch(clicks, side, brokers, findings);
        checkDecompressed(clicks, side, brokers, findings);
      }
      checkSession(sessions, brokers, findings);
    };
  }

  private void checkBatch(DescribedTopic clicks, String side, Brokers brokers, Findings findings) {
    Long largest = clicks.number(BATCH_SIZE);
    Long size = brokers.topic(side).number(BATCH_SIZE);
    if (size != null && largest != null && size < largest) {
      findings.error(
          UsedTopic.topic(side),
          "%s is %d, less than the %d of %s: a larger click that is late or rejected would go there without its bytes"
              .formatted(BATCH_SIZE, size, largest, topics.clicks()),
          brokers.alter(side, BATCH_SIZE + "=" + largest));
    }
  }

  /**
   * One record before it is compressed. The brokers ask it only of records that were: clicks that
   * were not come in up to the size of a batch, and go out compressed.
   */
  private void checkDecompressed(
      DescribedTopic clicks, String side, Brokers brokers, Findings findings) {
    Long size = brokers.topic(side).number(RECORD_SIZE);
    Long limit = clicks.number(RECORD_SIZE);
    Long batch = clicks.number(BATCH_SIZE);
    if (size == null || limit == null || batch == null) {
      return;
    }
    long largest = Math.max(limit, batch);
    if (size < largest) {
      findings.error(
          UsedTopic.topic(side),
          "%s is %d, less than the %d that a click can have in %s (%s): a larger click that is late or rejected would go there without its bytes"
              .formatted(
                  RECORD_SIZE,
                  size,
                  largest,
                  topics.clicks(),
                  limit >= batch ? RECORD_SIZE : BATCH_SIZE + " if it is not compressed"),
          brokers.alter(side, RECORD_SIZE + "=" + largest));
    }
  }

  private void checkSession(DescribedTopic sessions, Brokers brokers, Findings findings) {
    Long size = sessions.number(RECORD_SIZE);
    if (size != null && size < Preflight.LARGEST_SESSION) {
      findings.warning(
          UsedTopic.topic(topics.sessions()),
          "%s is %d: a session of 100 products with long names can have up to %d bytes before it is compressed, and one that the brokers refuse fails the job after every restart"
              .formatted(RECORD_SIZE, size, Preflight.LARGEST_SESSION),
          brokers.alter(topics.sessions(), RECORD_SIZE + "=" + Preflight.LARGEST_SESSION));
    }
  }
}
