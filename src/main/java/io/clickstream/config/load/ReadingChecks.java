package io.clickstream.config.load;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MappedNames;
import io.clickstream.config.MissingWords;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds settings of how records look that are right by themselves and do not fit together. */
final class ReadingChecks {

  private final GivenSettings given;
  private final Map<Setting<?>, Object> values;

  /**
   * @param values that are right, by setting
   */
  ReadingChecks(GivenSettings given, Map<Setting<?>, Object> values) {
    this.given = given;
    this.values = values;
  }

  /** Fields in each other or with two sources, event types of one text. */
  void check() {
    Map<String, FieldSource> fields = members(IngestSettings.FIELDS);
    checkKafka(IngestSettings.FIELDS, fields, ClickField.TIMESTAMP.name());
    checkConstants();
    checkClashes(fields);
    checkEventTypes();
    checkKafka(IngestSettings.PRODUCT_FIELDS, members(IngestSettings.PRODUCT_FIELDS), "");
  }

  /** A time of Kafka's for another field than the one that can have it. */
  private void checkKafka(Setting<?> group, Map<String, FieldSource> fields, String allowed) {
    fields.forEach(
        (name, source) -> {
          if (source.canBeKafka() && !name.equals(allowed)) {
            problem(
                group,
                name,
                "a path; only ingest.fields.timestamp can be Kafka's time of the record",
                "name the path of the field");
          }
        });
  }

  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private void checkConstants() {
    MissingWords missing =
        MissingWords.of(
            (List<String>)
                values.getOrDefault(IngestSettings.MISSING, IngestSettings.defaults().missing()));
    members(IngestSettings.CONSTANTS)
        .forEach(
            (name, text) -> {
              if (missing.meanNothing(text.strip())) {
                problem(
                    IngestSettings.CONSTANTS,
                    name,
                    "a text that is none of " + IngestSettings.MISSING.key(),
                    "write another text");
              }
            });
    for (String name : given.of(IngestSettings.CONSTANTS).keySet()) {
      String path = IngestSettings.FIELDS.key() + "." + name;
      Given source = given.of(path);
      if (source != null && !isPreset(source)) {
        problem(
            IngestSettings.CONSTANTS,
            name,
            "a field that " + path + " does not look for in the records",
            "remove one of them");
      }
    }
  }

  /** Whether a format sets it, so that anything that is given instead of it wins. */
  private static boolean isPreset(Given value) {
    return value.where().startsWith(IngestSettings.FORMAT.key() + " ");
  }

  /**
   * Two fields of which one is inside the other, so that no record can have both. Where one has
   * several paths, these may be of records of several shapes.
   */
  private void checkClashes(Map<String, FieldSource> mapped) {
    Map<String, FieldPath> paths = new LinkedHashMap<>();
    Map<String, Given> constants = given.of(IngestSettings.CONSTANTS);
    for (ClickField field : MappedNames.underOurName()) {
      if (!constants.containsKey(field.name())
          && !given.isInvalid(IngestSettings.FIELDS.key() + "." + field.name())) {
        paths.put(field.name(), FieldPath.ofNames(field.name()));
      }
    }
    mapped.forEach(
        (name, source) -> {
          List<FieldPath> all = source.inRecord();
          if (all.size() == 1 && !constants.containsKey(name)) {
            paths.put(name, all.get(0));
          } else {
            paths.remove(name);
          }
        });
    paths.forEach(
        (name, path) ->
            paths.forEach(
                (through, outer) -> {
                  if (path.leadsThrough(outer)) {
                    boolean isGiven = mapped.containsKey(name);
                    String guilty = isGiven ? name : through;
                    String other = isGiven ? through : name;
                    problem(
                        IngestSettings.FIELDS,
                        guilty,
                        "a path that does not lead through another field; %s is at %s"
                            .formatted(other, paths.get(other)),
                        "name the value itself in both");
                  }
                }));
  }

  private void checkEventTypes() {
    Map<String, EventTypeRule> mapped = members(IngestSettings.EVENT_TYPES);
    Map<String, String> typeOfText = new LinkedHashMap<>();
    for (String type : IngestSettings.EVENT_TYPES.names()) {
      if (given.isInvalid(IngestSettings.EVENT_TYPES.key() + "." + type)) {
        continue;
      }
      for (String text : mapped.getOrDefault(type, EventTypeRule.ofNames(type)).names()) {
        String other = typeOfText.putIfAbsent(text, type);
        if (other != null) {
          String guilty = mapped.containsKey(type) ? type : other;
          problem(
              IngestSettings.EVENT_TYPES,
              guilty,
              "a text of its own; %s has the same".formatted(guilty.equals(type) ? other : type),
              "map one of them to something else");
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private <V> Map<String, V> members(Setting<Map<String, V>> group) {
    return (Map<String, V>) values.getOrDefault(group, Map.of());
  }

  private void problem(Setting<?> group, String name, String expected, String remedy) {
    String key = group.key() + "." + name;
    Given value = given.of(key);
    if (value == null) {
      given.problem(new Problem(key, name, "default", expected, remedy));
    } else {
      given.problem(value, expected, remedy);
    }
  }
}
