package io.clickstream.reference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.config.MissingWords;
import io.clickstream.model.IdText;
import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Surrogates;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of {@code user-profiles} and {@code product-catalog}; whatever the bytes, it
 * answers with an update or a rejection and never throws.
 *
 * <p>The record key names the profile or product, since deletion and compaction go by it alone: a
 * record without value deletes what its key names, and a value whose own id differs from the key is
 * rejected. Without a key the value's id serves. A key that is JSON names nothing: it is rejected,
 * as no click has such an id.
 *
 * <p>Ids and columns are read as those of clicks are, or they would never meet: texts or numbers,
 * numbers as they are written, without surrounding white space; an id as {@link IdText} says; and
 * null for all that means nothing, the {@link MissingWords} among it. Unknown fields are ignored.
 *
 * <p>A column that cannot be read is left out, or mended, if another one has a value; otherwise the
 * record is rejected. So is one without any of the columns, not even one that is null: it is of
 * another shape, and would make everything that it names known, with nothing to say about it.
 */
public final class ReferenceFormat {

  /** Chars of an id or a column; all of them lie in memory on every subtask. */
  static final int MAX_TEXT = 1024;

  /** Without a table of field names, which strangers could fill. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final MissingWords MISSING = MissingWords.DEFAULT;
  private static final Layout PROFILE = new Layout("user_id", List.of("segment", "tier"));
  private static final Layout PRODUCT = new Layout("product_id", List.of("category", "brand"));

  private static final String DEBEZIUM =
      "value: looks like a Debezium envelope: before, after, op; unwrap it with the"
          + " ExtractNewRecordState transform";

  private static final String CONNECT =
      "value: looks like an envelope of Kafka Connect: schema, payload; set"
          + " value.converter.schemas.enable to false";

  /** Names by which others wrap a row. */
  private static final Set<String> ENVELOPES = Set.of("before", "after", "op", "schema", "payload");

  private final long maxRecordSize;

  /** How the id and the columns are called. */
  private record Layout(String id, List<String> columns) {

    static Layout of(Kind kind) {
      return kind == Kind.PROFILE ? PROFILE : PRODUCT;
    }
  }

  /** What a value says. */
  private static final class Fields {

    private final Map<String, String> texts = new HashMap<>();

    /** Names of the value that are ours or tell of an envelope. */
    private final Set<String> names = new HashSet<>();

    /** Columns that could not be read as they are. */
    private final Set<String> problems = new HashSet<>();

    /** Why there is no text of an id or a column that is there. */
    private final Map<String, Unusable> invalid = new HashMap<>();
  }

  /** A format that rejects values of more bytes than {@code maxRecordSize}. */
  public ReferenceFormat(long maxRecordSize) {
    this.maxRecordSize = maxRecordSize;
  }

  /**
   * Reads one record.
   *
   * @param kind PROFILE or PRODUCT
   * @param snapshot whether the bounded read delivers it
   */
  public ReferenceRecord read(Kind kind, Origin origin, boolean snapshot) {
    try {
      return origin.value() == null
          ? ReferenceRecord.of(deletion(kind, origin, snapshot))
          : update(kind, origin, origin.value(), snapshot);
    } catch (Unusable e) {
      return ReferenceRecord.of(new Rejection(e.reason, e.detail, origin));
    }
  }

  private static ReferenceUpdate deletion(Kind kind, Origin origin, boolean snapshot)
      throws Unusable {
    String key = key(origin.key(), Layout.of(kind), ", so the record deletes nothing");
    if (key == null) {
      throw new Unusable(
          RejectionReason.FIELD_MISSING, "key: a record without value deletes what its key names");
    }
    return kind == Kind.PROFILE
        ? ReferenceUpdate.ofProfile(key, null, origin.partition(), origin.offset(), snapshot)
        : ReferenceUpdate.ofProduct(key, null, origin.partition(), origin.offset(), snapshot);
  }

