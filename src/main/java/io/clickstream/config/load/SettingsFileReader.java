package io.clickstream.config.load;

import io.clickstream.config.Kind.MistakeException;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a YAML file into flat settings that know the line they stand in. Keys may be nested, dotted
 * or both; every value keeps the text as it was written, so that nothing depends on what YAML takes
 * for a number.
 *
 * <p>It never shows a part of the file in a message, since any part may be a secret.
 */
final class SettingsFileReader {

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final String SHAPE =
      "settings as YAML: one 'key: value' a line, keys nested or dotted";

  private final String uri;
  private final String name;
  private final SettingCatalog catalog;
  private final List<Problem> problems;
  private final List<Given> settings = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private SettingsFileReader(String uri, SettingCatalog catalog, List<Problem> problems) {
    this.uri = uri;
    this.catalog = catalog;
    this.name = uri.substring(uri.lastIndexOf('/') + 1);
    this.problems = problems;
  }

  /**
   * Returns the settings of a file in the file's order, or null if it could not be read at all.
   *
   * @param uri of any scheme that Flink's file systems read
   * @param catalog tells which settings are trees; all other maps are sections
   * @param problems receives what is wrong with it
   */
  static @Nullable List<Given> read(String uri, SettingCatalog catalog, List<Problem> problems) {
    SettingsFileReader file = new SettingsFileReader(uri, catalog, problems);
    String text = file.text();
    return text != null && file.parse(text) ? file.settings : null;
  }

  private @Nullable String text() {
    byte[] bytes;
    try {
      Path path = new Path(uri);
      FileSystem fileSystem = path.getFileSystem();
      try (InputStream in = fileSystem.open(path)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
    } catch (UnsupportedFileSystemSchemeException e) {
      return unreadable(
          "a scheme that Flink can read here",
          "put the file system's plugin into Flink's plugins folder, or use a local file");
    } catch (FileNotFoundException e) {
      return unreadable(
          "a file that exists where main runs: in the JobManager for a job submitted over REST or"
              + " in application mode, else where flink run was called",
          "check the path, or use a URI that can be read from there");
    } catch (IOException | IllegalArgumentException | SecurityException e) {
      return unreadable(
          "a readable file; reading failed with " + e.getClass().getSimpleName(),
          "check the path and the permissions");
    }
    if (bytes.length > MAX_BYTES) {
      return unreadable("a file of at most 1mb", "check that this is the right file");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return unreadable("text in UTF-8", "save the file as UTF-8");
    }
  }

  private @Nullable String unreadable(String expected, String remedy) {
    problems.add(new Problem("--config", catalog.shown("--config", uri), null, expected, remedy));
    return null;
  }

  private boolean parse(String text) {
    LoadSettings yaml = LoadSettings.builder().setLabel(name).setAllowNonScalarKeys(true).build();
    Optional<Node> root;
    try {
      root = new Compose(yaml).composeString(text);
    } catch (MarkedYamlEngineException e) {
      broken(e.getProblemMark().or(e::getContextMark).orElse(null), whatIsWrong(e));
      return false;
    } catch (YamlEngineException e) {
      broken(null, "it is not YAML");
      return false;
    }
    if (root.isEmpty() || YamlTree.isNull(root.get())) {
      return true;
    }
    if (!(root.get() instanceof MappingNode mapping)) {
      broken(root.get().getStartMark().orElse(null), "this is not a key with a value");
      return false;
    }
    flatten("", mapping, 0);
    return true;
  }

  /** The parser's own words, unless they would repeat a part of the file. */
  private static String whatIsWrong(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem();
    if (problem.contains("alias") || problem.contains("anchor") || problem.contains("tag")) {
      return "a value that begins with *, & or ! must stand in quotes";
    }
    if (problem.contains("cannot start any token")) {
      return "a tab, or a value that begins with @, ` or %, which must stand in quotes";
    }
    return problem.isBlank() || problem.contains("\n") ? "it is not YAML" : problem;
  }

  private void broken(@Nullable Mark mark, String what) {
    problems.add(
        new Problem(
            "--config",
            catalog.shown("--config", uri),
            mark == null
                ? null
                : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1),
            SHAPE + "; " + what,
            "correct the file there or in the line above"));
  }

  private void flatten(String prefix, MappingNode mapping, int depth) {
    if (depth > MAX_DEPTH) {
      broken(mapping.getStartMark().orElse(null), "this is nested too deeply");
      return;
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
        broken(entry.getKeyNode().getStartMark().orElse(null), "this key is not a name");
        continue;
      }
      String key = prefix + scalar.getValue().strip();
      Node value = entry.getValueNode();
      int line = scalar.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
      boolean tree = isTree(key);
      if (value instanceof MappingNode nested && !tree) {
        flatten(key + ".", nested, depth + 1);
      } else if (YamlTree.isNull(value)) {
        missing(key, line);
      } else {
        Integer earlier = lines.putIfAbsent(key, line);
        if (earlier != null) {
          problems.add(
              new Problem(
                  key,
                  null,
                  where(line),
                  "a setting once; it is also in line " + earlier,
                  "remove one of them"));
        } else if (value instanceof ScalarNode single) {
          settings.add(new Given(key, single.getValue(), where(line), single.getValue()));
        } else if (tree) {
          tree(key, value, line);
        } else if (value instanceof SequenceNode list) {
          list(key, list, line);
        }
      }
    }
  }

  private boolean isTree(String key) {
    Setting<?> setting = catalog.find(key);
    return setting != null && setting.kind().isTree();
  }

  private void tree(String key, Node node, int line) {
    try {
      Object tree = YamlTree.of(node);
      settings.add(new Given(key, tree.toString(), where(line), tree));
    } catch (MistakeException e) {
      broken(node.getStartMark().orElse(null), e.mistake());
    }
  }

  private void list(String key, SequenceNode list, int line) {
    if (list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
      List<String> items =
          list.getValue().stream().map(item -> ((ScalarNode) item).getValue()).toList();
      String text =
          items.stream()
              .map(item -> "'" + item.replace("'", "''") + "'")
              .collect(Collectors.joining(", ", "[", "]"));
      settings.add(new Given(key, text, where(line), items));
    } else {
      broken(list.getStartMark().orElse(null), "this list has other things in it than values");
    }
  }

  /** A section whose settings are all commented out is no problem; a setting without value is. */
  private void missing(String key, int line) {
    if (!catalog.isSection(key) && !FlinkOptions.isSection(key)) {
      problems.add(
          new Problem(
              key,
              null,
              where(line),
              "a value",
              "give it one, or remove the line; what belongs to it must be indented more"));
    }
  }

  private String where(int line) {
    return name + ", line " + line;
  }
}
