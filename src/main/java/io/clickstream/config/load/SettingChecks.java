package io.clickstream.config.load;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.FieldPaths;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Kinds;
import io.clickstream.config.Setting;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
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

  /**
   * Two topics of one name, fields in each other, event types of one text, the job's properties.
   */
  void checkNames() {
    checkFields();
    checkEventTypes();
    checkTopics();
    checkReserved();
  }

  private void checkFields() {
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, Given> mapped = given.of(IngestSettings.FIELDS);
    for (String field : IngestSettings.FIELDS.names()) {
      if (!given.isInvalid(IngestSettings.FIELDS.key() + "." + field)) {
        paths.put(field, mapped.containsKey(field) ? mapped.get(field).text() : field);
      }
    }
    for (FieldPaths.Clash clash : FieldPaths.clashes(paths)) {
      boolean isGiven = mapped.containsKey(clash.field());
      String guilty = isGiven ? clash.field() : clash.through();
      String other = isGiven ? clash.through() : clash.field();
      mapped(
          IngestSettings.FIELDS,
          guilty,
          paths.getOrDefault(guilty, guilty),
          "a path that does not lead through another field; %s is at %s"
              .formatted(other, paths.get(other)),
          "name the value itself in both");
    }
  }

  private void checkEventTypes() {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Given> mapped = given.of(IngestSettings.EVENT_TYPES);
    for (String type : IngestSettings.EVENT_TYPES.names()) {
      if (!given.isInvalid(IngestSettings.EVENT_TYPES.key() + "." + type)) {
        texts.put(type, mapped.containsKey(type) ? mapped.get(type).text() : type);
      }
    }
    Map<String, String> typeOfText = new LinkedHashMap<>();
    texts.forEach(
        (type, text) -> {
          String other = typeOfText.putIfAbsent(text, type);
          if (other != null) {
            String guilty = mapped.containsKey(type) ? type : other;
            mapped(
                IngestSettings.EVENT_TYPES,
                guilty,
                text,
                "a text of its own; %s has the same".formatted(guilty.equals(type) ? other : type),
                "map one of them to something else");
          }
        });
  }

  private void mapped(Setting<?> group, String name, String value, String expected, String remedy) {
    String key = group.key() + "." + name;
    given.problem(new Problem(key, value, where(key), expected, remedy));
  }

  private void checkTopics() {
    Map<String, String> keyOfTopic = new LinkedHashMap<>();
    for (Setting<?> setting : catalog.all()) {
      String key = setting.key();
      if (!setting.section().equals(TOPICS) || given.isInvalid(key)) {
        continue;
      }
      Given value = given.of(key);
      String topic = value == null ? String.valueOf(setting.defaultText()) : value.text();
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
          "none where "
              + timestamp
              + " is "
              + IngestSettings.KAFKA_TIME
              + ": that is no clock of a sender",
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