  private ReferenceRecord update(Kind kind, Origin origin, byte[] value, boolean snapshot)
      throws Unusable {
    Layout layout = Layout.of(kind);
    Fields fields = fields(value, layout);
    refuseEnvelope(fields);
    String key = key(origin.key(), layout, "");
    refuse(fields.invalid.get(layout.id));
    String id = fields.texts.get(layout.id);
    if (id == null) {
      id = key;
    } else if (key != null && !key.equals(id)) {
      throw new Unusable(
          RejectionReason.FIELD_INVALID, layout.id + ": differs from the key of the record");
    }
    if (id == null) {
      throw new Unusable(RejectionReason.FIELD_MISSING, layout.id + ": missing, and no key either");
    }
    checkColumns(fields, layout);
    String first = fields.texts.get(layout.columns.get(0));
    String second = fields.texts.get(layout.columns.get(1));
    ReferenceUpdate update =
        kind == Kind.PROFILE
            ? ReferenceUpdate.ofProfile(
                id, new UserProfile(first, second), origin.partition(), origin.offset(), snapshot)
            : ReferenceUpdate.ofProduct(
                id, new Product(first, second), origin.partition(), origin.offset(), snapshot);
    return ReferenceRecord.of(update, fields.problems);
  }

  /** What wraps a row is called by its name, or its columns would be looked for in vain. */
  private static void refuseEnvelope(Fields fields) throws Unusable {
    Set<String> names = fields.names;
    boolean isChange =
        names.contains("op") && (names.contains("before") || names.contains("after"));
    boolean hasSchema = names.contains("schema") && names.contains("payload");
    if (fields.texts.isEmpty() && (isChange || hasSchema)) {
      throw new Unusable(RejectionReason.FIELD_MISSING, isChange ? DEBEZIUM : CONNECT);
    }
  }

  /** Whether the value says anything of what the columns are for, be it that there is nothing. */
  private static void checkColumns(Fields fields, Layout layout) throws Unusable {
    boolean isThere = false;
    boolean hasValue = false;
    Unusable invalid = null;
    for (String column : layout.columns) {
      isThere |= fields.names.contains(column);
      hasValue |= fields.texts.containsKey(column);
      invalid = invalid == null ? fields.invalid.get(column) : invalid;
    }
    if (!isThere) {
      throw new Unusable(
          RejectionReason.FIELD_MISSING,
          "value: expected %s, found none of them".formatted(String.join(" or ", layout.columns)));
    }
    if (!hasValue) {
      refuse(invalid);
    }
  }

  private static void refuse(@Nullable Unusable problem) throws Unusable {
    if (problem != null) {
      throw problem;
    }
  }

  /**
   * What the key names, or null.
   *
   * @param consequence what follows if it is no id
   */
  private static @Nullable String key(byte @Nullable [] bytes, Layout layout, String consequence)
      throws Unusable {
    if (bytes == null) {
      return null;
    }
    String key;
    try {
      key = decode(bytes);
    } catch (CharacterCodingException e) {
      throw new Unusable(RejectionReason.FIELD_INVALID, "key: not UTF-8");
    }
    String form = jsonForm(key);
    if (form != null) {
      throw new Unusable(
          RejectionReason.FIELD_INVALID,
          ("key: %s%s; expected the %s alone, as ExtractField$Key and StringConverter of Kafka"
                  + " Connect write it")
              .formatted(form, consequence, layout.id));
    }
    return id(key, "key");
  }

  /** What a key is, if it is JSON that no id is: such are the keys of connectors. */
  private static @Nullable String jsonForm(String key) {
    if (key.isEmpty() || "{[\"".indexOf(key.charAt(0)) < 0) {
      return null;
    }
    try (JsonParser json = JSON.createParser(key)) {
      JsonToken first = json.nextToken();
      json.skipChildren();
      return json.nextToken() != null
          ? null
          : switch (first) {
            case START_OBJECT -> "a JSON object";
            case START_ARRAY -> "a JSON array";
            default -> "a text in quotes";
          };
    } catch (IOException e) {
      return null; // a text that only begins like JSON
    }
  }

