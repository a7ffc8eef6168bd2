package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Tracking requests of Matomo: the query of one, alone or behind an address, the body of a bulk
 * request with a list of them, or the parameters of one as a JSON object.
 *
 * <p>Each becomes an object of its parameters as texts. Matomo tells by them what a request is, and
 * no parameter says it; here {@value #TYPE} does. The products of {@code ec_items}, which are
 * arrays, become objects in {@value #ITEMS}.
 */
final class MatomoRecords implements RecordForm {

  /** The member that says what a request is. */
  static final String TYPE = "type";

  /** The member with the products. */
  static final String ITEMS = "items";

  private static final long serialVersionUID = 1L;

  private static final String LIST = "requests";
  private static final String PRODUCTS = "ec_items";
  private static final String[] MEMBERS_OF_PRODUCTS = {
    "product_id", "name", "category", "price", "quantity"
  };
  private static final int CATEGORY = 2;
  private static final int MAX_NAME_LENGTH = 512;

  @Override
  public boolean isOf(byte[] record) {
    return true;
  }

  @Override
  public void read(byte[] record, Clicks clicks) throws MalformedRecordException {
    if (!Bytes.isJson(record)) {
      clicks.take(Clicks.ALONE, record, json(parameters(record)));
      return;
    }
    ListInRecord list = ListInRecord.of(record, LIST, 0);
    if (list == null) {
      Map<String, String> parameters = Members.texts(record);
      if (parameters == null) {
        throw new MalformedRecordException(
            "expected a query, a body with requests or an object of parameters, found another"
                + " value");
      }
      clicks.take(Clicks.ALONE, record, json(parameters));
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      try {
        clicks.take(i, list.part(i), json(request(list.element(i))));
      } catch (MalformedRecordException e) {
        clicks.reject(i, list.part(i), "an element of requests: " + e.detail());
      }
    }
  }

  /** The parameters of an element of a list: a query in a text, or an object. */
  private static Map<String, String> request(byte[] element) throws MalformedRecordException {
    try (JsonParser json = JsonParts.JSON.createParser(element)) {
      if (json.nextToken() == JsonToken.VALUE_STRING) {
        return parameters(json.getText().getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new MalformedRecordException("not JSON");
    }
    Map<String, String> parameters = Members.texts(element);
    if (parameters == null) {
      throw new MalformedRecordException("expected a query in a text, found another value");
    }
    return parameters;
  }

  private static Map<String, String> parameters(byte[] query) throws MalformedRecordException {
    Map<String, String> parameters = QueryText.parameters(query);
    if (parameters.isEmpty()) {
      throw new MalformedRecordException("expected a query such as url=…&idsite=1, found none");
    }
    return parameters;
  }

  private static byte[] json(Map<String, String> parameters) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JsonParts.JSON.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, String> each : parameters.entrySet()) {
        String name = each.getKey();
        if (name.length() <= MAX_NAME_LENGTH && !name.equals(TYPE) && !name.equals(ITEMS)) {
          json.writeStringField(name, each.getValue());
        }
      }
      json.writeStringField(TYPE, type(parameters));
      String products = parameters.get(PRODUCTS);
      if (products != null && isReadable(products)) {
        writeProducts(products, json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /** The kind of a request, as Matomo's tracker API tells it. */
  private static String type(Map<String, String> parameters) {
    if ("1".equals(parameters.get("ping"))) {
      return "ping";
    }
    String goal = parameters.getOrDefault("idgoal", "");
    if (goal.equals("0")) {
      return has(parameters, "ec_id") ? "order" : "cart";
    }
    if (!goal.isEmpty()) {
      return "goal";
    }
    for (String name : new String[] {"search", "link", "download"}) {
      if (has(parameters, name)) {
        return name;
      }
    }
    if (has(parameters, "e_c") && has(parameters, "e_a")) {
      return "event";
    }
    if (has(parameters, "c_n")) {
      return "content";
    }
    if (has(parameters, "ma_id")) {
      return "media";
    }
    return has(parameters, "_pks") || has(parameters, "_pkn") ? "product" : "page";
  }

  private static boolean has(Map<String, String> parameters, String name) {
    return !parameters.getOrDefault(name, "").isBlank();
  }

  private static boolean isReadable(String products) {
    try (JsonParser json = JsonParts.JSON.createParser(products)) {
      boolean isArray = json.nextToken() == JsonToken.START_ARRAY;
      JsonParts.skip(json);
      JsonParts.requireEnd(json);
      return isArray;
    } catch (IOException e) {
      return false;
    }
  }

  /** As objects; categories are left out, since there may be several of them. */
  private static void writeProducts(String products, JsonGenerator out) throws IOException {
    try (JsonParser json = JsonParts.JSON.createParser(products)) {
      json.nextToken();
      out.writeArrayFieldStart(ITEMS);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
          JsonParts.skip(json);
          continue;
        }
        out.writeStartObject();
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
          if (json.currentToken().isScalarValue()
              && i < MEMBERS_OF_PRODUCTS.length
              && i != CATEGORY) {
            out.writeFieldName(MEMBERS_OF_PRODUCTS[i]);
            out.copyCurrentEvent(json);
          } else {
            JsonParts.skip(json);
          }
        }
        out.writeEndObject();
      }
      out.writeEndArray();
    }
  }
}
