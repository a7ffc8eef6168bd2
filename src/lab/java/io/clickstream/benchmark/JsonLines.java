package io.clickstream.benchmark;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** How the processes of a benchmark write to each other: a JSON object a line. */
final class JsonLines {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(Duration.class, new DurationSerializer())
                  .addDeserializer(Duration.class, new DurationDeserializer()));

  private JsonLines() {}

  static String write(Object value) throws IOException {
    return MAPPER.writeValueAsString(value);
  }

  static <T> T read(String line, Class<T> type) throws IOException {
    return MAPPER.readValue(line, type);
  }

  /** An object whose values are texts. */
  static Map<String, String> readTexts(String json) throws IOException {
    return MAPPER.readValue(json, new TypeReference<Map<String, String>>() {});
  }

  private static final class DurationSerializer extends StdSerializer<Duration> {

    private static final long serialVersionUID = 1L;

    DurationSerializer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(value.toMillis());
    }
  }

  private static final class DurationDeserializer extends StdDeserializer<Duration> {

    private static final long serialVersionUID = 1L;

    DurationDeserializer() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return Duration.ofMillis(json.getLongValue());
    }
  }
}
