package io.clickstream.config.load;

import io.clickstream.config.Job;
import io.clickstream.config.Kind;
import io.clickstream.config.Kind.MistakeException;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of all settings from what was given. */
final class ValueReader {

  private final SettingCatalog catalog;
  private final GivenSettings given;
  private final @Nullable Job job;

  /**
   * @param job whose required settings have to be there; null if none has to, since a part of what
   *     was given could not be read
   */
  ValueReader(SettingCatalog catalog, GivenSettings given, @Nullable Job job) {
    this.catalog = catalog;
    this.given = given;
    this.job = job;
  }

  /**
   * Returns the values by setting. Those that are not given or not right are not among them; what
   * is wrong with them is a problem each.
   */
  Map<Setting<?>, Object> read() {
    for (Setting<?> setting : catalog.all()) {
      preset(setting);
    }
    Map<Setting<?>, Object> values = new HashMap<>();
    for (Setting<?> setting : catalog.all()) {
      Object value = read(setting);
      if (value != null) {
        values.put(setting, value);
      }
    }
    return values;
  }

  private void preset(Setting<?> setting) {
    Given single = given.of(setting.key());
    if (single == null) {
      return;
    }
    Object value;
    try {
      value = setting.value(Map.of("", written(setting, single)));
    } catch (MistakeException e) {
      // Reported when it is read.
      return;
    }
    setting
        .presetsOf(value)
        .forEach(
            (key, preset) ->
                given.putBelow(
                    new Given(
                        key,
                        preset.toString(),
                        setting.key() + " " + catalog.shown(setting.key(), single.text()),
                        preset)));
  }

  private @Nullable Object read(Setting<?> setting) {
    Map<String, Object> right = new LinkedHashMap<>();
    Map<String, Given> all = given.of(setting);
    all.forEach(
        (name, value) -> {
          checkName(setting, name, value);
          try {
            Object written = written(setting, value);
            setting.kind().read(written);
            right.put(name, written);
          } catch (MistakeException e) {
            String fallback = setting.defaultText();
            given.invalid(
                value,
                value.key(),
                setting.kind().expected() + "; " + e.mistake(),
                fallback == null
                    ? "correct it"
                    : "correct it, or remove it for the default " + fallback);
          }
        });
    String key = setting.key();
    if (all.isEmpty() && job != null && setting.isRequiredBy(job) && !given.isInvalid(key)) {
      given.problem(
          new Problem(
              key,
              null,
              "not set",
              setting.kind().expected(),
              "set it in the file, as --" + key + " or as " + VariableReader.variable(key)));
    }
    return right.isEmpty() ? null : setting.value(right);
  }

  private void checkName(Setting<?> setting, String name, Given value) {
    Kind<String> kind = setting.nameKind();
    if (kind != null) {
      try {
        kind.read(name);
      } catch (MistakeException e) {
        given.invalid(value, value.key(), kind.expected() + "; " + e.mistake(), "rename it");
      }
    }
  }

  /** The value that the kind of a setting reads. */
  static Object written(Setting<?> setting, Given value) {
    if (value.tree() != null) {
      return value.tree();
    }
    return setting.kind().isTree() ? YamlTree.of(value.text()) : value.text();
  }
}
