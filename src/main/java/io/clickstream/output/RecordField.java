package io.clickstream.output;

import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A field of the record of a session: a column, or an object of columns.
 *
 * @param name in the record
 * @param isObject whether the columns are in an object of this name
 * @param columns the one, or those of the object
 */
record RecordField(String name, boolean isObject, List<Column> columns) {

  /** The fields of the records of a table, in the order in which it has them. */
  static List<RecordField> of(Columns table) {
    Map<String, List<Column>> fields = new LinkedHashMap<>();
    for (Column column : table.all()) {
      String object = column.object();
      fields
          .computeIfAbsent(object == null ? column.name() : object, name -> new ArrayList<>())
          .add(column);
    }
    return fields.entrySet().stream()
        .map(
            field ->
                new RecordField(
                    field.getKey(),
                    field.getValue().get(0).object() != null,
                    List.copyOf(field.getValue())))
        .toList();
  }

  /** Whether a retraction has it, too. */
  boolean isFrame() {
    return !isObject && columns.get(0).isFrame();
  }

  /** Whether a session may be without it. An object is always there. */
  boolean isNullable() {
    return !isObject && columns.get(0).nullable();
  }
}
