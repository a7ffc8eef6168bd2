package io.clickstream.ingest.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object that are texts, numbers or booleans. */
final class Members {

  private Members() {}

  /** By name, in their order and as they are written; null if the JSON is no object. */
  static @Nullable Map<String, String> texts(byte[] object) {
    Map<String, String> texts = new LinkedHashMap<>();
    try (JsonParser json = JsonParts.JSON.createParser(object)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          texts.put(name, json.getText());
        } else {
          texts.remove(name);
          JsonParts.skip(json);
        }
      }
      JsonParts.requireEnd(json);
    } catch (IOException e) {
      return null;
    }
    return texts;
  }
}
