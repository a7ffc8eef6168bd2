package io.clickstream.preflight;

import io.clickstream.columns.Columns;
import io.clickstream.columns.RecordSize;
import io.clickstream.config.TopicSettings;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record that came in can go out again as it was, and the largest session at all. The
 * sink leaves out what a topic does not take of late, rejected and repeated records.
 */
final class SizeCheck implements KafkaCheck {

  /** Of a batch, as it is sent. */
  private static final String BATCH_SIZE = "max.message.bytes";

  /** Of one record, if it is compressed; brokers before 4.2.2 have none. */
  private static final String RECORD_SIZE = "max.decompressed.message.bytes";

  private final TopicSettings topics;
  private final Columns columns;

  SizeCheck(TopicSettings topics, Columns columns) {
    this.topics = topics;
    this.columns = columns;
  }

  @Override
  public String name() {
    return "the sizes that topics take";
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    topics.clicks().forEach(brokers::topic);
    List<String> sides =
        topics.outputs().stream().filter(output -> !output.equals(topics.sessions())).toList();
    sides.forEach(brokers::topic);
    DescribedTopic sessions = brokers.topic(topics.sessions());
    return findings -> {
      for (String side : sides) {
        checkBatch(side, brokers, findings);
        checkDecompressed(side, brokers, findings);
      }
      checkSession(sessions, brokers, findings);
    };
  }

  private void checkBatch(String side, Brokers brokers, Findings findings) {
    Large largest = largest(clicks -> batch(brokers.topic(clicks)));
    Long size = brokers.topic(side).number(BATCH_SIZE);
    if (size != null && largest != null && size < largest.bytes) {
      findings.error(
          UsedTopic.topic(side),
          "%s is %d, less than the %d of %s: a larger click that is %s would go there without its bytes"
              .formatted(BATCH_SIZE, size, largest.bytes, largest.topic, comesBy(side)),
          brokers.alter(side, BATCH_SIZE + "=" + largest.bytes));
    }
  }

  /**
   * The largest size of a click.
   *
   * @param limit by which it is limited
   * @param topic in which it is
   */
  private record Large(long bytes, String limit, String topic) {

    Large in(String clicks) {
      return new Large(bytes, limit, clicks);
    }
  }

  /** The largest that any topic of clicks takes, null if that is not known of one of them. */
  private @Nullable Large largest(Function<String, @Nullable Large> ofTopic) {
    Large largest = null;
    for (String clicks : topics.clicks()) {
      Large large = ofTopic.apply(clicks);
      if (large == null) {
        return null;
      }
      if (largest == null || large.bytes > largest.bytes) {
        largest = large.in(clicks);
      }
    }
    return largest;
  }

  private static @Nullable Large batch(DescribedTopic clicks) {
    Long batch = clicks.number(BATCH_SIZE);
    return batch == null ? null : new Large(batch, BATCH_SIZE, "");
  }

  private static @Nullable Large decompressed(DescribedTopic clicks) {
    Long limit = clicks.number(RECORD_SIZE);
    Long batch = clicks.number(BATCH_SIZE);
    if (limit == null || batch == null) {
      return null;
    }
    return limit >= batch
        ? new Large(limit, RECORD_SIZE, "")
        : new Large(batch, BATCH_SIZE + " if it is not compressed", "");
  }

  private String comesBy(String side) {
    return side.equals(topics.duplicates()) ? "a duplicate" : "late or rejected";
  }

  /**
   * One record before it is compressed. The brokers ask it only of records that were: clicks that
   * were not come in up to the size of a batch, and go out compressed.
   */
  private void checkDecompressed(String side, Brokers brokers, Findings findings) {
    Large largest = largest(clicks -> decompressed(brokers.topic(clicks)));
    Long size = brokers.topic(side).number(RECORD_SIZE);
    if (size != null && largest != null && size < largest.bytes) {
      findings.error(
          UsedTopic.topic(side),
          "%s is %d, less than the %d that a click can have in %s (%s): a larger click that is %s would go there without its bytes"
              .formatted(
                  RECORD_SIZE, size, largest.bytes, largest.topic, largest.limit, comesBy(side)),
          brokers.alter(side, RECORD_SIZE + "=" + largest.bytes));
    }
  }

  private void checkSession(DescribedTopic sessions, Brokers brokers, Findings findings) {
    long written = RecordSize.written(columns);
    String largest =
        written == RecordSize.BUILT_IN
            ? "a session of 100 products with long names"
            : "a session of 100 products with long names, and with long texts in the fields that settings define,";
    checkSession(
        sessions.number(RECORD_SIZE),
        RECORD_SIZE,
        written,
        largest,
        " before it is compressed",
        brokers,
        findings);
    checkSession(
        sessions.number(BATCH_SIZE),
        BATCH_SIZE,
        RecordSize.compressed(columns),
        largest,
        " after it is compressed",
        brokers,
        findings);
  }

  private void checkSession(
      @Nullable Long size,
      String limit,
      long largest,
      String session,
      String when,
      Brokers brokers,
      Findings findings) {
    if (size != null && size < largest) {
      findings.warning(
          UsedTopic.topic(topics.sessions()),
          "%s is %d: %s can have up to %d bytes%s, and one that the brokers refuse fails the job after every restart"
              .formatted(limit, size, session, largest, when),
          brokers.alter(topics.sessions(), limit + "=" + largest));
    }
  }
}
