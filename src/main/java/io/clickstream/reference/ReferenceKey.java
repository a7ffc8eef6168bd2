package io.clickstream.reference;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.MissingWords;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.reference.JsonValue.Elements;
import io.clickstream.reference.JsonValue.Form;
import io.clickstream.reference.JsonValue.Members;
import io.clickstream.reference.JsonValue.Scalar;
import io.clickstream.reference.PathReader.Found;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The id that a record's key names. By default the key is the id, as text. A key that is JSON then
 * names nothing: it is rejected, as no click has such an id.
 *
 * <p>Where {@code enrichment.….key} is a path, the key is a JSON object, and the id is there.
 * Around the object may be Kafka Connect's {@code {schema, payload}}.
 *
 * <p>With Debezium the id is the member of the key that is called as the id is in the rows. A key
 * that is no object is the id itself. One of other members names another thing, such as a row's
 * number, and then the record has no key for us.
 */
final class ReferenceKey {

  private final ReferenceShape shape;
  private final PathReader paths;
  private final MissingWords missing;

  ReferenceKey(ReferenceShape shape, PathReader paths, MissingWords missing) {
    this.shape = shape;
    this.paths = paths;
    this.missing = missing;
  }

  /**
   * The id, or null if there is no key, or one that means nothing or names something else.
   *
   * @param consequence what follows if it is no id; for messages
   */
  @Nullable String id(byte @Nullable [] bytes, String consequence) throws Unusable {
    if (bytes == null) {
      return null;
    }
    String key;
    try {
      key = Utf8Text.of(bytes);
    } catch (CharacterCodingException e) {
      throw Unusable.invalid("key: not UTF-8");
    }
    if (missing.meanNothing(key.strip())) {
      return null;
    }
    FieldPath path = shape.key();
    if (path != null) {
      return idAt(path, key, consequence);
    }
    return shape.encoding() == ReferenceEncoding.DEBEZIUM
        ? idOfRow(key, consequence)
        : idAsText(key, consequence);
  }

  private @Nullable String idAsText(String key, String consequence) throws Unusable {
    JsonValue json = jsonThatIsNoId(key);
    if (json != null) {
      throw Unusable.invalid(
          ("key: %s%s; expected the %s alone, as ExtractField$Key and StringConverter of Kafka"
                  + " Connect write it%s")
              .formatted(
                  form(json),
                  consequence,
                  shape.id().name(),
                  json instanceof Members
                      ? ", or " + shape.section() + ".key with the path to it in the object"
                      : ""));
    }
    return text(paths.id("key", new Scalar(Form.TEXT, key)));
  }

  private @Nullable String idAt(FieldPath path, String key, String consequence) throws Unusable {
    JsonValue json = jsonThatIsNoId(key);
    if (!(json instanceof Members)) {
      throw Unusable.invalid(
          "key: %s%s; expected a JSON object with the %s at %s, as %s.key says"
              .formatted(
                  json == null ? "no JSON object" : form(json),
                  consequence,
                  shape.id().name(),
                  path,
                  shape.section()));
    }
    String id = idIn(json, List.of(path));
    if (id == null) {
      throw Unusable.missing(
          "key: a JSON object with nothing at %s%s; expected the %s there, as %s.key says"
              .formatted(path, consequence, shape.id().name(), shape.section()));
    }
    return id;
  }

  private @Nullable String idOfRow(String key, String consequence) throws Unusable {
    JsonValue json = jsonThatIsNoId(key);
    if (json == null) {
      return text(paths.id("key", new Scalar(Form.TEXT, key)));
    }
    JsonValue named = withoutSchema(json);
    if (named instanceof Elements) {
      throw Unusable.invalid(
          "key: a JSON array%s; expected a JSON object with the columns of the key"
              .formatted(consequence));
    }
    if (named instanceof Scalar) {
      return text(paths.id("key", named));
    }
    List<FieldPath> members = new ArrayList<>();
    for (FieldPath path : shape.id().paths()) {
      members.add(path);
      int last = path.steps().size() - 1;
      if (path.steps().get(last) instanceof FieldPath.Name name) {
        members.add(new FieldPath(false, List.of(name)));
      }
    }
    return idIn(json, members);
  }

  /** The value at a path in an object, or in Kafka Connect's wrapper. */
  private @Nullable String idIn(JsonValue json, List<FieldPath> members) throws Unusable {
    Found found = paths.id("key", members, json, json);
    if (!found.isThere()) {
      JsonValue payload = withoutSchema(json);
      found = paths.id("key", members, payload, payload);
    }
    return text(found);
  }

  private static @Nullable String text(Found found) throws Unusable {
    if (found.problem() != null) {
      throw found.problem();
    }
    return found.text();
  }

  /** The payload of {@code {schema, payload}}, or the value itself if it is none of these. */
  static JsonValue withoutSchema(JsonValue json) {
    JsonValue payload = json.member("payload");
    return payload != null && json.member("schema") != null ? payload : json;
  }

  /** The value of a key that is JSON as no id is: such are the keys of connectors; or null. */
  private static @Nullable JsonValue jsonThatIsNoId(String key) {
    String text = key.strip();
    if ("{[\"".indexOf(text.charAt(0)) < 0) {
      return null;
    }
    try {
      return JsonValue.read(text);
    } catch (IOException e) {
      return null; // a text that only begins like JSON
    }
  }

  private static String form(JsonValue json) {
    return json instanceof Members
        ? "a JSON object"
        : json instanceof Elements ? "a JSON array" : "a text in quotes";
  }
}
