package io.clickstream.ingest.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.clickstream.columns.Form;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.RejectionReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of our fields in any record, with a parser for all of JSON. It alone decides
 * that a record is no JSON.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class AnyJson {

  static final int MAX_DEPTH = 100;

  /** Texts and numbers have any length; those that are used are bounded in {@link FieldValues}. */
  private static final JsonFactory JSON = UntrustedJson.factory(MAX_DEPTH);

  private final MappingNode root;
  private final FieldValues found;
  private final Elements elements;

  /** Where the JSON in the record begins: places of elements count from there. */
  private int start;

  /** Why a record is none. */
  record Problem(RejectionReason reason, String detail) {}

  /**
   * A reader for records of a shape.
   *
   * @param found gets the values
   * @param elements gets the places of the clicks in an array, if there is one
   */
  AnyJson(RecordShape shape, FieldValues found, Elements elements) {
    this.root = shape.mapping().root();
    this.found = found;
    this.elements = elements;
  }

  /** Reads a record; returns why it is none, or null. */
  @Nullable Problem read(byte[] value) {
    Problem problem = readJson(value);
    String hint = problem == null ? null : FramingHint.ofBytes(value);
    return hint == null ? problem : malformed(hint);
  }

  private @Nullable Problem readJson(byte[] value) {
    start = hasByteOrderMark(value) ? 3 : 0;
    Utf8.Content content = Utf8.of(value, start);
    if (content == Utf8.Content.MALFORMED) {
      return malformed("not UTF-8");
    }
    found.clear(content == Utf8.Content.ESCAPED);
    elements.clear();
    try (JsonParser json = JSON.createParser(value, start, value.length - start)) {
      return readRecord(json, value);
    } catch (StreamConstraintsException e) {
      return malformed(
          "deeper than %d levels, or a name longer than %d bytes"
              .formatted(MAX_DEPTH, UntrustedJson.MAX_NAME_LENGTH));
    } catch (JsonEOFException e) {
      return malformed("ends too early");
    } catch (JsonProcessingException e) {
      return malformed("not JSON at byte " + e.getLocation().getByteOffset());
    } catch (IOException | RuntimeException e) {
      // No such case is known, but a record that stopped the job would do so after every restart.
      return malformed("the parser failed with " + e.getClass().getName());
    }
  }

  /** Reads the one object of a record, or the array of clicks that it is. */
  private @Nullable Problem readRecord(JsonParser json, byte[] value) throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      return malformed("empty");
    }
    boolean isRead =
        first == JsonToken.START_OBJECT
            || (first == JsonToken.START_ARRAY && (root.hasClicks() || root.first() != null));
    String hint = null;
    if (isRead) {
      readValue(json, first, root);
    } else {
      hint =
          switch (first) {
            case VALUE_STRING -> FramingHint.ofText(json.getText());
            case START_ARRAY -> FramingHint.ofArray(value, start);
            default -> null;
          };
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      return malformed(FramingHint.ofSeveralValues());
    }
    return isRead
        ? null
        : new Problem(
            RejectionReason.NOT_AN_OBJECT,
            hint == null ? "expected an object, found " + words(first) : hint);
  }

  /** Reads the value that begins at a token, to its last token. */
  private void readValue(JsonParser json, JsonToken token, MappingNode node) throws IOException {
    if (node.isValue()) {
      readPlainValue(json, token, node.values());
      return;
    }
    found.clear(node);
    if (node.leadsToClicks()) {
      elements.clear();
    }
    MappingNode inText = node.text();
    boolean leadsOn =
        switch (token) {
          case START_OBJECT -> node.leadsIntoObject();
          case START_ARRAY -> node.leadsIntoArray();
          case VALUE_STRING -> inText != null;
          default -> false;
        };
    if (leadsOn) {
      switch (token) {
        case START_OBJECT -> {
          boolean isEmpty = readObject(json, node);
          found.set(node.values(), isEmpty ? Form.ABSENT : Form.OBJECT, "");
        }
        case START_ARRAY -> {
          boolean isEmpty = readArray(json, node);
          found.set(node.values(), isEmpty ? Form.ABSENT : Form.ARRAY, "");
        }
        default -> {
          found.set(node.values(), Form.TEXT, json.getText());
          if (inText != null) {
            readText(json.getText(), inText);
          }
        }
      }
    } else {
      boolean isNothing =
          (token == JsonToken.VALUE_STRING && node.unreachable().length > 0)
              ? found.meansNothing(json.getText())
              : token == JsonToken.VALUE_NULL;
      isNothing |= readPlainValue(json, token, node.values()) == Form.ABSENT;
      found.set(node.unreachable(), isNothing ? Form.ABSENT : Form.UNREACHABLE, "");
    }
  }

  /** Reads behind the beginning of an object; returns whether nothing is in it. */
  private boolean readObject(JsonParser json, MappingNode node) throws IOException {
    String name = json.nextFieldName();
    boolean isEmpty = name == null;
    while (name != null) {
      MappingNode child = node.child(name);
      JsonToken token = json.nextToken();
      if (child == null) {
        json.skipChildren();
      } else {
        readValue(json, token, child);
      }
      name = json.nextFieldName();
    }
    return isEmpty;
  }

  private boolean readArray(JsonParser json, MappingNode node) throws IOException {
    if (node.hasClicks()) {
      return readClicks(json);
    }
    MappingNode.Entries entries = node.entries();
    MappingNode.Products products = node.products();
    JsonToken token = json.nextToken();
    boolean isEmpty = token == JsonToken.END_ARRAY;
    boolean isFirst = true;
    while (token != JsonToken.END_ARRAY) {
      if (node.first() != null && isFirst) {
        readValue(json, token, node.first());
      } else if (entries != null && token == JsonToken.START_OBJECT) {
        readValue(json, token, entries.element());
        found.endElement(entries);
      } else if (products != null && token == JsonToken.START_OBJECT) {
        readValue(json, token, products.element());
        found.endProduct(products);
      } else {
        json.skipChildren();
      }
      isFirst = false;
      token = json.nextToken();
    }
    return isEmpty;
  }

  private boolean readClicks(JsonParser json) throws IOException {
    elements.begin(endOf(json));
    JsonToken token = json.nextToken();
    boolean isEmpty = token == JsonToken.END_ARRAY;
    while (token != JsonToken.END_ARRAY) {
      int from = start + (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      if (token == JsonToken.VALUE_STRING) {
        // Only then its end is known.
        json.getTextLength();
      }
      elements.add(from, endOf(json));
      token = json.nextToken();
    }
    elements.end(endOf(json) - 1);
    return isEmpty;
  }

  private int endOf(JsonParser json) {
    return start + (int) json.currentLocation().getByteOffset();
  }

  /** Reads the JSON in a text; anything else leads nowhere. */
  private void readText(String text, MappingNode node) {
    if (found.meansNothing(text)) {
      return;
    }
    try (JsonParser json = JSON.createParser(text)) {
      JsonToken token = json.nextToken();
      if (token != null) {
        readValue(json, token, node);
        token = json.nextToken() == null ? token : null;
      }
      if (token != null) {
        return;
      }
    } catch (IOException | RuntimeException e) {
      // It is no JSON.
    }
    found.clear(node);
    found.set(node.values(), Form.UNREACHABLE, "");
    found.set(node.below(), Form.UNREACHABLE, "");
  }

  /** Reads a value that leads nowhere; returns its form. */
  private Form readPlainValue(JsonParser json, JsonToken token, int[] slots) throws IOException {
    Form form =
        switch (token) {
          case VALUE_STRING -> Form.TEXT;
          case VALUE_NUMBER_INT -> Form.INTEGER;
          case VALUE_NUMBER_FLOAT -> Form.DECIMAL;
          case VALUE_TRUE -> Form.TRUE;
          case VALUE_FALSE -> Form.FALSE;
          case START_OBJECT -> skipEmpty(json) ? Form.ABSENT : Form.OBJECT;
          case START_ARRAY -> skipEmpty(json) ? Form.ABSENT : Form.ARRAY;
          default -> Form.ABSENT;
        };
    boolean isWritten = form == Form.TEXT || form == Form.INTEGER || form == Form.DECIMAL;
    found.set(slots, form, isWritten && slots.length > 0 ? json.getText() : "");
    return form;
  }

  /** Skips the object or array that begins here; returns whether nothing is in it. */
  private static boolean skipEmpty(JsonParser json) throws IOException {
    JsonToken next = json.nextToken();
    boolean isEmpty = next.isStructEnd();
    while (!next.isStructEnd()) {
      json.skipChildren();
      next = json.nextToken();
    }
    return isEmpty;
  }

  private static String words(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "null";
    };
  }

  private static Problem malformed(String detail) {
    return new Problem(RejectionReason.MALFORMED_JSON, detail);
  }

  private static boolean hasByteOrderMark(byte[] value) {
    return value.length >= 3
        && value[0] == (byte) 0xEF
        && value[1] == (byte) 0xBB
        && value[2] == (byte) 0xBF;
  }
}
