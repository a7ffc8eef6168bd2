package io.clickstream.tools.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.columns.Condition;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.UserErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The click of a visitor who exists only to be measured, under the names that the topic's fields
 * have. Its {@code app_id} is {@value #APP_ID}, by which consumers filter its sessions out.
 */
final class ProbeClick {

  /** Of all clicks and sessions of probes. */
  static final String APP_ID = "clickstream-probe";

  private static final JsonFactory JSON = new JsonFactory();

  private final IngestSettings ingest;

  ProbeClick(IngestSettings ingest) {
    this.ingest = ingest;
  }

  /**
   * A page view of a visitor.
   *
   * @throws UserErrorException if records are of a shape that a probe cannot write
   */
  byte[] of(String visitor, long timestamp) throws IOException {
    Map<String, Object> fields = new TreeMap<>();
    put(fields, "event_id", visitor);
    putType(fields);
    put(fields, "timestamp", timestamp);
    put(fields, "anonymous_id", visitor);
    put(fields, "app_id", APP_ID);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      write(out, fields);
    }
    return bytes.toByteArray();
  }

  /** The first name of a page view, or all that the condition of one wants. */
  private void putType(Map<String, Object> fields) {
    EventTypeRule rule =
        ingest.eventTypes().getOrDefault("page_view", EventTypeRule.ofNames("page_view"));
    Condition condition = rule.condition();
    if (condition == null) {
      put(fields, "event_type", rule.names().get(0));
      return;
    }
    for (Condition.Line line : condition.lines()) {
      if (!(line.test() instanceof Condition.OneOf wanted)) {
        throw new UserErrorException(
            "ingest.event-types.page_view: expected a condition with values that a probe can write;"
                + " one with exists, absent or bounds it cannot.");
      }
      String text = wanted.texts().stream().sorted().findFirst().orElseThrow();
      if (line.path() == null) {
        put(fields, line.field() == null ? "" : line.field().name(), text);
      } else {
        putAt(fields, line.path(), text);
      }
    }
  }

  /** Under the topic's own name, the first if there are several; not at all if it has none. */
  private void put(Map<String, Object> fields, String field, Object value) {
    FieldSource source = ingest.fields().get(field);
    if (ingest.constants().containsKey(field)) {
      return;
    }
    if (source == null) {
      putAt(fields, FieldPath.ofNames(field), value);
    } else if (!source.inRecord().isEmpty()) {
      putAt(fields, source.inRecord().get(0), value);
    }
  }

  /** At a path, which may reach into objects. */
  @SuppressWarnings("unchecked")
  private static void putAt(Map<String, Object> fields, FieldPath path, Object value) {
    if (!path.hasOnlyNames()) {
      throw new UserErrorException(
          "ingest.fields: expected paths made of names, such as customer.id; a probe cannot write"
              + " "
              + path
              + ".");
    }
    Map<String, Object> at = fields;
    List<String> names = path.steps().stream().map(step -> ((FieldPath.Name) step).name()).toList();
    for (String name : names.subList(0, names.size() - 1)) {
      at = (Map<String, Object>) at.computeIfAbsent(name, key -> new TreeMap<String, Object>());
    }
    at.put(names.get(names.size() - 1), value);
  }

  @SuppressWarnings("unchecked")
  private static void write(JsonGenerator out, Map<String, Object> fields) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      out.writeFieldName(field.getKey());
      if (field.getValue() instanceof Map<?, ?> nested) {
        write(out, (Map<String, Object>) nested);
      } else if (field.getValue() instanceof Long number) {
        out.writeNumber(number);
      } else {
        out.writeString(field.getValue().toString());
      }
    }
    out.writeEndObject();
  }
}
