package io.clickstream.ingest.avro;

import io.clickstream.registry.RegisteredSchema;
import io.clickstream.registry.WaitingRegistry;
import java.io.Serializable;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/** Where the schemas of records come from. */
interface SchemaSource extends Serializable {

  /** How many bytes in front of a record say which schema it has. */
  int idLength();

  /**
   * The schema of an id.
   *
   * @param id anything if there is no id in front of records
   * @throws UnknownSchemaException if there is none that a record can have
   */
  Schema schema(int id) throws UnknownSchemaException;

  /** There is no schema of an id. */
  final class UnknownSchemaException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean mayCome;

    UnknownSchemaException(String detail, boolean mayCome) {
      super(detail);
      this.mayCome = mayCome;
    }

    /** Whether it may be registered later. */
    boolean mayCome() {
      return mayCome;
    }

    String detail() {
      return String.valueOf(getMessage());
    }
  }

  /** All records have one schema, and no id. */
  record OfAll(String text) implements SchemaSource {

    @Override
    public int idLength() {
      return 0;
    }

    @Override
    public Schema schema(int id) throws UnknownSchemaException {
      return parsed(text, List.of(), "the schema");
    }
  }

  /** Records begin with a zero and the id of their schema in a registry. */
  record Registered(WaitingRegistry registry) implements SchemaSource {

    private static final int ID_LENGTH = 5;

    @Override
    public int idLength() {
      return ID_LENGTH;
    }

    @Override
    public Schema schema(int id) throws UnknownSchemaException {
      if (id < 0) {
        throw new UnknownSchemaException("expected a schema id of 0 or more, found less", false);
      }
      String name = "schema id " + id;
      RegisteredSchema schema = registry.schema(id);
      if (schema == null) {
        throw new UnknownSchemaException(name + ": the schema registry does not know it", true);
      }
      if (!schema.type().equals(RegisteredSchema.AVRO)) {
        throw new UnknownSchemaException(
            "%s: expected a schema of Avro, found one of another type%s"
                .formatted(
                    name,
                    schema.type().equals("JSON")
                        ? " (for JSON set ingest.format: json and ingest.framing: confluent)"
                        : ""),
            false);
      }
      return parsed(schema.text(), schema.references(), name);
    }
  }

  /**
   * Reads a schema. Nothing is asked of it that records do not need, such as names of letters.
   *
   * @param references schemas that it names
   * @param name of the schema, for messages
   */
  private static Schema parsed(String text, List<String> references, String name)
      throws UnknownSchemaException {
    Schema schema;
    try {
      Schema.Parser parser =
          new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
      for (String reference : references) {
        parser.parse(reference);
      }
      schema = parser.parse(text);
    } catch (SchemaParseException e) {
      throw new UnknownSchemaException(name + ": it is no schema of Avro", false);
    } catch (RuntimeException e) {
      // Such as a type that is not one that can be named there.
      throw new UnknownSchemaException(
          "%s: it is no schema of Avro (%s)".formatted(name, e.getClass().getSimpleName()), false);
    }
    return schema;
  }

  /**
   * The mistake in the text of a schema that all records have, or null.
   *
   * @param clicksAreRecord whether a record may be an array of clicks
   */
  static @Nullable String mistake(String text, boolean clicksAreRecord) {
    try {
      return isOfRecords(new OfAll(text).schema(0), clicksAreRecord)
          ? null
          : "expected a schema of a record, found another one";
    } catch (UnknownSchemaException e) {
      return "it is no schema of Avro";
    }
  }

  /** Whether records can have a schema. */
  static boolean isOfRecords(Schema schema, boolean clicksAreRecord) {
    return switch (schema.getType()) {
      case RECORD -> true;
      case ARRAY -> clicksAreRecord;
      case UNION -> schema.getTypes().stream().anyMatch(part -> isOfRecords(part, clicksAreRecord));
      default -> false;
    };
  }
}
