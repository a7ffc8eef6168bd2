package io.clickstream.ingest.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.ingest.json.UntrustedJson;
import java.io.IOException;

/**
 * How JSON is read and written here: by bounds a little narrower than those of the reader that
 * reads the result, so that nothing in a field costs the click.
 */
final class JsonParts {

  private static final int MAX_DEPTH = 90;

  static final JsonFactory JSON = UntrustedJson.factory(MAX_DEPTH);

  private JsonParts() {}

  /** Reads to the end of the value whose first token is the current one. */
  static void skip(JsonParser json) throws IOException {
    json.skipChildren();
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      // A text is read when it is asked for, and until then its end is not known.
      json.finishToken();
    }
  }

  /** Where the current token begins, in the units of the source. */
  static int start(JsonParser json, boolean inBytes) {
    var location = json.currentTokenLocation();
    return (int) (inBytes ? location.getByteOffset() : location.getCharOffset());
  }

  /** Where the current token ends, once {@link #skip} has been called. */
  static int end(JsonParser json, boolean inBytes) {
    var location = json.currentLocation();
    return (int) (inBytes ? location.getByteOffset() : location.getCharOffset());
  }

  /** Requires that nothing follows the value that has been read. */
  static void requireEnd(JsonParser json) throws IOException {
    if (json.nextToken() != null) {
      throw new IOException("more than one value");
    }
  }
}
