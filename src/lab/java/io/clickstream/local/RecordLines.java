package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes Kafka records as JSON, one a line: {@code {"key":…,"headers":{…},"value":…}}. No byte of a
 * record is lost, and any JSON reader can read every line.
 *
 * <p>The value is embedded as it is if it is one JSON object that common readers agree on, so that
 * the line can be queried. Anything else is a JSON string of its text; what is no UTF-8 stands in
 * {@code value_base64} beside a null {@code value} (likewise for keys and headers). A header that
 * comes again has a number behind its name.
 */
final class RecordLines {

  /** As many levels as .NET reads by default, jq 256 and PHP 512, less the one of the line. */
  static final int MAX_DEPTH = 63;

  /** Characters of a number: Python reads integers of 4 300 digits, others fewer. */
  private static final int MAX_NUMBER_LENGTH = 400;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
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
      Set<String> names = new HashSet<>();
      for (Header header : record.headers()) {
        field(json, free(header.key(), names), header.value(), false);
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
      json.writeStringField(base64(name), Base64.getEncoder().encodeToString(bytes));
    } else if (embedded && isReadable(text)) {
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

  /** The name of a header, or that with a number if it, or what is written beside it, is taken. */
  private static String free(String name, Set<String> taken) {
    String free = name;
    for (int i = 2; taken.contains(free) || taken.contains(base64(free)); i++) {
      free = name + "_" + i;
    }
    taken.add(free);
    taken.add(base64(free));
    return free;
  }

  private static String base64(String name) {
    return name + "_base64";
  }

  /**
   * Whether a text is one complete JSON object, nothing else, and the same to all common readers:
   * no name twice in an object, no half of a surrogate pair, no number beyond a double, and no more
   * than {@value #MAX_DEPTH} levels.
   */
  static boolean isReadable(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      int depth = 1;
      while (depth > 0) {
        JsonToken token = parser.nextToken();
        if (token == null || !isReadable(token, parser)) {
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isReadable(JsonToken token, JsonParser parser) throws IOException {
    return switch (token) {
      case FIELD_NAME, VALUE_STRING -> isEncodable(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          Double.isFinite(Double.parseDouble(parser.getText()));
      default -> true;
    };
  }

  private static boolean isEncodable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        i++;
        if (i == text.length() || !Character.isSurrogatePair(unit, text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
