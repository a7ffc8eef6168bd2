package io.clickstream.config.load;

import io.clickstream.columns.NearestName;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from environment variables.
 *
 * <p>{@code session.gap} is {@code CLICKSTREAM_SESSION_GAP}: dots and dashes become underscores. In
 * an open group, such as {@code CLICKSTREAM_KAFKA_PROPERTIES_…}, an underscore is a dot and two are
 * one underscore, unless its names have no dots: {@code CLICKSTREAM_SESSION_FIELDS_SAW_PRICING}. A
 * variable that is empty counts as not set.
 */
final class VariableReader {

  static final String PREFIX = "CLICKSTREAM_";

  /** Variables that Kubernetes sets for a service whose name begins with "clickstream". */
  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(
          PREFIX
              + "(?:\\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_\\w+)?)?)");

  private final SettingCatalog catalog;
  private final Map<String, String> keyOfVariable = new TreeMap<>();

  VariableReader(SettingCatalog catalog) {
    this.catalog = catalog;
    FlinkOptions.jobKeys().forEach(key -> keyOfVariable.put(variable(key), key));
    catalog.groups().stream()
        .filter(group -> group.kind().isTree())
        .forEach(group -> keyOfVariable.put(variable(group.key()), group.key()));
    catalog.keys().forEach(key -> keyOfVariable.put(variable(key), key));
  }

  /**
   * Returns the settings among the variables.
   *
   * @param problems receives the variables that begin like settings and are none
   */
  List<Given> read(Map<String, String> environment, List<Problem> problems) {
    List<Given> variables = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(PREFIX) || value.isEmpty()) {
                return;
              }
              String key = keyOfVariable.get(name);
              if (key == null) {
                key = keyInOpenGroup(name);
              }
              if (key != null) {
                variables.add(new Given(key, value, "environment " + name));
              } else if (!SERVICE_VARIABLE.matcher(name).matches()) {
                problems.add(
                    new Problem(
                        name,
                        null,
                        "environment",
                        "the variable of a setting",
                        "the nearest is " + NearestName.of(name, keyOfVariable.keySet())));
              }
            });
    return variables;
  }

  /** The variable of a setting. */
  static String variable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private @Nullable String keyInOpenGroup(String variable) {
    for (Setting<?> group : catalog.groups()) {
      String prefix = variable(group.key()) + "_";
      if (group.isOpen() && variable.startsWith(prefix) && variable.length() > prefix.length()) {
        String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT);
        return group.key() + "." + (group.nameKind() == null ? dotted(name) : name);
      }
    }
    return null;
  }

  private static String dotted(String name) {
    return name.replace("__", "\0").replace('_', '.').replace('\0', '_');
  }
}
