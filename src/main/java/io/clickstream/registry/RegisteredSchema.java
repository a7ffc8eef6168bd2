package io.clickstream.registry;

import java.util.List;

/**
 * A schema as a registry has it.
 *
 * @param type {@code AVRO}, {@code JSON} or {@code PROTOBUF}
 * @param text the schema
 * @param references the schemas that it names, each behind those that it needs itself
 */
public record RegisteredSchema(String type, String text, List<String> references) {

  /** The type of Avro's schemas, and of those of which a registry says none. */
  public static final String AVRO = "AVRO";

  public RegisteredSchema {
    references = List.copyOf(references);
  }
}
