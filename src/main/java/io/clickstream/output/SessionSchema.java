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
 * table with its type and meaning; in a retraction all columns but those of the frame are null. A
 * record may have other fields, as a later release may write more.
 */
public final class SessionSchema {

  private static final String DECIMAL = "^-?[0-9]+(\\.[0-9]+)?$";

  private final JsonGenerator json;

  private SessionSchema(JsonGenerator json) {
    this.json = json;
  }

  /** The schema of the built-in columns, indented. */
  public static String json() {
    return json(Columns.BUILT_IN);
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
    names("required", columns.all());
    json.writeObjectFieldStart("properties");
    for (Column column : columns.all()) {
      json.writeObjectFieldStart(column.name());
      json.writeStringField("description", column.meaning());
      type(column);
      json.writeEndObject();
    }
    json.writeEndObject();
    writeRetraction(columns);
    json.writeEndObject();
  }

  /** What a column may be depends on whether the session is there. */
  private void writeRetraction(Columns columns) throws IOException {
    json.writeObjectFieldStart("if");
    names("required", columns.all().stream().filter(c -> c.name().equals("is_deleted")).toList());
    json.writeObjectFieldStart("properties");
    json.writeObjectFieldStart("is_deleted");
    json.writeBooleanField("const", true);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectFieldStart("then");
    json.writeObjectFieldStart("properties");
    for (Column column : columns.all()) {
      if (!column.isFrame()) {
        json.writeObjectFieldStart(column.name());
        json.writeStringField("type", "null");
        json.writeEndObject();
      }
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeObjectFieldStart("else");
    json.writeObjectFieldStart("properties");
    for (Column column : columns.all()) {
      if (!column.isFrame() && !column.nullable()) {
        json.writeObjectFieldStart(column.name());
        json.writeObjectFieldStart("not");
        json.writeStringField("type", "null");
        json.writeEndObject();
        json.writeEndObject();
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void names(String field, List<Column> columns) throws IOException {
    json.writeArrayFieldStart(field);
    for (Column column : columns) {
      json.writeString(column.name());
    }
    json.writeEndArray();
  }

  private void type(Column column) throws IOException {
    boolean orNull = column.nullable() || !column.isFrame();
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
      case TEXTS, GOAL -> throw new UnsupportedOperationException(column.name());
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
    json.writeArrayFieldStart("required");
    for (String name : List.of("id", "views", "cart_adds", "purchases")) {
      json.writeString(name);
    }
    json.writeEndArray();
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
}
