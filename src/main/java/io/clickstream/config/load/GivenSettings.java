package io.clickstream.config.load;

import io.clickstream.config.Kind.MistakeException;
import io.clickstream.config.Setting;
import io.clickstream.config.load.FlinkOptions.Kind;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was given, layer over layer: a value of a stronger layer hides that of a weaker
 * one. It gathers the problems.
 */
final class GivenSettings {

  private final SettingCatalog catalog;
  private final UnknownKeys unknown;
  private final List<Problem> problems;
  private final Map<String, Given> ours = new TreeMap<>();
  private final Map<String, Given> flinks = new TreeMap<>();
  private final Set<String> invalid = new HashSet<>();

  GivenSettings(SettingCatalog catalog, List<Problem> problems) {
    this.catalog = catalog;
    this.unknown = new UnknownKeys(catalog);
    this.problems = problems;
  }

  /** Puts a layer over those that are there. */
  void put(List<Given> layer) {
    Map<String, Given> former = new TreeMap<>();
    for (Given given : layer) {
      String key = given.key();
      Setting<?> setting = catalog.find(key);
      Setting<?> group = catalog.group(key);
      if (setting != null) {
        put(setting, given);
      } else if (group != null && group.kind().isTree()) {
        putMembers(group, given);
      } else if (FlinkOptions.kindOf(key) instanceof Kind.OfJob job) {
        Given earlier = former.put(job.key(), given);
        if (earlier != null) {
          problem(
              given,
              "an option under one name; " + earlier.key() + " is the same",
              "keep " + job.key());
        }
        flinks.put(job.key(), given);
      } else {
        problems.add(unknown.problem(given, FlinkOptions.kindOf(key)));
      }
    }
  }

  private void put(Setting<?> setting, Given given) {
    if (given.isList() && !setting.kind().isTree()) {
      problem(given, "a single value, not a list", "write one value");
      invalid.add(given.key());
    } else {
      ours.put(given.key(), given);
    }
  }

  /** The members of a group in a single argument or variable, which holds them as YAML. */
  private void putMembers(Setting<?> group, Given given) {
    try {
      if (YamlTree.of(given.text()) instanceof Map<?, ?> members) {
        members.forEach(
            (name, value) ->
                put(
                    List.of(
                        new Given(
                            group.key() + "." + name,
                            String.valueOf(value),
                            given.where(),
                            value))));
      } else {
        problems.add(unknown.problem(given, null));
      }
    } catch (MistakeException e) {
      problem(given, "names and values as YAML; " + e.mistake(), "correct it");
    }
  }

  /** Puts a value below all layers, where nothing is given. */
  void putBelow(Given given) {
    ours.putIfAbsent(given.key(), given);
  }

  /** The value with this key, or null if none is given. */
  @Nullable Given of(String key) {
    return ours.get(key);
  }

  /**
   * The values of a setting: of a single one under the empty name, of a group by what follows its
   * prefix.
   */
  Map<String, Given> of(Setting<?> setting) {
    Map<String, Given> members = new LinkedHashMap<>();
    if (!setting.isGroup()) {
      Given single = ours.get(setting.key());
      return single == null ? Map.of() : Map.of("", single);
    }
    ours.forEach(
        (key, given) -> {
          String name = setting.nameIn(key);
          if (name != null) {
            members.put(name, given);
          }
        });
    return members;
  }

  /** Options of Flink by their current key. */
  Map<String, Given> flinks() {
    return flinks;
  }

  boolean isInvalid(String key) {
    return invalid.contains(key);
  }

  /** A value that is not right. */
  void invalid(Given given, String key, String expected, String remedy) {
    invalid.add(key);
    problem(given, expected, remedy);
  }

  void problem(Given given, String expected, String remedy) {
    problems.add(
        new Problem(
            given.key(),
            catalog.shown(given.key(), given.text()),
            given.where(),
            expected,
            remedy));
  }

  void problem(Problem problem) {
    problems.add(problem);
  }
}
