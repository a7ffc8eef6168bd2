package io.clickstream.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.model.IdText;
import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.JsonValue.Members;
import io.clickstream.reference.JsonValue.MoreFollowsException;
import io.clickstream.reference.PathReader.Found;
import io.clickstream.reference.ReferenceShape.Field;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of {@code user-profiles} and {@code product-catalog}; whatever the bytes, it
 * answers with an update or a rejection and never throws.
 *
 * <p>The record key names the profile or product, since deletion and compaction go by it: a record
 * without value deletes what its key names, and a value whose own id differs from the key is
 * rejected. Without a key the value's id serves. {@link ReferenceKey} says what a key names. The
 * envelope of Debezium deletes as well, by its {@code op}.
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

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Debezium's placeholder for a large column that a change does not contain. */
  private static final String UNAVAILABLE = "__debezium_unavailable_value";

  private final long maxRecordSize;
  private final PathReader paths;
  private final Topic profiles;
  private final Topic products;

  /** How the records of a topic look, and what their keys name. */
  private record Topic(ReferenceShape shape, ReferenceKey key) {}

  /**
   * Reads records of the shape that the settings describe.
   *
   * @param missing the texts that mean nothing
   * @param maxRecordSize bytes of a value beyond which it is rejected
   */
  public ReferenceFormat(EnrichmentSettings settings, MissingWords missing, long maxRecordSize) {
    this.maxRecordSize = maxRecordSize;
    this.paths = new PathReader(missing);
    this.profiles = topic(ReferenceShape.ofProfiles(settings), missing);
    this.products = topic(ReferenceShape.ofProducts(settings), missing);
  }

  private Topic topic(ReferenceShape shape, MissingWords missing) {
    return new Topic(shape, new ReferenceKey(shape, paths, missing));
  }

  /**
   * Reads one record.
   *
   * @param kind PROFILE or PRODUCT
   * @param snapshot whether the bounded read delivers it
   */
  public ReferenceRecord read(Kind kind, Origin origin, boolean snapshot) {
    Topic topic = kind == Kind.PROFILE ? profiles : products;
    try {
      RowChange change = origin.value() == null ? null : change(topic.shape, origin.value());
      return change == null || change.isGone()
          ? ReferenceRecord.of(deletion(topic, origin, change, snapshot))
          : update(topic, origin, change, snapshot);
    } catch (Unusable e) {
      return ReferenceRecord.of(new Rejection(e.reason(), e.detail(), origin));
    }
  }

  /** The change that a value describes; null if it is written as one and is none. */
  private @Nullable RowChange change(ReferenceShape shape, byte[] bytes) throws Unusable {
    JsonValue value = json(bytes);
    return shape.encoding() == ReferenceEncoding.DEBEZIUM
        ? RowChange.ofDebezium(value, shape.section())
        : new RowChange(value, value, false);
  }

  private ReferenceUpdate deletion(
      Topic topic, Origin origin, @Nullable RowChange change, boolean snapshot) throws Unusable {
    ReferenceShape shape = topic.shape;
    String key = topic.key.id(origin.key(), ", so the record deletes nothing");
    JsonValue row = change == null ? null : change.row();
    Found before =
        change == null || row == null
            ? null
            : paths.id(shape.id().label(), shape.id().paths(), change.root(), row);
    String id = key != null || before == null ? key : readable(before);
    if (id == null) {
      throw Unusable.missing(noId(shape, origin, change));
    }
    return gone(shape.kind(), id, origin, snapshot);
  }

  private static String noId(ReferenceShape shape, Origin origin, @Nullable RowChange change) {
    if (shape.encoding() != ReferenceEncoding.DEBEZIUM) {
      return "key: a record without value deletes what its key names";
    }
    String id = shape.id().label();
    return change != null
        ? "%s: missing in the key and in before, so the record deletes nothing".formatted(id)
        : origin.key() == null
            ? "key: missing, so the record deletes nothing"
            : ("key: names no %s, so the record deletes nothing; the record with op d before it does"
                    + " if its row has the id; else set %s.key to the path to it in the key")
                .formatted(id, shape.section());
  }

  private ReferenceRecord update(Topic topic, Origin origin, RowChange change, boolean snapshot)
      throws Unusable {
    ReferenceShape shape = topic.shape;
    JsonValue root = change.root();
    JsonValue row = change.row() == null ? root : change.row();
    Found found = paths.id(shape.id().label(), shape.id().paths(), root, row);
    List<Found> columns =
        shape.columns().stream().map(column -> column(column, shape, root, row)).toList();
    if (found.text() == null && columns.stream().allMatch(column -> column.text() == null)) {
      refuseEnvelope(shape, root);
    }
    String key = topic.key.id(origin.key(), "");
    String id = readable(found);
    if (id == null) {
      id = key;
    } else if (key != null && !key.equals(id)) {
      throw Unusable.invalid(shape.id().label() + ": differs from the key of the record");
    }
    if (id == null) {
      throw Unusable.missing(shape.id().label() + ": missing, and no key either");
    }
    checkColumns(shape, columns);
    Set<String> problems = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).problem() != null) {
        problems.add(shape.columns().get(i).name());
      }
    }
    return ReferenceRecord.of(known(shape.kind(), id, columns, origin, snapshot), problems);
  }

  private Found column(Field column, ReferenceShape shape, JsonValue root, JsonValue row) {
    Found found = paths.column(column.label(), column.paths(), root, row);
    return shape.encoding() == ReferenceEncoding.DEBEZIUM && UNAVAILABLE.equals(found.text())
        ? new Found(
            true,
            null,
            Unusable.invalid(
                column.label()
                    + ": the change does not contain it; set REPLICA IDENTITY FULL on the table"))
        : found;
  }

  private static ReferenceUpdate gone(Kind kind, String id, Origin origin, boolean snapshot) {
    return kind == Kind.PROFILE
        ? ReferenceUpdate.ofProfile(id, null, origin.partition(), origin.offset(), snapshot)
        : ReferenceUpdate.ofProduct(id, null, origin.partition(), origin.offset(), snapshot);
  }

  private static ReferenceUpdate known(
      Kind kind, String id, List<Found> columns, Origin origin, boolean snapshot) {
    String first = columns.get(0).text();
    String second = columns.get(1).text();
    return kind == Kind.PROFILE
        ? ReferenceUpdate.ofProfile(
            id, new UserProfile(first, second), origin.partition(), origin.offset(), snapshot)
        : ReferenceUpdate.ofProduct(
            id, new Product(first, second), origin.partition(), origin.offset(), snapshot);
  }

  /** What wraps a row is called by its name, or its columns would be looked for in vain. */
  private static void refuseEnvelope(ReferenceShape shape, JsonValue value) throws Unusable {
    if (shape.encoding() == ReferenceEncoding.DEBEZIUM) {
      return;
    }
    JsonValue inner = ReferenceKey.withoutSchema(value);
    boolean isChange =
        inner.member("op") != null
            && (inner.member("before") != null || inner.member("after") != null);
    if (isChange) {
      throw Unusable.missing(
          ("value: looks like a Debezium envelope: before, after, op; set %s.format to debezium,"
                  + " or unwrap it with the ExtractNewRecordState transform")
              .formatted(shape.section()));
    }
    if (inner != value) {
      throw Unusable.missing(
          ("value: looks like an envelope of Kafka Connect: schema, payload; map %s.fields to"
                  + " paths such as payload.%s, or set value.converter.schemas.enable to false")
              .formatted(shape.section(), shape.id().name()));
    }
  }

  /** Whether the value says anything of what the columns are for, be it that there is nothing. */
  private static void checkColumns(ReferenceShape shape, List<Found> columns) throws Unusable {
    if (columns.stream().noneMatch(Found::isThere)) {
      throw Unusable.missing(
          "value: expected %s, found none of them"
              .formatted(
                  shape.columns().stream().map(Field::label).collect(Collectors.joining(" or "))));
    }
    if (columns.stream().allMatch(column -> column.text() == null)) {
      for (Found column : columns) {
        readable(column);
      }
    }
  }

  private static @Nullable String readable(Found found) throws Unusable {
    if (found.problem() != null) {
      throw found.problem();
    }
    return found.text();
  }

  private JsonValue json(byte[] value) throws Unusable {
    if (value.length > maxRecordSize) {
      throw new Unusable(
          RejectionReason.TOO_LARGE,
          "value: " + value.length + " bytes, at most " + maxRecordSize + " are read");
    }
    String text;
    try {
      text = Utf8Text.of(value);
    } catch (CharacterCodingException e) {
      throw malformed("not UTF-8");
    }
    JsonValue json;
    try {
      json = JsonValue.read(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (StreamConstraintsException e) {
      throw malformed("nested too deep, or a name or number too long");
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
      throw malformed("not JSON at char " + at);
    } catch (MoreFollowsException e) {
      throw malformed("more follows the object");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
    if (!(json instanceof Members)) {
      throw new Unusable(
          RejectionReason.NOT_AN_OBJECT,
          json == null ? "value: empty" : "value: not a JSON object");
    }
    return json;
  }

  private static Unusable malformed(String detail) {
    return new Unusable(RejectionReason.MALFORMED_JSON, "value: " + detail);
  }
}
