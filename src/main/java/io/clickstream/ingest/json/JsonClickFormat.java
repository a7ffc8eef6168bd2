package io.clickstream.ingest.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.ClickRules;
import io.clickstream.ingest.FieldMapping;
import io.clickstream.ingest.FieldProblem;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.FieldValues.Form;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.RejectionReason;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clicks as JSON objects in UTF-8, one a record.
 *
 * <p>The whole value must be one well-formed object. All that follows it, or is in a field that is
 * skipped, counts as well, so that a verdict does not depend on which fields are read. A byte order
 * mark in front is ignored. Of duplicate names the last one counts. Nesting beyond {@value
 * #MAX_DEPTH} levels and names beyond {@value #MAX_NAME_LENGTH} bytes are malformed. Time and
 * memory spent on a record are proportional to its length at most, and what outlives a record (the
 * parser's table of names) is bounded by its 6 000 entries of such names.
 *
 * <p>A value that means nothing, and an empty array or a text that means nothing on the path to a
 * field, is as if it were not there. Anything else on the path that is no object leaves the fields
 * behind it without a readable value.
 *
 * <p>Nearly all records are in a plain form of JSON, and those are read by {@link PlainJson}. The
 * parser for all of JSON reads every record with anything that is not certain there, from its
 * beginning. So that parser alone decides that a record is no JSON and that a value is no value of
 * its field. One judge, {@link ClickRules}, decides on the values of both, and {@code
 * PlainRecordsTest} shows that both give it the same.
 *
 * <p>Details of rejections never quote the record.
 */
public final class JsonClickFormat implements ClickFormat {

  static final int MAX_DEPTH = 100;
  static final int MAX_NAME_LENGTH = 1_024;

  private static final long serialVersionUID = 1L;

  /**
   * Names are not interned: hostile ones would fill the JVM's table. Colliding ones are not
   * refused: which ones collide depends on what was read before. Texts and numbers are as long as
   * the record lets them be; those that are used are bounded in {@link FieldValues}.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final RecordShape shape;
  private final ClickRules rules;
  private final long maxRecordSize;
  private transient @Nullable FieldValues values;
  private transient @Nullable PlainValues plainValues;

  /**
   * Reads clicks as the settings say.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public JsonClickFormat(IngestSettings settings) {
    this(settings, Columns.BUILT_IN);
  }

  /**
   * Reads clicks for a table.
   *
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public JsonClickFormat(IngestSettings settings, Columns table) {
    this.shape = RecordShape.of(settings, ClickFields.of(table));
    this.rules = new ClickRules(shape, settings);
    this.maxRecordSize = settings.maxRecordSize();
  }

  @Override
  public Ingested parse(Origin origin, long recordTimestamp, long wallClock) {
    Ingested plain = parsePlain(origin, recordTimestamp, wallClock);
    return plain == null ? parseAny(origin, recordTimestamp, wallClock) : plain;
  }

  /** The verdict on a record that is certain at first sight, as on nearly all; or null. */
  @Nullable Ingested parsePlain(Origin origin, long recordTimestamp, long wallClock) {
    byte[] value = origin.value();
    if (value == null || value.length > maxRecordSize) {
      return null;
    }
    PlainValues found = plainValues();
    return found.read(value) ? rules.judge(found, origin, recordTimestamp, wallClock) : null;
  }

  /** The verdict on any record. */
  Ingested parseAny(Origin origin, long recordTimestamp, long wallClock) {
    byte[] value = origin.value();
    if (value == null) {
      return ClickRules.reject(RejectionReason.NOT_AN_OBJECT, "no value", origin);
    }
    if (value.length > maxRecordSize) {
      return ClickRules.reject(
          RejectionReason.TOO_LARGE,
          "%d bytes, at most %d allowed".formatted(value.length, maxRecordSize),
          origin);
    }
    int start = hasByteOrderMark(value) ? 3 : 0;
    Utf8.Content content = Utf8.of(value, start);
    if (content == Utf8.Content.MALFORMED) {
      return malformed("not UTF-8", origin);
    }
    FieldValues found = values();
    found.clear(content == Utf8.Content.ESCAPED);
    Ingested rejected;
    try (JsonParser json = JSON.createParser(value, start, value.length - start)) {
      rejected = read(json, origin, found);
    } catch (StreamConstraintsException e) {
      rejected =
          malformed(
              "deeper than %d levels, or a name longer than %d bytes"
                  .formatted(MAX_DEPTH, MAX_NAME_LENGTH),
              origin);
    } catch (JsonEOFException e) {
      rejected = malformed("ends too early", origin);
    } catch (JsonProcessingException e) {
      rejected = malformed("not JSON at byte " + e.getLocation().getByteOffset(), origin);
    } catch (IOException | RuntimeException e) {
      // No such case is known, but a record that stopped the job would do so after every restart.
      rejected = malformed("the parser failed with " + e.getClass().getName(), origin);
    }
    if (rejected != null) {
      return rejected;
    }
    found.read();
    return rules.judge(found, origin, recordTimestamp, wallClock);
  }

  @Override
  public boolean needsReceivedAt() {
    return shape.times().needReceivedAt();
  }

  @Override
  public List<FieldProblem> problems() {
    return values().named(shape.fields().all());
  }

  /** Reads the one object of a record; returns a rejection if it is something else. */
  private @Nullable Ingested read(JsonParser json, Origin origin, FieldValues found)
      throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      return malformed("empty", origin);
    }
    if (first == JsonToken.START_OBJECT) {
      readObject(json, shape.mapping().root(), found);
    } else {
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      return malformed("more than one value", origin);
    }
    return first == JsonToken.START_OBJECT
        ? null
        : ClickRules.reject(
            RejectionReason.NOT_AN_OBJECT, "expected an object, found " + words(first), origin);
  }

  private static void readObject(JsonParser json, FieldMapping.Node node, FieldValues found)
      throws IOException {
    String name = json.nextFieldName();
    while (name != null) {
      FieldMapping.Node child = node.child(name);
      JsonToken token = json.nextToken();
      if (child == null) {
        json.skipChildren();
      } else if (child.isValue()) {
        readValue(json, token, child.fields(), found);
      } else {
        // All of an earlier object of the same name is replaced, what this one lacks included.
        boolean isNothing =
            switch (token) {
              case START_OBJECT, VALUE_NULL -> true;
              case VALUE_STRING -> found.meansNothing(json.getText());
              case START_ARRAY -> skipEmpty(json);
              default -> false;
            };
        set(child.fields(), isNothing ? Form.ABSENT : Form.UNREACHABLE, "", found);
        if (token == JsonToken.START_OBJECT) {
          readObject(json, child, found);
        }
      }
      name = json.nextFieldName();
    }
  }

  private static void readValue(
      JsonParser json, JsonToken token, ClickField[] fields, FieldValues found) throws IOException {
    switch (token) {
      case VALUE_STRING -> set(fields, Form.TEXT, json.getText(), found);
      case VALUE_NUMBER_INT -> set(fields, Form.INTEGER, json.getText(), found);
      case VALUE_NUMBER_FLOAT -> set(fields, Form.DECIMAL, json.getText(), found);
      case VALUE_TRUE -> set(fields, Form.TRUE, "", found);
      case VALUE_FALSE -> set(fields, Form.FALSE, "", found);
      case START_OBJECT -> set(fields, skipEmpty(json) ? Form.ABSENT : Form.OBJECT, "", found);
      case START_ARRAY -> set(fields, skipEmpty(json) ? Form.ABSENT : Form.ARRAY, "", found);
      default -> set(fields, Form.ABSENT, "", found);
    }
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

  private static void set(ClickField[] fields, Form form, String text, FieldValues found) {
    for (ClickField field : fields) {
      found.set(field, form, text);
    }
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

  private static Ingested malformed(String detail, Origin origin) {
    return ClickRules.reject(RejectionReason.MALFORMED_JSON, detail, origin);
  }

  private static boolean hasByteOrderMark(byte[] value) {
    return value.length >= 3
        && value[0] == (byte) 0xEF
        && value[1] == (byte) 0xBB
        && value[2] == (byte) 0xBF;
  }

  private PlainValues plainValues() {
    PlainValues current = plainValues;
    if (current == null) {
      current = new PlainValues(shape);
      plainValues = current;
    }
    return current;
  }

  private FieldValues values() {
    FieldValues current = values;
    if (current == null) {
      current = new FieldValues(shape);
      values = current;
    }
    return current;
  }
}
