package io.clickstream.config.load;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Kinds;
import io.clickstream.config.Setting;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/** Finds values that are right by themselves and do not fit together. */
final class SettingChecks {

  private static final String TOPICS = "topics";

  private final SettingCatalog catalog;
  private final GivenSettings given;

  SettingChecks(SettingCatalog catalog, GivenSettings given) {
    this.catalog = catalog;
    this.given = given;
  }

  /** Two topics of one name, the job's properties. */
  void checkNames() {
    checkTopics();
    checkReserved();
  }

  private void checkTopics() {
    Map<String, String> keyOfTopic = new LinkedHashMap<>();
    for (Setting<?> setting : catalog.all()) {
      String key = setting.key();
      if (!setting.section().equals(TOPICS) || given.isInvalid(key)) {
        continue;
      }
      for (String topic : topics(setting)) {
        String other = keyOfTopic.putIfAbsent(topic, key);
        if (other != null) {
          given.problem(
              new Problem(
                  key,
                  topic,
                  where(key),
                  "a topic of its own; " + other + " is the same",
                  "name another topic in one of them"));
        }
      }
    }
  }

  /** The topics of a setting that is right: one, several, or none where it is not given. */
  private List<String> topics(Setting<?> setting) {
    Given value = given.of(setting.key());
    String fallback = setting.defaultText();
    if (value == null) {
      return fallback == null ? List.of() : List.of(fallback);
    }
    Object topics = setting.kind().read(ValueReader.written(setting, value));
    return topics instanceof List<?> several
        ? several.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(topics));
  }

  private void checkReserved() {
    for (Setting<?> group : catalog.groups()) {
      group
          .reserved()
          .forEach(
              (name, remedy) -> {
                Given value = given.of(group.key() + "." + name);
                if (value != null) {
                  given.problem(value, "a property that the job does not set itself", remedy);
                }
              });
    }
  }

  /** A transaction that is aborted before the checkpoint that would commit it. */
  void checkTransactionTimeout(SinkSettings sink, Configuration flink) {
    String key = SinkSettings.TRANSACTION_TIMEOUT.key();
    if (given.isInvalid(key)
        || given.isInvalid(CheckpointingOptions.CHECKPOINTING_INTERVAL.key())) {
      return;
    }
    Duration interval = JobDefaults.checkpointInterval(flink);
    if (sink.transactionTimeout().compareTo(interval) <= 0) {
      given.problem(
          new Problem(
              key,
              Kinds.written(sink.transactionTimeout()),
              where(key),
              "more than the %s between checkpoints (%s): a transaction lives from one to the next"
                  .formatted(
                      Kinds.written(interval), CheckpointingOptions.CHECKPOINTING_INTERVAL.key()),
              "raise it, well above the interval and the time that a restart takes"));
    }
  }

  /** A range of sessions that has no beginning, or ends before it. */
  void checkRange(IngestSettings ingest) {
    Given end = given.of(IngestSettings.STOP_AT.key());
    String start = IngestSettings.START_FROM.key();
    if (ingest.stopAt() == null || end == null || given.isInvalid(start)) {
      return;
    }
    if (ingest.startFrom().kind() != StartFrom.Kind.TIMESTAMP) {
      given.problem(
          end,
          "a time, and another one in " + start + " at which the range of sessions begins",
          "set " + start + " to a time such as " + StartFrom.EXAMPLE);
    } else if (ingest.stopAt() <= ingest.startFrom().timestamp()) {
      given.problem(end, "a time after " + start, "exchange the two, or correct one");
    }
  }

  /** A tolerance without anything to compare, or with nothing that it could move. */
  void checkClocks(IngestSettings ingest) {
    Given tolerance = given.of(IngestSettings.CLOCK_TOLERANCE.key());
    String sentAt = IngestSettings.FIELDS.key() + "." + ClickField.SENT_AT.name();
    String timestamp = IngestSettings.FIELDS.key() + "." + ClickField.TIMESTAMP.name();
    if (tolerance == null || given.isInvalid(sentAt) || given.isInvalid(timestamp)) {
      return;
    }
    if (ingest.areTimesOfKafka()) {
      given.problem(
          tolerance,
          "none where " + timestamp + " is " + FieldSource.KAFKA + ": that is no clock of a sender",
          "leave out one of the two");
    } else if (!ingest.fields().containsKey(ClickField.SENT_AT.name())) {
      given.problem(
          tolerance,
          "a field that says when a record was sent, in "
              + sentAt
              + ": the clock that it is from is compared with the time of receipt",
          "set " + sentAt + " to its path, or leave out the tolerance");
    }
  }

  private String where(String key) {
    Given value = given.of(key);
    return value == null ? "default" : value.where();
  }
}
