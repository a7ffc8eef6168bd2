package io.clickstream.enrich;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.enrich.ReferenceUpdate.Kind;
import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of {@code user-profiles} and {@code product-catalog}; whatever the bytes, it
 * answers with an update or a rejection and never throws.
 *
 * <p>The record key names the profile or product, since deletion and compaction go by it alone: a
 * record without value deletes what its key names, and a value whose own id differs from the key is
 * rejected. Without a key the value's id serves.
 *
 * <p>Ids and columns are read as those of clicks are, or they would never meet: texts or numbers,
 * numbers as they are written, without surrounding white space, null if blank. An id that says
 * {@code null}, {@code undefined} or {@code (null)} is missing. Unknown fields are ignored.
 */
public final class ReferenceFormat {

  /** Chars of an id or a column; all of them lie in memory on every subtask. */
  static final int MAX_TEXT = 1024;

  /** Without a table of field names, which strangers could fill. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Set<String> MISSING = Set.of("null", "undefined", "(null)");
  private static final Set<String> PROFILE_FIELDS = Set.of("user_id", "segment", "tier");
  private static final Set<String> PRODUCT_FIELDS = Set.of("product_id", "category", "brand");

  private final long maxRecordSize;

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
      return ReferenceRecord.of(update(kind, origin, snapshot));
    } catch (Unusable e) {
      return ReferenceRecord.of(new Rejection(e.reason, e.detail, origin));
    }
  }

  private ReferenceUpdate update(Kind kind, Origin origin, boolean snapshot) throws Unusable {
    boolean profile = kind == Kind.PROFILE;
    String idField = profile ? "user_id" : "product_id";
    String key = key(origin.key());
    if (origin.value() == null) {
      if (key == null) {
        throw new Unusable(
            RejectionReason.FIELD_MISSING,
            "key: a record without value deletes what its key names");
      }
      return profile
          ? ReferenceUpdate.ofProfile(key, null, origin.partition(), origin.offset(), snapshot)
          : ReferenceUpdate.ofProduct(key, null, origin.partition(), origin.offset(), snapshot);
    }
    Map<String, String> fields = fields(origin.value(), profile ? PROFILE_FIELDS : PRODUCT_FIELDS);
    String id = present(fields.get(idField));
    if (id == null) {
      id = key;
    } else if (key != null && !key.equals(id)) {
      throw new Unusable(
          RejectionReason.FIELD_INVALID, idField + ": differs from the key of the record");
    }
    if (id == null) {
      throw new Unusable(RejectionReason.FIELD_MISSING, idField + ": missing, and no key either");
    }
    return profile
        ? ReferenceUpdate.ofProfile(
            id,
            new UserProfile(fields.get("segment"), fields.get("tier")),
            origin.partition(),
            origin.offset(),
            snapshot)
        : ReferenceUpdate.ofProduct(
            id,
            new Product(fields.get("category"), fields.get("brand")),
            origin.partition(),
            origin.offset(),
            snapshot);
  }

  private static @Nullable String key(byte @Nullable [] bytes) throws Unusable {
    if (bytes == null) {
      return null;
    }
    String key;
    try {
      key = decode(bytes);
    } catch (CharacterCodingException e) {
      throw new Unusable(RejectionReason.FIELD_INVALID, "key: not UTF-8");
    }
    return present(text("key", key));
  }

  private Map<String, String> fields(byte[] value, Set<String> wanted) throws Unusable {
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
      return fields(json, wanted);
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

  private static Map<String, String> fields(JsonParser json, Set<String> wanted)
      throws IOException, Unusable {
    JsonToken first = json.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new Unusable(
          RejectionReason.NOT_AN_OBJECT,
          first == null ? "value: empty" : "value: not a JSON object");
    }
    Map<String, String> fields = new HashMap<>();
    Unusable invalid = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (!wanted.contains(name)) {
        json.skipChildren();
        continue;
      }
      try {
        String column = column(json, name);
        if (column == null) {
          fields.remove(name);
        } else {
          fields.put(name, column);
        }
      } catch (Unusable e) {
        invalid = invalid == null ? e : invalid;
        json.skipChildren();
      }
    }
    // Only now, because a value that is no JSON at all says more than a field of the wrong type.
    if (json.nextToken() != null) {
      throw new Unusable(RejectionReason.MALFORMED_JSON, "value: more follows the object");
    }
    if (invalid != null) {
      throw invalid;
    }
    return fields;
  }

  private static @Nullable String column(JsonParser json, String name)
      throws IOException, Unusable {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> text(name, json.getText());
      default ->
          throw new Unusable(RejectionReason.FIELD_INVALID, name + ": expected a text or a number");
    };
  }

  private static @Nullable String text(String name, String raw) throws Unusable {
    String text = raw.strip();
    if (text.isEmpty()) {
      return null;
    }
    if (text.length() > MAX_TEXT) {
      throw new Unusable(
          RejectionReason.FIELD_INVALID, name + ": longer than " + MAX_TEXT + " characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new Unusable(RejectionReason.FIELD_INVALID, name + ": half a surrogate pair");
    }
    return text;
  }

  private static @Nullable String present(@Nullable String id) {
    return id == null || MISSING.contains(id) ? null : id;
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
