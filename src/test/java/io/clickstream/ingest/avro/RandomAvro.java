package io.clickstream.ingest.avro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.EncoderFactory;

/** Schemas, and records of them, decided by a seed; Avro's own writer encodes them. */
final class RandomAvro {

  private static final int DEEPEST = 4;

  private final Random random;
  private final List<Schema> named = new ArrayList<>();

  RandomAvro(Random random) {
    this.random = random;
  }

  /** A schema of a record. */
  Schema schema() {
    return record(0);
  }

  private Schema record(int depth) {
    Schema record = Schema.createRecord("R" + named.size(), null, null, false);
    named.add(record);
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      fields.add(new Schema.Field("f" + i, type(depth + 1)));
    }
    if (random.nextInt(3) == 0) {
      fields.add(
          new Schema.Field("self", Schema.createUnion(Schema.create(Schema.Type.NULL), record)));
    }
    record.setFields(fields);
    return record;
  }

  private Schema type(int depth) {
    return switch (random.nextInt(depth < DEEPEST ? 18 : 13)) {
      case 0 -> Schema.create(Schema.Type.NULL);
      case 1 -> Schema.create(Schema.Type.BOOLEAN);
      case 2 -> Schema.create(Schema.Type.INT);
      case 3 -> Schema.create(Schema.Type.LONG);
      case 4 -> Schema.create(Schema.Type.FLOAT);
      case 5 -> Schema.create(Schema.Type.DOUBLE);
      case 6 -> Schema.create(Schema.Type.BYTES);
      case 7, 8 -> Schema.create(Schema.Type.STRING);
      case 9 -> {
        Schema type = Schema.createEnum("E" + named.size(), null, null, List.of("A", "Bb", "C_c"));
        named.add(type);
        yield type;
      }
      case 10 -> {
        Schema type = Schema.createFixed("F" + named.size(), null, null, random.nextInt(4));
        named.add(type);
        yield type;
      }
      case 11 -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case 12 -> LogicalTypes.decimal(30, 2).addToSchema(Schema.create(Schema.Type.BYTES));
      case 13 -> Schema.createArray(type(depth + 1));
      case 14 -> Schema.createMap(type(depth + 1));
      case 15 -> {
        Schema.Type other = random.nextBoolean() ? Schema.Type.STRING : Schema.Type.LONG;
        yield Schema.createUnion(
            Schema.create(Schema.Type.NULL), Schema.create(other), record(depth + 1));
      }
      case 16 -> Schema.createArray(record(depth + 1));
      default -> record(depth + 1);
    };
  }

  /** A value of a schema. */
  Object value(Schema schema, int depth) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FLOAT -> random.nextInt(100_000) / 100f;
      case DOUBLE -> random.nextInt(100_000) / 100.0;
      case BYTES -> {
        byte[] bytes = new byte[1 + random.nextInt(12)];
        random.nextBytes(bytes);
        yield ByteBuffer.wrap(bytes);
      }
      case STRING ->
          List.of("", "null", "x", "käse", "k0", "漢😀 long enough").get(random.nextInt(6));
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case FIXED -> {
        byte[] bytes = new byte[schema.getFixedSize()];
        random.nextBytes(bytes);
        yield new GenericData.Fixed(schema, bytes);
      }
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(schema.getElementType(), depth + 1));
        }
        yield items;
      }
      case MAP -> {
        Map<String, Object> items = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.put("k" + i, value(schema.getValueType(), depth + 1));
        }
        yield items;
      }
      case UNION -> {
        List<Schema> parts = schema.getTypes();
        yield value(parts.get(depth > 8 ? 0 : random.nextInt(parts.size())), depth + 1);
      }
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), value(field.schema(), depth + 1));
        }
        yield record;
      }
    };
  }

  /** The bytes of a value, in blocks with or without their sizes. */
  byte[] encoded(Schema schema, Object value) {
    return random.nextBoolean()
        ? AvroSamples.encoded(schema, value)
        : AvroSamples.encoded(
            schema,
            value,
            out ->
                new EncoderFactory()
                    .configureBlockSize(64 + random.nextInt(100))
                    .blockingBinaryEncoder(out, null));
  }
}
