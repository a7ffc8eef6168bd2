package io.clickstream.ingest.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An array of a record of JSON, and where each of its elements is. */
final class ListInRecord {

  /** A record may be copied this many times its length for its elements, or less than the next. */
  private static final int MAX_COPIES = 64;

  private static final int ALWAYS_ALLOWED = 1 << 16;

  private final byte[] record;

  /** Start and end of each element, one after the other. */
  private final int[] places;

  private ListInRecord(byte[] record, int[] places) {
    this.record = record;
    this.places = places;
  }

  /**
   * The array that is the record, or a member of the object that it is; the last one of that name.
   *
   * @param member its name, or null if the record is an array
   * @param beside bytes that are written beside each element in any case
   * @return null if the record is another value, or has no such member
   * @throws MalformedRecordException if it is no JSON, or if the elements are so many that the rest
   *     of the record beside each of them would be too much
   */
  static @Nullable ListInRecord of(byte[] record, @Nullable String member, int beside)
      throws MalformedRecordException {
    int[] places = null;
    try (JsonParser json = JsonParts.JSON.createParser(record)) {
      JsonToken first = json.nextToken();
      if (member == null && first == JsonToken.START_ARRAY) {
        places = places(json);
      } else if (member != null && first == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isWanted = json.currentName().equals(member);
          if (json.nextToken() == JsonToken.START_ARRAY && isWanted) {
            places = places(json);
          } else {
            JsonParts.skip(json);
          }
        }
      } else {
        JsonParts.skip(json);
      }
      JsonParts.requireEnd(json);
    } catch (IOException e) {
      throw new MalformedRecordException("not JSON");
    }
    return places == null ? null : new ListInRecord(record, places).checked(beside);
  }

  private static int[] places(JsonParser json) throws IOException {
    int[] places = new int[32];
    int used = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (used == places.length) {
        places = Arrays.copyOf(places, 2 * used);
      }
      places[used++] = JsonParts.start(json, true);
      JsonParts.skip(json);
      places[used++] = JsonParts.end(json, true);
    }
    return Arrays.copyOf(places, used);
  }

  private ListInRecord checked(int beside) throws MalformedRecordException {
    long elements = size() == 0 ? 0 : places[places.length - 1] - (long) places[0];
    long rest = (long) beside + record.length - elements;
    long all = (long) record.length + beside;
    if (size() > 1 && rest * size() > Math.max(ALWAYS_ALLOWED, MAX_COPIES * all)) {
      throw new MalformedRecordException(
          "%d elements and %d bytes beside them, which would have to be written with each"
              .formatted(size(), rest));
    }
    return this;
  }

  int size() {
    return places.length / 2;
  }

  /** The bytes of an element. */
  byte[] element(int index) {
    return Arrays.copyOfRange(record, places[2 * index], places[2 * index + 1]);
  }

  /** The record with one of the elements alone. */
  byte[] part(int index) {
    int first = places[0];
    int end = places[places.length - 1];
    int start = places[2 * index];
    int length = places[2 * index + 1] - start;
    byte[] part = Arrays.copyOf(record, first + length + record.length - end);
    System.arraycopy(record, start, part, first, length);
    System.arraycopy(record, end, part, first + length, record.length - end);
    return part;
  }
}
