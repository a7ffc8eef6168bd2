package io.clickstream.ingest.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Schemas as they are written in tests, and records as Avro's own writer encodes them. */
final class AvroSamples {

  private AvroSamples() {}

  /** A schema in JSON with ' instead of ". */
  static Schema schema(String json) {
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }

  static byte[] encoded(Schema schema, Object value) {
    return encoded(schema, value, out -> EncoderFactory.get().binaryEncoder(out, null));
  }

  static byte[] encoded(
      Schema schema, Object value, Function<ByteArrayOutputStream, BinaryEncoder> encoding) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = encoding.apply(out);
    try {
      new GenericDatumWriter<>(schema).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