  private Fields fields(byte[] value, Layout layout) throws Unusable {
    if (value.length > maxRecordSize) {
      throw new Unusable(
          RejectionReason.TOO_LARGE,
          "value: " + value.length + " bytes, at most " + maxRecordSize + " are read");
    }
    String text;
    try {
      text = decode(value);
    } catch (CharacterCodingException e) {
      throw new Unusable(RejectionReason.MALFORMED_JSON, "value: not UTF-8");
    }
    String body = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    try (JsonParser json = JSON.createParser(body)) {
      return fields(json, layout);
    } catch (StreamConstraintsException e) {
      throw new Unusable(
          RejectionReason.MALFORMED_JSON, "value: nested too deep, or a name or number too long");
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
      throw new Unusable(RejectionReason.MALFORMED_JSON, "value: not JSON at char " + at);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static Fields fields(JsonParser json, Layout layout) throws IOException, Unusable {
    JsonToken first = json.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new Unusable(
          RejectionReason.NOT_AN_OBJECT,
          first == null ? "value: empty" : "value: not a JSON object");
    }
    Fields fields = new Fields();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      boolean isColumn = layout.columns.contains(name);
      if (isColumn || name.equals(layout.id)) {
        // Of several values the last one counts.
        fields.names.add(name);
        fields.texts.remove(name);
        fields.problems.remove(name);
        fields.invalid.remove(name);
        try {
          String written = written(json, name);
          String text = isColumn ? column(written, name, fields) : id(written, name);
          if (text != null) {
            fields.texts.put(name, text);
          }
        } catch (Unusable e) {
          fields.problems.add(name);
          fields.invalid.put(name, e);
        }
      } else {
        if (ENVELOPES.contains(name)) {
          fields.names.add(name);
        }
        json.skipChildren();
      }
    }
    // Only now, because a value that is no JSON at all says more than a field of the wrong type.
    if (json.nextToken() != null) {
      throw new Unusable(RejectionReason.MALFORMED_JSON, "value: more follows the object");
    }
    return fields;
  }

  /** The text or number that comes next, all of which is read; null for nothing. */
  private static @Nullable String written(JsonParser json, String name)
      throws IOException, Unusable {
    return switch (json.currentToken()) {
      case VALUE_NULL, VALUE_FALSE -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> json.getText();
      default -> {
        boolean isEmpty = json.currentToken() != JsonToken.VALUE_TRUE && skipEmpty(json);
        if (!isEmpty) {
          throw new Unusable(RejectionReason.FIELD_INVALID, name + ": expected a text or a number");
        }
        yield null;
      }
    };
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

  private static @Nullable String id(@Nullable String written, String name) throws Unusable {
    String text = something(written, name);
    if (text != null && isBroken(text)) {
      throw new Unusable(RejectionReason.FIELD_INVALID, name + ": half a surrogate pair");
    }
    return text == null ? null : IdText.of(text);
  }

  private static @Nullable String column(@Nullable String written, String name, Fields fields)
      throws Unusable {
    String text = something(written, name);
    if (text != null && isBroken(text)) {
      fields.problems.add(name);
      return Surrogates.mended(text);
    }
    return text;
  }

  private static @Nullable String something(@Nullable String written, String name) throws Unusable {
    String text = written == null ? "" : written.strip();
    if (MISSING.meanNothing(text)) {
      return null;
    }
    if (text.length() > MAX_TEXT) {
      throw new Unusable(
          RejectionReason.FIELD_INVALID, name + ": longer than " + MAX_TEXT + " characters");
    }
    return text;
  }

  private static boolean isBroken(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes))
        .toString();
  }

  /** Why a record is of no use; without a stack trace, because bad records may come in masses. */
  private static final class Unusable extends Exception {

    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final String detail;

    Unusable(RejectionReason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
      this.detail = detail;
    }
  }
}
