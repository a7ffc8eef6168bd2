package io.clickstream.tools.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.config.IngestSettings;
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

  /** A page view of a visitor. */
  byte[] of(String visitor, long timestamp) throws IOException {
    Map<String, Object> fields = new TreeMap<>();
    put(fields, "event_id", visitor);
    put(fields, "event_type", ingest.eventTypes().getOrDefault("page_view", "page_view"));
    put(fields, "timestamp", timestamp);
    put(fields, "anonymous_id", visitor);
    put(fields, "app_id", APP_ID);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      write(out, fields);
    }
    return bytes.toByteArray();
  }

  /** Under the topic's own name, which may reach into objects. */
  @SuppressWarnings("unchecked")
  private void put(Map<String, Object> fields, String field, Object value) {
    List<String> path = List.of(ingest.fields().getOrDefault(field, field).split("\\.", -1));
    Map<String, Object> at = fields;
    for (String name : path.subList(0, path.size() - 1)) {
      at = (Map<String, Object>) at.computeIfAbsent(name, key -> new TreeMap<String, Object>());
    }
    at.put(path.get(path.size() - 1), value);
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
