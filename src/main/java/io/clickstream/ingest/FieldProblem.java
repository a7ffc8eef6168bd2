package io.clickstream.ingest;

import io.clickstream.columns.ClickField;

/**
 * Why a click is without a field of its record, or has a mended one; nothing of it is from the
 * record.
 *
 * @param field the field
 * @param label how messages call it, with the path that it is mapped to
 * @param expected what it should be
 * @param found what it is instead
 */
public record FieldProblem(ClickField field, String label, String expected, String found) {

  @Override
  public String toString() {
    return "%s: expected %s, found %s".formatted(label, expected, found);
  }
}
