package io.clickstream.tools.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * All paths of the records of a sample that are JSON, with what stands there. Where records hold
 * their clicks in an array, the paths begin in its elements.
 *
 * <p>Memory is bounded: a few thousand paths, to a few levels.
 */
final class SampledPaths {

  private static final int MAX_PATHS = 2_000;
  private static final int MAX_DEPTH = 5;
  private static final int MAX_NAME = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable String clicksAt;
  private final Map<List<String>, PathValues> paths = new LinkedHashMap<>();
  private long clicks;

  private SampledPaths(@Nullable String clicksAt) {
    this.clicksAt = clicksAt;
  }

  /** The paths of all records that are JSON objects or arrays of them. */
  static SampledPaths of(Sample sample) {
    List<JsonNode> roots = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      JsonNode root = json(record.value());
      if (root != null && root.isContainerNode()) {
        roots.add(root);
      }
    }
    SampledPaths paths = new SampledPaths(clicksAt(roots));
    roots.forEach(paths::addRecord);
    return paths;
  }

  private static @Nullable JsonNode json(byte @Nullable [] value) {
    try {
      return value == null ? null : JSON.readTree(value);
    } catch (IOException e) {
      return null; // Its rejection says what it is.
    }
  }

  /** The array that most records have their clicks in, or null if a record is a click. */
  private static @Nullable String clicksAt(List<JsonNode> roots) {
    Map<String, Integer> arrays = new LinkedHashMap<>();
    for (JsonNode root : roots) {
      if (isOfObjects(root)) {
        arrays.merge(".", 1, Integer::sum);
      }
      // A record with a type of its own is one click, even if it has lists.
      if (root.isObject() && !saysWhatItIs(root)) {
        root.properties()
            .forEach(
                member -> {
                  if (isOfObjects(member.getValue()) && saysWhatItIs(member.getValue().get(0))) {
                    arrays.merge(member.getKey(), 1, Integer::sum);
                  }
                });
      }
    }
    return arrays.entrySet().stream()
        .filter(array -> 2 * array.getValue() >= roots.size())
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private static boolean isOfObjects(JsonNode node) {
    return node.isArray() && !node.isEmpty() && node.get(0).isObject();
  }

  /** Whether a name at the top looks like that of an event type. */
  private static boolean saysWhatItIs(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.stream().map(PathValues::plain).anyMatch(FieldNames.of("event_type")::contains);
  }

  private void addRecord(JsonNode root) {
    JsonNode at = clicksAt == null || clicksAt.equals(".") ? root : root.get(clicksAt);
    if (at != null && at.isArray()) {
      at.forEach(this::addClick);
    } else {
      addClick(root);
    }
  }

  private void addClick(JsonNode click) {
    if (click.isObject()) {
      clicks++;
      addMembers(click, List.of());
    }
  }

  private void addMembers(JsonNode object, List<String> above) {
    object
        .properties()
        .forEach(
            member -> {
              String name = member.getKey();
              if (name.isBlank() || name.length() > MAX_NAME) {
                return;
              }
              List<String> names = new ArrayList<>(above);
              names.add(name);
              JsonNode value = member.getValue();
              if (value.isObject() && names.size() < MAX_DEPTH) {
                addMembers(value, names);
              } else if (value.isValueNode() && !value.isNull()) {
                PathValues values = paths.get(names);
                if (values == null && paths.size() < MAX_PATHS) {
                  values = new PathValues(names);
                  paths.put(List.copyOf(names), values);
                }
                if (values != null) {
                  values.add(value);
                }
              }
            });
  }

  /** The array that holds the clicks of a record; null if a record is a click. */
  @Nullable String clicksAt() {
    return clicksAt;
  }

  /** Clicks that were looked into. */
  long clicks() {
    return clicks;
  }

  Collection<PathValues> all() {
    return paths.values();
  }
}
