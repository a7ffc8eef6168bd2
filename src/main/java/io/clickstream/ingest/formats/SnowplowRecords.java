package io.clickstream.ingest.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of Snowplow: rows of columns behind Enrich, bodies with a list and queries that a tracker
 * sends to a collector, and the JSON of Snowbridge where a path cannot reach all of it. Other JSON
 * of Snowbridge is read as it is.
 */
final class SnowplowRecords implements RecordForm {

  private static final long serialVersionUID = 1L;

  private static final byte[] PAYLOAD = bytes("payload_data/");
  private static final byte[][] SINGLES =
      SnowplowJson.SINGLE.keySet().stream().map(SnowplowRecords::bytes).toArray(byte[][]::new);
  private static final String LIST = "data";

  @Override
  public boolean isOf(byte[] record) {
    if (!Bytes.isObject(record)) {
      return true;
    }
    if (Bytes.contains(record, PAYLOAD)) {
      return true;
    }
    for (byte[] single : SINGLES) {
      if (Bytes.contains(record, single)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(byte[] record, Clicks clicks) throws MalformedRecordException {
    if (!Bytes.isObject(record)) {
      clicks.take(
          Clicks.ALONE, record, Bytes.indexOf(record, '\t') < 0 ? query(record) : row(record));
      return;
    }
    ListInRecord list = ListInRecord.of(record, LIST, 0);
    if (list == null) {
      clicks.take(Clicks.ALONE, record, withSingles(record));
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      Map<String, String> parameters = Members.texts(list.element(i));
      if (parameters == null) {
        clicks.reject(
            i, list.part(i), "an element of data: expected an object, found another value");
      } else {
        clicks.take(i, list.part(i), SnowplowJson.ofParameters(parameters));
      }
    }
  }

  private static byte[] query(byte[] record) throws MalformedRecordException {
    Map<String, String> parameters = QueryText.parameters(record);
    if (!parameters.containsKey("e")) {
      throw new MalformedRecordException(
          "expected JSON, %d columns with tabs between them, or a query with e=, found none of them"
              .formatted(SnowplowColumns.NAMES.size()));
    }
    return SnowplowJson.ofParameters(parameters);
  }

  private static byte[] row(byte[] record) throws MalformedRecordException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(record)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRecordException("not UTF-8");
    }
    String[] row = Bytes.withoutLineBreak(text).split("\t", -1);
    if (row.length != SnowplowColumns.NAMES.size()) {
      throw new MalformedRecordException(
          "expected %d columns with tabs between them, found %d"
              .formatted(SnowplowColumns.NAMES.size(), row.length));
    }
    return SnowplowJson.ofRow(row);
  }

  /** The record with the entities that are alone in their arrays as members by themselves. */
  private static byte[] withSingles(byte[] record) throws MalformedRecordException {
    Map<String, int[]> places = new LinkedHashMap<>();
    int end = -1;
    int members = 0;
    try (JsonParser json = JsonParts.JSON.createParser(record)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        members++;
        String single = SnowplowJson.single(json.currentName());
        if (json.nextToken() == JsonToken.START_ARRAY && single != null) {
          int[] first = first(json);
          if (first != null) {
            places.put(single, first);
          }
        } else {
          JsonParts.skip(json);
        }
      }
      end = JsonParts.start(json, true);
      JsonParts.requireEnd(json);
    } catch (IOException e) {
      throw new MalformedRecordException("not JSON");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(record.length + 256);
    out.write(record, 0, end);
    for (Map.Entry<String, int[]> place : places.entrySet()) {
      out.writeBytes(bytes((members++ > 0 ? ",\"" : "\"") + place.getKey() + "\":"));
      out.write(record, place.getValue()[0], place.getValue()[1] - place.getValue()[0]);
    }
    out.write(record, end, record.length - end);
    return out.toByteArray();
  }

  /** Start and end of the first element of the array that begins here, which is read to its end. */
  private static int @Nullable [] first(JsonParser json) throws IOException {
    int[] first = null;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      int start = JsonParts.start(json, true);
      JsonParts.skip(json);
      if (first == null) {
        first = new int[] {start, JsonParts.end(json, true)};
      }
    }
    return first;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
