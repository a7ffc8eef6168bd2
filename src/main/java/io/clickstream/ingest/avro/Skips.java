package io.clickstream.ingest.avro;

import org.apache.avro.Schema;

/** The readers of values that hold no others, and of which nothing is wanted. */
final class Skips {

  private static final ValueReader BOOLEAN = Scalars::readBoolean;
  private static final ValueReader INT = AvroCursor::readInt;
  private static final ValueReader LONG = AvroCursor::readLong;
  private static final ValueReader FLOAT = in -> in.skip(Float.BYTES);
  private static final ValueReader DOUBLE = in -> in.skip(Double.BYTES);
  private static final ValueReader BYTES = in -> in.skip(in.readLength());

  private Skips() {}

  static ValueReader of(Schema schema) {
    return switch (schema.getType()) {
      case BOOLEAN -> BOOLEAN;
      case INT -> INT;
      case LONG -> LONG;
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case STRING, BYTES -> BYTES;
      case FIXED -> {
        int size = schema.getFixedSize();
        yield in -> in.skip(size);
      }
      case ENUM -> {
        int symbols = schema.getEnumSymbols().size();
        yield in -> Scalars.readIndex(in, symbols);
      }
      default -> throw new IllegalArgumentException("expected a scalar, found " + schema.getType());
    };
  }
}
