package io.clickstream.config.load;

import io.clickstream.config.Kind.MistakeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Turns YAML into texts, lists and maps by text. Every scalar keeps the text as it was written, so
 * that nothing depends on what YAML takes for a number.
 */
final class YamlTree {

  private static final int MAX_DEPTH = 32;

  /** The first characters of lists, maps and quoted texts. */
  private static final String STRUCTURE = "[{\"'";

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private YamlTree() {}

  /**
   * The tree of a text. A text that begins with a character that YAML reserves, such as {@code @},
   * is itself.
   *
   * @throws MistakeException if it is no YAML, or a part of it has no value or a key twice; it
   *     never repeats a part of the text, which may be secret
   */
  static Object of(String yaml) {
    Node root;
    try {
      root =
          new Compose(LoadSettings.builder().setAllowNonScalarKeys(true).build())
              .composeString(yaml)
              .orElseThrow(() -> new MistakeException("it is empty"));
    } catch (YamlEngineException e) {
      // A file needs quotes around reserved characters; here they cannot mean anything else.
      if (yaml.isBlank() || STRUCTURE.indexOf(yaml.stripLeading().charAt(0)) >= 0) {
        throw new MistakeException("it is not YAML");
      }
      return yaml;
    }
    return of(root, 0);
  }

  /**
   * The tree of a node.
   *
   * @throws MistakeException if a part of it has no value or a key twice
   */
  static Object of(Node node) {
    return of(node, 0);
  }

  private static Object of(Node node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MistakeException("it is nested too deeply");
    }
    if (node instanceof ScalarNode scalar) {
      if (isNull(scalar)) {
        throw new MistakeException(
            "a part of it has no value; if the text null is meant, put it in quotes");
      }
      return scalar.getValue();
    }
    if (node instanceof SequenceNode sequence) {
      List<Object> list = new ArrayList<>();
      sequence.getValue().forEach(item -> list.add(of(item, depth + 1)));
      return list;
    }
    if (!(node instanceof MappingNode mapping)) {
      throw new MistakeException("a part of it refers to another");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new MistakeException("a key in it is not a name");
      }
      if (map.put(key.getValue(), of(entry.getValueNode(), depth + 1)) != null) {
        throw new MistakeException("a key is in it twice");
      }
    }
    return map;
  }

  /** Whether a value is left empty, or says in one of YAML's ways that there is none. */
  static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && NULLS.contains(scalar.getValue().strip());
  }
}
