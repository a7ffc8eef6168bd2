package io.clickstream.ingest.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickstream.columns.FieldPath.Entry;
import io.clickstream.columns.FieldPath.First;
import io.clickstream.columns.FieldPath.Name;
import io.clickstream.columns.FieldPath.Text;
import io.clickstream.columns.Form;
import io.clickstream.ingest.json.UntrustedJson;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** Finds the wanted parts of JSON in a text of a record. */
final class JsonInText {

  private static final int MAX_NUMBER_LENGTH = 1_024;

  private static final JsonMapper JSON =
      JsonMapper.builder(UntrustedJson.factory(AvroCursor.MAX_DEPTH, MAX_NUMBER_LENGTH))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final PathTree wanted;
  private final Predicate<String> nothing;

  /**
   * @param wanted of the JSON in the text
   * @param nothing whether a text means nothing at all
   */
  JsonInText(PathTree wanted, Predicate<String> nothing) {
    this.wanted = wanted;
    this.nothing = nothing;
  }

  /** Reads a text that does not mean nothing; if it is no JSON, nothing in it can be reached. */
  void read(AvroCursor in, String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException | RuntimeException e) {
      in.set(wanted.slotsHereAndBelow(), Form.UNREACHABLE);
      return;
    }
    read(in, root, wanted);
  }

  private void read(AvroCursor in, JsonNode value, PathTree tree) {
    if (tree.isNothing() || value.isNull() || value.isMissingNode()) {
      return;
    }
    if (value.isContainerNode() && value.isEmpty()) {
      return;
    }
    int[] slots = tree.slots();
    boolean leadsOn = false;
    switch (value.getNodeType()) {
      case STRING -> {
        in.setText(slots, value.textValue());
        leadsOn = nothing.test(value.textValue());
        PathTree inText = tree.child(new Text());
        if (!inText.isNothing() && !leadsOn) {
          leadsOn = true;
          new JsonInText(inText, nothing).read(in, value.textValue());
        }
      }
      case NUMBER ->
          in.setExtra(
              slots,
              value.isIntegralNumber() ? Form.INTEGER : Form.DECIMAL,
              value.asText().getBytes(StandardCharsets.US_ASCII));
      case BOOLEAN -> in.set(slots, value.booleanValue() ? Form.TRUE : Form.FALSE);
      case OBJECT -> {
        in.set(slots, Form.OBJECT);
        leadsOn = tree.leadsIntoObject();
        tree.children(Name.class)
            .forEach((name, child) -> read(in, value.path(name.name()), child));
      }
      default -> {
        in.set(slots, Form.ARRAY);
        leadsOn = tree.leadsIntoArray();
        readArray(in, value, tree);
      }
    }
    if (!leadsOn) {
      in.set(tree.unreachable(), Form.UNREACHABLE);
    }
  }

  private void readArray(AvroCursor in, JsonNode array, PathTree tree) {
    read(in, array.path(0), tree.child(new First()));
    tree.children(Entry.class)
        .forEach(
            (entry, child) -> {
              JsonNode last = null;
              for (JsonNode element : array) {
                JsonNode key = element.path(entry.key());
                if ((key.isTextual() || key.isNumber()) && key.asText().equals(entry.text())) {
                  last = element;
                }
              }
              if (last != null) {
                read(in, last, child);
              }
            });
    PathTree.Products products = tree.products();
    if (products != null) {
      for (JsonNode element : array) {
        if (element.isObject()) {
          in.set(products.slots(), Form.ABSENT);
          read(in, element, products.element());
          in.endProduct();
        }
      }
    }
  }
}
