package io.clickstream.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * {@code docker-compose.yml} as Compose reads it: maps merged, and variables in their place only
 * where that is asked for.
 */
final class ComposeFile {

  static final Path PATH = Path.of("docker-compose.yml");
  static final Path EXAMPLE = Path.of(".env.example");

  /** A variable, with what stands behind its name. */
  static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:[?-][^}]*)?}");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ComposeFile() {}

  /** The file; the caller may change it. */
  static ObjectNode read() throws IOException {
    return yaml(PATH);
  }

  static ObjectNode yaml(Path file) throws IOException {
    LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(1_000).build();
    JsonNode tree = JSON.valueToTree(new Load(settings).loadFromString(Files.readString(file)));
    return (ObjectNode) merged(tree);
  }

  /** A merge key is older YAML, which Compose knows and the parser does not. */
  private static JsonNode merged(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = JSON.createObjectNode();
      for (JsonNode base :
          object.path("<<").isArray() ? object.get("<<") : List.of(object.path("<<"))) {
        if (base.isObject()) {
          result.setAll((ObjectNode) merged(base));
        }
      }
      object
          .properties()
          .forEach(
              field -> {
                if (!field.getKey().equals("<<")) {
                  result.set(field.getKey(), merged(field.getValue()));
                }
              });
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = JSON.createArrayNode();
      array.forEach(element -> result.add(merged(element)));
      return result;
    }
    return node;
  }

  /** What the example would put into the environment. */
  static Map<String, String> example() throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(EXAMPLE)) {
      properties.load(reader);
    }
    Map<String, String> variables = new TreeMap<>();
    properties.forEach((name, value) -> variables.put((String) name, (String) value));
    return variables;
  }

  /** A text with the variables of the example in it. */
  static String interpolated(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            variable ->
                Matcher.quoteReplacement(variables.getOrDefault(variable.group(1), "UNKNOWN")));
  }

  /** The names of all variables that a text needs. */
  static TreeSet<String> variables(String text) {
    TreeSet<String> names = new TreeSet<>();
    VARIABLE.matcher(text).results().forEach(variable -> names.add(variable.group(1)));
    return names;
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
