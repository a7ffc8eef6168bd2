package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes Kafka records as JSON, one a line: {@code {"key":…,"headers":{…},"value":…}}. No byte of a
 * record is lost.
 *
 * <p>The value is embedded as it is if it is one JSON object, so that the line can be queried.
 * Anything else is a JSON string of its text; what is no UTF-8 stands in {@code value_base64}
 * beside a null {@code value} (likewise for keys and headers).
 */
final class RecordLines {

  /** Objects that are nested deeper become strings, or common readers could not read the line. */
  private static final int MAX_DEPTH = 500;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final OutputStream out;

  RecordLines(OutputStream out) {
    this.out = out;
  }

  void write(ConsumerRecord<byte[], byte[]> record) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      field(json, "key", record.key(), false);
      json.writeObjectFieldStart("headers");
      for (Header header : record.headers()) {
        field(json, header.key(), header.value(), false);
      }
      json.writeEndObject();
      field(json, "value", record.value(), true);
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void field(
      JsonGenerator json, String name, byte @Nullable [] bytes, boolean embedded)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
      return;
    }
    String text = text(bytes);
    if (text == null) {
      json.writeNullField(name);
      json.writeStringField(name + "_base64", Base64.getEncoder().encodeToString(bytes));
    } else if (embedded && isObject(text)) {
      json.writeFieldName(name);
      // In a JSON text line breaks stand only where a space could stand as well.
      json.writeRawValue(text.strip().replace('\n', ' ').replace('\r', ' '));
    } else {
      json.writeStringField(name, text);
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Whether a text is one complete JSON object and nothing else. */
  static boolean isObject(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
