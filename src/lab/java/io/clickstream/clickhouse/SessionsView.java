package io.clickstream.clickhouse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

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

  private static final Pattern DEFINED = Pattern.compile("(fields|goals)(\\..+)?");

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
    columns("", expected)
        .forEach(
            (name, value) -> {
              if (name.equals("is_deleted") || name.equals("superseded_by")) {
                return;
              }
              if (!same(name, value, actual.get(name))) {
                differences.add(
                    "%s: %s is %s, expected %s".formatted(id, name, actual.get(name), value));
              }
            });
  }

  /** Members of fields and goals as columns with dots. */
  private static Map<String, JsonNode> columns(String prefix, JsonNode object) {
    Map<String, JsonNode> columns = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            field -> {
              String name = prefix + field.getKey();
              if (DEFINED.matcher(name).matches() && field.getValue().isObject()) {
                columns.putAll(columns(name + ".", field.getValue()));
              } else {
                columns.put(name, field.getValue());
              }
            });
    return columns;
  }

  private static boolean same(String name, JsonNode expected, JsonNode actual) {
    if (actual == null) {
      return false;
    }
    if (DEFINED.matcher(name).matches()) {
      return sameDefined(name, expected, actual);
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

  private static boolean sameDefined(String name, JsonNode expected, JsonNode actual) {
    if (name.endsWith(".first_at") && actual.isTextual()) {
      LocalDateTime time = LocalDateTime.parse(actual.textValue().replace(' ', 'T'));
      return expected.asLong() == time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    return expected.isTextual() && actual.isNumber()
        ? equalAmounts(expected, actual)
        : expected.equals(actual) || expected.toString().equals(actual.toString());
  }

  private static boolean equalAmounts(JsonNode expected, JsonNode actual) {
    return new BigDecimal(expected.asText()).compareTo(new BigDecimal(actual.asText())) == 0;
  }
}
