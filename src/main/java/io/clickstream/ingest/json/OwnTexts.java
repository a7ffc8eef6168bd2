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
 * Texts of clicks that do not stand in their records: constants, and our names for types that
 * conditions make. They continue the record's value, as {@link ClickTexts#inValue} wants it.
 */
final class OwnTexts {

  private final byte[] constants;

  /** By constant: the text's index, and where its bytes start and end. */
  private final int[] bounds;

  /** By kind: the constants and behind them our name for it. */
  private final byte[][] named = new byte[EventKind.values().length][];

  private final int longest;
  private final @Nullable EventKind kindOfConstant;

  OwnTexts(RecordShape shape) {
    List<ClickField> fields = shape.mapping().constants();
    this.bounds = new int[3 * fields.size()];
    byte[] all = {};
    for (int i = 0; i < fields.size(); i++) {
      ClickField field = fields.get(i);
      String text = String.valueOf(shape.mapping().constant(field));
      byte[] more = with(all, field.reading() == Reading.ID ? IdText.of(text) : text);
      bounds[3 * i] = field.text();
      bounds[3 * i + 1] = all.length;
      bounds[3 * i + 2] = more.length;
      all = more;
    }
    this.constants = all;
    int most = all.length;
    for (EventKind kind : EventKind.values()) {
      named[kind.ordinal()] = with(all, kind.text());
      most =
          shape.eventTypes().byCondition().isEmpty()
              ? most
              : Math.max(most, named[kind.ordinal()].length);
    }
    this.longest = most;
    String type = shape.mapping().constant(ClickField.EVENT_TYPE);
    this.kindOfConstant = type == null ? null : shape.eventTypes().kind(type);
  }

  private static byte[] with(byte[] bytes, String text) {
    byte[] more = text.getBytes(StandardCharsets.UTF_8);
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

  /** The same, and our name for a kind behind them. */
  byte[] constantsAnd(EventKind kind) {
    return named[kind.ordinal()];
  }

  /** Adds the places of all constants to those of a record's texts. */
  void addConstants(int[] slices, int valueLength) {
    for (int i = 0; i < bounds.length; i += 3) {
      slices[bounds[i]] =
          ClickTexts.slice(valueLength + bounds[i + 1], bounds[i + 2] - bounds[i + 1]);
    }
  }

  /** The place of our name for a kind. */
  int sliceOf(EventKind kind, int valueLength) {
    int length = constantsAnd(kind).length - constants.length;
    return ClickTexts.slice(valueLength + constants.length, length);
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
