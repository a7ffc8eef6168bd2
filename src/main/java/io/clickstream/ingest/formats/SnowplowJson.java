package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event of Snowplow as the flat JSON that Snowplow's Analytics SDKs make of it, whatever
 * it came as: {@code {"event_id":…,"contexts_com_acme_thing_1":[{…}]}}. Times and numbers stay the
 * texts that they are.
 *
 * <p>Beside an array of entities of which an event has at most one, the one is a member by itself,
 * since no path leads to "the first": {@value #TRANSACTION} and {@value #CLIENT_SESSION}.
 *
 * <p>JSON in a column that is none is left out; the event counts without it.
 */
final class SnowplowJson {

  static final String TRANSACTION = "ecommerce_transaction";
  static final String CLIENT_SESSION = "client_session";

  /** The array's name without the version of its schema, to the name of the one in it. */
  static final Map<String, String> SINGLE =
      Map.of(
          "contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_", TRANSACTION,
          "contexts_com_snowplowanalytics_snowplow_client_session_", CLIENT_SESSION);

  private static final int MAX_NAME_LENGTH = 512;

  private SnowplowJson() {}

  /** The event of a row. */
  static byte[] ofRow(String[] row) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (int i = 0; i < row.length && i < SnowplowColumns.NAMES.size(); i++) {
      if (!row[i].isEmpty()) {
        columns.put(SnowplowColumns.NAMES.get(i), row[i]);
      }
    }
    return write(columns);
  }

  /**
   * The event of a tracker's parameters. Parameters that are no column keep their names, {@code
   * stm} among them: only what no one has corrected yet has a time of sending.
   */
  static byte[] ofParameters(Map<String, String> parameters) {
    Map<String, String> columns = new LinkedHashMap<>();
    parameters.forEach(
        (name, value) ->
            columns.put(SnowplowColumns.OF_PARAMETERS.getOrDefault(name, name), value));
    String kind = parameters.get("e");
    if (kind != null) {
      String event = SnowplowColumns.EVENTS.getOrDefault(kind, kind);
      columns.put("event", event);
      columns.put("event_name", event.equals("struct") ? "event" : event);
    }
    columns.remove("e");
    move(parameters, columns, "ue_pr", "ue_px", "unstruct_event");
    move(parameters, columns, "co", "cx", "contexts");
    return write(columns);
  }

  private static void move(
      Map<String, String> parameters,
      Map<String, String> columns,
      String plain,
      String encoded,
      String column) {
    columns.remove(plain);
    columns.remove(encoded);
    String base64 = parameters.get(encoded);
    String json = parameters.get(plain);
    if (json == null && base64 != null) {
      json = decoded(base64);
    }
    if (json != null) {
      columns.put(column, json);
    }
  }

  private static @Nullable String decoded(String base64) {
    byte[] bytes = Base64Text.decode(base64.getBytes(UTF_8));
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private static byte[] write(Map<String, String> columns) {
    Map<String, List<String>> entities = new LinkedHashMap<>();
    entities(columns.remove("contexts"), entities);
    entities(columns.remove("derived_contexts"), entities);
    String happened = columns.remove("unstruct_event");
    Described event = happened == null ? null : described(happened);
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    try (JsonGenerator json = JsonParts.JSON.createGenerator(out)) {
      json.writeStartObject();
      if (event != null && "unstruct".equals(columns.get("event"))) {
        columns.put("event_name", event.name());
      }
      for (Map.Entry<String, String> column : columns.entrySet()) {
        if (column.getKey().length() <= MAX_NAME_LENGTH) {
          json.writeStringField(column.getKey(), column.getValue());
        }
      }
      if (event != null) {
        json.writeFieldName(event.member("unstruct_event"));
        json.writeRawValue(event.data());
      }
      for (Map.Entry<String, List<String>> each : entities.entrySet()) {
        json.writeArrayFieldStart(each.getKey());
        for (String entity : each.getValue()) {
          json.writeRawValue(entity);
        }
        json.writeEndArray();
        String single = single(each.getKey());
        if (single != null) {
          json.writeFieldName(single);
          json.writeRawValue(each.getValue().get(0));
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /** The name of the one entity of an array, or null if there may be more of it. */
  static @Nullable String single(String array) {
    for (Map.Entry<String, String> each : SINGLE.entrySet()) {
      if (array.startsWith(each.getKey())) {
        return each.getValue();
      }
    }
    return null;
  }

  /**
   * Self-describing data.
   *
   * @param schema {@code iglu:com.acme/thing/jsonschema/1-0-2}
   * @param data as it is written
   */
  private record Described(String schema, String data) {

    String name() {
      return part(1);
    }

    /** As the Analytics SDKs name it: {@code unstruct_event_com_acme_thing_1}. */
    String member(String prefix) {
      StringBuilder name = new StringBuilder(prefix).append('_');
      name.append(part(0).replace('.', '_').replace('-', '_')).append('_');
      String own = name();
      for (int i = 0; i < own.length(); i++) {
        char next = own.charAt(i);
        boolean isInside = i > 0 && own.charAt(i - 1) != '_';
        name.append(Character.isUpperCase(next) && isInside ? "_" : "");
        name.append(next == '-' ? '_' : next);
      }
      String version = part(3);
      int dash = version.indexOf('-');
      name.append('_').append(dash < 0 ? version : version.substring(0, dash));
      return name.toString().toLowerCase(Locale.ROOT);
    }

    private String part(int index) {
      return schema.substring("iglu:".length()).split("/", -1)[index];
    }

    boolean isNamed() {
      return schema.startsWith("iglu:")
          && schema.length() <= MAX_NAME_LENGTH
          && schema.chars().filter(c -> c == '/').count() == 3;
    }
  }

  /** The event in the data of an envelope; null if it is not there or cannot be read. */
  private static @Nullable Described described(String envelope) {
    try (JsonParser json = JsonParts.JSON.createParser(envelope)) {
      Described outer = read(json, envelope);
      if (outer == null) {
        return null;
      }
      try (JsonParser inner = JsonParts.JSON.createParser(outer.data())) {
        return named(read(inner, outer.data()));
      }
    } catch (IOException e) {
      return null;
    }
  }

  /** Adds the entities in the data of an envelope; none if it cannot be read. */
  private static void entities(@Nullable String envelope, Map<String, List<String>> found) {
    if (envelope == null) {
      return;
    }
    List<Described> all = new ArrayList<>();
    try (JsonParser json = JsonParts.JSON.createParser(envelope)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isData = json.currentName().equals("data");
        if (json.nextToken() == JsonToken.START_ARRAY && isData) {
          all.clear();
          while (json.nextToken() != JsonToken.END_ARRAY) {
            Described entity = members(json, envelope);
            if (named(entity) != null) {
              all.add(entity);
            }
          }
        } else {
          JsonParts.skip(json);
        }
      }
      JsonParts.requireEnd(json);
    } catch (IOException e) {
      return;
    }
    for (Described entity : all) {
      found
          .computeIfAbsent(entity.member("contexts"), name -> new ArrayList<>())
          .add(entity.data());
    }
  }

  private static @Nullable Described named(@Nullable Described data) {
    return data != null && data.isNamed() ? data : null;
  }

  /** The one object of a source. */
  private static @Nullable Described read(JsonParser json, String source) throws IOException {
    json.nextToken();
    Described read = members(json, source);
    JsonParts.requireEnd(json);
    return read;
  }

  /** The object whose start is the current token; null for another value, which is skipped. */
  private static @Nullable Described members(JsonParser json, String source) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      JsonParts.skip(json);
      return null;
    }
    String schema = null;
    String data = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("schema") && value == JsonToken.VALUE_STRING) {
        schema = json.getText();
      } else if (name.equals("data") && value == JsonToken.START_OBJECT) {
        int start = JsonParts.start(json, false);
        JsonParts.skip(json);
        data = source.substring(start, JsonParts.end(json, false));
      } else {
        JsonParts.skip(json);
      }
    }
    return schema == null || data == null ? null : new Described(schema, data);
  }
}
