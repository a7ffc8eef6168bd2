package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Reading;
import io.clickstream.ingest.RecordShape;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.IdText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts of clicks that are not in their records: constants, and our names for types that conditions
 * make. They continue the record's value, as {@link ClickTexts#inValue} wants it.
 */
final class OwnTexts {

  private final byte[] constants;

  /** By constant: the text's index, and where its bytes start and end. */
  private final int[] bounds;

  /** By kind: our name for it. */
  private final byte[][] names = new byte[EventKind.values().length][];

  private final int longest;
  private final @Nullable EventKind kindOfConstant;

  OwnTexts(RecordShape shape) {
    List<ClickField> fields = shape.mapping().constants();
    this.bounds = new int[3 * fields.size()];
    byte[] all = {};
    for (int i = 0; i < fields.size(); i++) {
      ClickField field = fields.get(i);
      String text = String.valueOf(shape.mapping().constant(field));
      byte[] more = with(all, bytes(field.reading() == Reading.ID ? IdText.of(text) : text));
      bounds[3 * i] = field.text();
      bounds[3 * i + 1] = all.length;
      bounds[3 * i + 2] = more.length;
      all = more;
    }
    this.constants = all;
    int longestName = 0;
    for (EventKind kind : EventKind.values()) {
      names[kind.ordinal()] = bytes(kind.text());
      longestName = Math.max(longestName, names[kind.ordinal()].length);
    }
    this.longest = all.length + (shape.eventTypes().byCondition().isEmpty() ? 0 : longestName);
    String type = shape.mapping().constant(ClickField.EVENT_TYPE);
    this.kindOfConstant = type == null ? null : shape.eventTypes().kind(type);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Some bytes and others behind them. */
  static byte[] with(byte @Nullable [] bytes, byte[] more) {
    if (bytes == null) {
      return more;
    }
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, all, bytes.length, more.length);
    return all;
  }

  /** How many bytes continue a value at most. */
  int longest() {
    return longest;
  }

  /** The bytes of all constants, or null if there are none; not to be modified. */
  byte @Nullable [] constants() {
    return bounds.length == 0 ? null : constants;
  }

  /** How many these are. */
  int constantsLength() {
    return constants.length;
  }

  /** Our name for a kind; not to be modified. */
  byte[] nameOf(EventKind kind) {
    return names[kind.ordinal()];
  }

  /** Adds the places of all constants to those of a record's texts. */
  void addConstants(int[] slices, int valueLength) {
    for (int i = 0; i < bounds.length; i += 3) {
      slices[bounds[i]] =
          ClickTexts.slice(valueLength + bounds[i + 1], bounds[i + 2] - bounds[i + 1]);
    }
  }

  /** The text at a place behind the value. */
  String text(byte @Nullable [] extra, int slice, int valueLength) {
    return new String(
        extra == null ? constants : extra,
        ClickTexts.start(slice) - valueLength,
        ClickTexts.length(slice),
        StandardCharsets.UTF_8);
  }

  /** The kind that a type means which every record has, or null if there is none. */
  @Nullable EventKind kindOfConstant() {
    return kindOfConstant;
  }
}
