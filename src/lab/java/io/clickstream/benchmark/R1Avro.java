package io.clickstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Makes records of Avro of plain clicks, with the same fields under the same names. */
final class R1Avro {

  /** As a registry or a file has it. */
  static final String SCHEMA = schema();

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Schema schema = new Schema.Parser().parse(SCHEMA);
  private final GenericDatumWriter<GenericData.Record> writer = new GenericDatumWriter<>(schema);

  private static String schema() {
    StringBuilder fields = new StringBuilder();
    for (String name :
        "event_id,event_type,anonymous_id,page_url,page_title,referrer,user_agent,device_type,country,app_id"
            .split(",")) {
      fields.append("{\"name\":\"").append(name).append("\",\"type\":\"string\"},");
    }
    for (String name :
        "user_id,utm_source,utm_medium,utm_campaign,product_id,price,currency,order_id"
            .split(",")) {
      fields.append("{\"name\":\"").append(name).append("\",\"type\":[\"null\",\"string\"]},");
    }
    return """
        {"type":"record","name":"Click","fields":[%s
         {"name":"quantity","type":["null","int"]},
         {"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}}]}
        """
        .formatted(fields);
  }

  /** The record of a click. */
  byte[] record(byte[] plain) throws IOException {
    JsonNode click = JSON.readTree(plain);
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = click.get(field.name());
      record.put(
          field.pos(),
          value == null
              ? null
              : value.isTextual()
                  ? value.textValue()
                  : value.isInt() ? (Object) value.intValue() : (Object) value.longValue());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    writer.write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
