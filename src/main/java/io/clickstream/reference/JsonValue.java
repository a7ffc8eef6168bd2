package io.clickstream.reference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of JSON. Numbers stay as they are written, since an id or a column is their text.
 *
 * <p>A tree takes memory in proportion to its text, and is as deep as Jackson allows, 1 000 levels.
 */
sealed interface JsonValue {

  /** Without a table of field names, which strangers could fill. */
  JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  /** A value without parts: a text, a number as it is written, or the name of another one. */
  record Scalar(Form form, String text) implements JsonValue {}

  /** An object; of several members of one name the last one. */
  record Members(Map<String, JsonValue> members) implements JsonValue {}

  /** An array. */
  record Elements(List<JsonValue> elements) implements JsonValue {}

  /** The kind of a value without parts. */
  enum Form {
    NULL,
    FALSE,
    TRUE,
    NUMBER,
    TEXT
  }

  /**
   * Reads the one value of a text.
   *
   * @return null if there is nothing but white space
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is no JSON
   * @throws MoreFollowsException if something follows the value
   */
  static @Nullable JsonValue read(String text) throws IOException {
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() == null) {
        return null;
      }
      JsonValue value = next(json);
      if (json.nextToken() != null) {
        throw new MoreFollowsException();
      }
      return value;
    }
  }

  /** Two values where one was expected. */
  final class MoreFollowsException extends IOException {

    private static final long serialVersionUID = 1L;
  }

  private static JsonValue next(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, JsonValue> members = new HashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          members.put(name, next(json));
        }
        yield new Members(members);
      }
      case START_ARRAY -> {
        List<JsonValue> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(next(json));
        }
        yield new Elements(elements);
      }
      case VALUE_STRING -> new Scalar(Form.TEXT, json.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(Form.NUMBER, json.getText());
      case VALUE_TRUE -> new Scalar(Form.TRUE, "true");
      case VALUE_FALSE -> new Scalar(Form.FALSE, "false");
      default -> new Scalar(Form.NULL, "null");
    };
  }

  /** The member of a name, or null if it has none; a value that is no object has none. */
  default @Nullable JsonValue member(String name) {
    return this instanceof Members object ? object.members().get(name) : null;
  }

  /** Whether it is null, or an object or array without anything in it. */
  default boolean isEmpty() {
    return this instanceof Scalar scalar
        ? scalar.form() == Form.NULL
        : this instanceof Members object
            ? object.members().isEmpty()
            : ((Elements) this).elements().isEmpty();
  }
}
