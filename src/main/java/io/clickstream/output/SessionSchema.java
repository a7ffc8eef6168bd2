package io.clickstream.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The JSON Schema of the records of {@code enriched-sessions}, draft 2020-12: every column of the
 * table with its type and meaning; in a retraction all columns but those of the frame are null. The
 * columns that settings define are in the objects {@code fields} and {@code goals}. A record may
 * have other fields, as a later release may write more.
 */
public final class SessionSchema {

  private static final String DECIMAL = "^-?[0-9]+(\\.[0-9]+)?$";

  private final JsonGenerator json;

  private SessionSchema(JsonGenerator json) {
    this.json = json;
  }

  /** The schema of the columns of a table, indented. */
  public static String json(Columns columns) {
    StringWriter text = new StringWriter();
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(lines);
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(printer);
      new SessionSchema(json).write(columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private void write(Columns columns) throws IOException {
    json.writeStartObject();
    json.writeStringField("$schema", "https://json-schema.org/draft/2020-12/schema");
    json.writeStringField("title", "A revision of a session, or its retraction");
    json.writeStringField("type", "object");
    List<RecordField> fields = RecordField.of(columns);
    names("required", fields.stream().map(RecordField::name).toList());
    json.writeObjectFieldStart("properties");
    for (RecordField field : fields) {
      json.writeObjectFieldStart(field.name());
      if (field.isObject()) {
        object(field);
      } else {
        Column column = field.columns().get(0);
        column(column, column.nullable() || !column.isFrame());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    writeRetraction(fields);
    json.writeEndObject();
  }

  /** Null in a retraction. */
  private void object(RecordField field) throws IOException {
    json.writeStringField(
        "description", "By your definitions: session.%s.".formatted(field.name()));
    type("object", true);
    names("required", field.columns().stream().map(Column::key).toList());
    json.writeObjectFieldStart("properties");
    for (Column column : field.columns()) {
      json.writeObjectFieldStart(column.key());
      column(column, column.nullable());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The schema of a column depends on whether the session exists. */
  private void writeRetraction(List<RecordField> fields) throws IOException {
    json.writeObjectFieldStart("if");
    names(
        "required",
        fields.stream().map(RecordField::name).filter(name -> name.equals("is_deleted")).toList());
    json.writeObjectFieldStart("properties");
    json.writeObjectFieldStart("is_deleted");
    json.writeBooleanField("const", true);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectFieldStart("then");
    json.writeObjectFieldStart("properties");
    for (RecordField field : fields) {
      if (!field.isFrame()) {
        json.writeObjectFieldStart(field.name());
        json.writeStringField("type", "null");
        json.writeEndObject();
      }
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectFieldStart("else");
    json.writeObjectFieldStart("properties");
    for (RecordField field : fields) {
      if (!field.isFrame() && !field.isNullable()) {
        json.writeObjectFieldStart(field.name());
        json.writeObjectFieldStart("not");
        json.writeStringField("type", "null");
        json.writeEndObject();
        json.writeEndObject();
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void names(String field, List<String> names) throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private void column(Column column, boolean orNull) throws IOException {
    json.writeStringField("description", column.meaning());
    switch (column.type()) {
      case ID -> {
        type("string", orNull);
        json.writeStringField("format", "uuid");
      }
      case TEXT, WORD -> type("string", orNull);
      case INTEGER -> wholeNumber(orNull);
      case TIME -> type("integer", orNull);
      case BOOLEAN -> type("boolean", orNull);
      case DECIMAL -> decimal(orNull);
      case DECIMALS -> {
        type("object", orNull);
        json.writeObjectFieldStart("additionalProperties");
        decimal(false);
        json.writeEndObject();
      }
      case INTEGERS -> {
        type("object", orNull);
        json.writeObjectFieldStart("additionalProperties");
        wholeNumber(false);
        json.writeEndObject();
      }
      case PRODUCTS -> products(orNull);
      case TEXTS -> {
        type("array", orNull);
        json.writeObjectFieldStart("items");
        type("string", false);
        json.writeEndObject();
      }
      case GOAL -> goal(orNull);
    }
  }

  private void type(String name, boolean orNull) throws IOException {
    if (!orNull) {
      json.writeStringField("type", name);
      return;
    }
    json.writeArrayFieldStart("type");
    json.writeString(name);
    json.writeString("null");
    json.writeEndArray();
  }

  private void wholeNumber(boolean orNull) throws IOException {
    type("integer", orNull);
    json.writeNumberField("minimum", 0);
  }

  private void decimal(boolean orNull) throws IOException {
    type("string", orNull);
    json.writeStringField("pattern", DECIMAL);
  }

  private void products(boolean orNull) throws IOException {
    type("array", orNull);
    json.writeObjectFieldStart("items");
    json.writeStringField("type", "object");
    names("required", List.of("id", "views", "cart_adds", "purchases"));
    json.writeObjectFieldStart("properties");
    json.writeObjectFieldStart("id");
    json.writeStringField("type", "string");
    json.writeEndObject();
    for (String name : List.of("views", "cart_adds", "purchases")) {
      json.writeObjectFieldStart(name);
      wholeNumber(false);
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void goal(boolean orNull) throws IOException {
    type("object", orNull);
    names("required", List.of("count", "value", "currency", "first_at"));
    json.writeObjectFieldStart("properties");
    json.writeObjectFieldStart("count");
    wholeNumber(false);
    json.writeEndObject();
    json.writeObjectFieldStart("value");
    decimal(true);
    json.writeEndObject();
    json.writeObjectFieldStart("currency");
    type("string", true);
    json.writeEndObject();
    json.writeObjectFieldStart("first_at");
    type("integer", true);
    json.writeEndObject();
    json.writeEndObject();
  }
}
