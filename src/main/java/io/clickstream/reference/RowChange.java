package io.clickstream.reference;

import io.clickstream.model.RejectionReason;
import io.clickstream.reference.JsonValue.Form;
import io.clickstream.reference.JsonValue.Members;
import io.clickstream.reference.JsonValue.Scalar;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The change of one row by one record: a new value, or a deletion.
 *
 * @param root the part of the record that paths from the root begin at
 * @param row the row; of one that is gone what is known of it, or null
 * @param isGone whether the row is deleted
 */
record RowChange(JsonValue root, @Nullable JsonValue row, boolean isGone) {

  /** The versions of the envelope that are known, as its schema calls them. */
  private static final Set<String> VERSIONS = Set.of("1", "2");

  /**
   * Reads the envelope of Debezium: {@code {before, after, source, op, ts_ms}}, alone or as the
   * {@code payload} beside its {@code schema}. Rows are objects; those of MongoDB are JSON in a
   * text.
   *
   * @param section the beginning of the keys of the settings, for remedies
   * @return the change; null if there is neither schema nor payload, which is a tombstone
   * @throws Unusable if it is no envelope, or one whose meaning is not known
   */
  static @Nullable RowChange ofDebezium(JsonValue value, String section) throws Unusable {
    JsonValue schema = value.member("schema");
    JsonValue payload = value.member("payload");
    JsonValue envelope = value;
    if (payload != null && (schema != null || payload.member("op") != null)) {
      checkVersion(schema);
      if (payload instanceof Scalar none && none.form() == Form.NULL) {
        return null;
      }
      envelope = payload;
    }
    if (!(envelope instanceof Members)) {
      throw new Unusable(
          RejectionReason.NOT_AN_OBJECT, "payload: expected an object with before, after and op");
    }
    JsonValue op = envelope.member("op");
    if (!(op instanceof Scalar scalar) || scalar.form() != Form.TEXT) {
      throw Unusable.missing(
          op != null
              ? "op: expected one of c, r, u and d, found no text"
              : "value: expected the envelope of Debezium, found no op in it; for rows that are"
                  + " unwrapped set "
                  + section
                  + ".format to json");
    }
    return switch (scalar.text()) {
      case "c", "r", "u" -> new RowChange(envelope, after(envelope), false);
      case "d" -> new RowChange(envelope, before(envelope), true);
      case "t" ->
          throw Unusable.invalid(
              "op: t empties the table, which is not followed; delete its rows instead, each with"
                  + " op d, or skip it in the connector: skipped.operations=t");
      default -> throw Unusable.invalid("op: expected one of c, r, u and d, found another one");
    };
  }

  private static void checkVersion(@Nullable JsonValue schema) throws Unusable {
    if (schema != null
        && schema.member("name") instanceof Scalar name
        && name.text().endsWith(".Envelope")
        && schema.member("version") instanceof Scalar version
        && !VERSIONS.contains(version.text())) {
      throw Unusable.invalid("schema: expected version 1 or 2 of the envelope, found another one");
    }
  }

  private static JsonValue after(JsonValue envelope) throws Unusable {
    JsonValue after = row(envelope, "after");
    if (after == null) {
      throw Unusable.missing("after: missing; expected the row as it is now, as the op says");
    }
    return after;
  }

  /** The former value of a deleted row; the key alone names it if this cannot be read. */
  private static @Nullable JsonValue before(JsonValue envelope) {
    try {
      return row(envelope, "before");
    } catch (Unusable e) {
      return null;
    }
  }

  /** One of the two rows, or null if it is not there. */
  private static @Nullable JsonValue row(JsonValue envelope, String name) throws Unusable {
    JsonValue row = envelope.member(name);
    if (row instanceof Scalar text && text.form() == Form.TEXT) {
      try {
        row = JsonValue.read(text.text());
      } catch (IOException e) {
        throw Unusable.invalid(name + ": expected an object, found a text that is no JSON");
      }
    }
    if (row == null || row.isEmpty()) {
      return null;
    }
    if (!(row instanceof Members)) {
      throw Unusable.invalid(name + ": expected an object");
    }
    return row;
  }
}
