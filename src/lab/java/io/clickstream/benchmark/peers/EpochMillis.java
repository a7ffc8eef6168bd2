package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Reads a time that is a number of milliseconds or an ISO-8601 text with offset. */
final class EpochMillis extends StdDeserializer<Long> {

  private static final long serialVersionUID = 1L;

  EpochMillis() {
    super(long.class);
  }

  @Override
  public Long deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return json.getLongValue();
    }
    try {
      return OffsetDateTime.parse(json.getText()).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw new IOException("not a time", e);
    }
  }
}
