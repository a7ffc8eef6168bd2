package io.clickstream.clickhouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The view {@code sessions_latest}, in the words of the topic. */
public final class SessionsView {

  /** Times are numbers in the topic, amounts are texts. */
  private static final String QUERY =
      """
      SELECT * REPLACE (
          toUnixTimestamp64Milli(session_start) AS session_start,
          toUnixTimestamp64Milli(session_end) AS session_end,
          toUnixTimestamp64Milli(emitted_at) AS emitted_at,
          toString(revenue) AS revenue,
          mapApply((k, v) -> (k, toString(v)), revenue_other) AS revenue_other)
      FROM sessions_latest
      """;

  private SessionsView() {}

  /** The rows by id; fails if one is there twice. */
  public static Map<String, JsonNode> read(ClickHouseServer server, String database)
      throws IOException, InterruptedException {
    Map<String, JsonNode> rows = new TreeMap<>();
    for (JsonNode row : server.rows(QUERY, database)) {
      if (rows.put(row.get("session_id").asText(), row) != null) {
        throw new AssertionError("twice in the view: " + row);
      }
    }
    return rows;
  }

  /** The differences from the topic, in words; empty if there is none. */
  public static List<String> differences(Map<String, JsonNode> topic, Map<String, JsonNode> view) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> ids = new TreeSet<>(topic.keySet());
    ids.addAll(view.keySet());
    for (String id : ids) {
      JsonNode expected = topic.get(id);
      JsonNode actual = view.get(id);
      if (expected == null || actual == null) {
        differences.add(id + (actual == null ? " is not in the view" : " is only in the view"));
      } else {
        compare(id, expected, actual, differences);
      }
    }
    return differences;
  }

  private static void compare(
      String id, JsonNode expected, JsonNode actual, List<String> differences) {
    ((ObjectNode) expected)
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (name.equals("is_deleted") || name.equals("superseded_by")) {
                return;
              }
              if (!same(name, field.getValue(), actual.get(name))) {
                differences.add(
                    "%s: %s is %s, expected %s"
                        .formatted(id, name, actual.get(name), field.getValue()));
              }
            });
  }

  private static boolean same(String name, JsonNode expected, JsonNode actual) {
    if (actual == null) {
      return false;
    }
    if (name.equals("revenue") && expected.isTextual() && actual.isTextual()) {
      return equalAmounts(expected, actual);
    }
    if (name.equals("revenue_other")) {
      return expected.size() == actual.size()
          && expected.properties().stream()
              .allMatch(
                  each ->
                      actual.has(each.getKey())
                          && equalAmounts(each.getValue(), actual.get(each.getKey())));
    }
    return expected.equals(actual) || expected.toString().equals(actual.toString());
  }

  private static boolean equalAmounts(JsonNode expected, JsonNode actual) {
    return new BigDecimal(expected.asText()).compareTo(new BigDecimal(actual.asText())) == 0;
  }
}
