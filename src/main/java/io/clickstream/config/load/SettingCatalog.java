package io.clickstream.config.load;

import io.clickstream.config.Declarations;
import io.clickstream.config.Secrets;
import io.clickstream.config.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds settings by their keys. */
final class SettingCatalog {

  /** The settings of the jobs. */
  static final SettingCatalog OURS = new SettingCatalog(Declarations.all());

  private static final Pattern QUERY = Pattern.compile("[?;].*", Pattern.DOTALL);
  private static final int LONGEST_SHOWN = 120;

  private final List<Setting<?>> all;
  private final Map<String, Setting<?>> singles = new TreeMap<>();
  private final Map<String, Setting<?>> groups = new TreeMap<>();

  SettingCatalog(List<Setting<?>> all) {
    this.all = List.copyOf(all);
    for (Setting<?> setting : all) {
      (setting.isGroup() ? groups : singles).put(setting.key(), setting);
    }
  }

  /** Every setting, in the order in which they are documented. */
  List<Setting<?>> all() {
    return all;
  }

  /** The setting that a full key belongs to, a group for one of its members, or null. */
  @Nullable Setting<?> find(String key) {
    Setting<?> single = singles.get(key);
    if (single != null) {
      return single;
    }
    for (Setting<?> group : groups.values()) {
      String name = group.nameIn(key);
      if (name != null && (group.isOpen() || group.names().contains(name))) {
        return group;
      }
    }
    return null;
  }

  /** The group with this key, which is the prefix of its members, or null. */
  @Nullable Setting<?> group(String key) {
    return groups.get(key);
  }

  /** All groups by key. */
  Collection<Setting<?>> groups() {
    return groups.values();
  }

  /** Every key that can be written out: single settings and the members of closed groups. */
  List<String> keys() {
    List<String> keys = new ArrayList<>(singles.keySet());
    for (Setting<?> group : groups.values()) {
      group.names().forEach(name -> keys.add(group.key() + "." + name));
    }
    return keys;
  }

  /**
   * Whether some setting's key begins with this and a dot: {@code session}, {@code ingest.fields}.
   */
  boolean isSection(String key) {
    return groups.containsKey(key)
        || all.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  /** The value as it may be shown: hidden if its key, or cut where its content, may be secret. */
  String shown(String key, String value) {
    Setting<?> setting = find(key);
    boolean secret =
        (setting != null && !setting.isGroup()) ? setting.isSecret() : Secrets.isSecret(key);
    if (secret) {
      return Secrets.HIDDEN;
    }
    String shown = Secrets.withoutUserInfo(value);
    if (shown.contains("://")) {
      shown = QUERY.matcher(shown).replaceAll(" " + Secrets.HIDDEN);
    }
    return shown.length() <= LONGEST_SHOWN ? shown : shown.substring(0, LONGEST_SHOWN) + "…";
  }
}
