package io.clickstream.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that there is to say about a setting: its key, what it means, which values it may have, and
 * its value when it is not given. A constant of this type in the record that holds its value is the
 * only place where a setting is declared; see {@link Declarations}.
 *
 * <p>It is a single setting, or a group of settings that share a prefix, such as {@code
 * kafka.properties}.
 *
 * @param <T> the type that the record holds; for a group a map by what follows the prefix
 */
public final class Setting<T> {

  private static final Pattern DASH_OR_DOT = Pattern.compile("[-.]([a-z0-9])");

  private final String key;
  private final String component;
  private final String sentence;
  private final Kind<?> kind;
  private final @Nullable List<String> names;
  private final @Nullable Kind<String> nameKind;
  private final Map<String, String> reserved;
  private final @Nullable Function<? super T, Map<String, Object>> presets;
  private final boolean secret;
  private final Set<Job> requiredBy;
  private final boolean hasDefault;
  private final @Nullable T initial;

  private Setting(Declaration<T> declared, boolean hasDefault, @Nullable T initial, Job... jobs) {
    this.key = declared.key;
    this.component =
        DASH_OR_DOT
            .matcher(key.substring(key.indexOf('.') + 1))
            .replaceAll(match -> Matcher.quoteReplacement(match.group(1).toUpperCase(Locale.ROOT)));
    this.sentence = declared.sentence;
    this.kind = declared.kind;
    this.names = declared.names;
    this.nameKind = declared.nameKind;
    this.reserved = declared.reserved;
    this.presets = declared.presets;
    this.secret = declared.secret;
    this.requiredBy = EnumSet.noneOf(Job.class);
    this.requiredBy.addAll(Arrays.asList(jobs));
    this.hasDefault = hasDefault;
    this.initial = initial;
  }

  /**
   * A setting that is being declared; it ends with a default, or with one of the ways to have none.
   */
  public static final class Declaration<T> {

    private final String key;
    private final String sentence;
    private final Kind<?> kind;
    private final @Nullable List<String> names;
    private final @Nullable T ifNotGiven;
    private final Consumer<Setting<?>> register;
    private @Nullable Kind<String> nameKind;
    private Map<String, String> reserved = Map.of();
    private @Nullable Function<? super T, Map<String, Object>> presets;
    private boolean secret;

    private Declaration(
        String key,
        String sentence,
        Kind<?> kind,
        @Nullable List<String> names,
        @Nullable T ifNotGiven,
        Consumer<Setting<?>> register) {
      this.key = key;
      this.sentence = sentence;
      this.kind = kind;
      this.names = names;
      this.ifNotGiven = ifNotGiven;
      this.register = register;
    }

    /** Its value is never shown. */
    public Declaration<T> secret() {
      secret = true;
      return this;
    }

    /** The names of an open group are of a kind, and none of them has a dot. */
    public Declaration<T> named(Kind<String> like) {
      nameKind = like;
      return this;
    }

    /**
     * Some names of an open group cannot be given, since the job sets them.
     *
     * @param remedies by name: what to do instead
     */
    public Declaration<T> reserving(Map<String, String> remedies) {
      reserved = remedies;
      return this;
    }

    /**
     * Its value sets others, each of which can still be given by itself.
     *
     * @param values by full key, as they would be written: texts, or trees of them
     */
    public Declaration<T> presets(Function<? super T, Map<String, Object>> values) {
      presets = values;
      return this;
    }

    /** It has this value when it is not given. */
    public Setting<T> byDefault(T value) {
      return declared(new Setting<>(this, true, value));
    }

    /** It may be left out, and is null then, or a map without entries. */
    public Setting<T> optional() {
      return declared(new Setting<>(this, false, ifNotGiven));
    }

    /**
     * It has no default, and some jobs do not start without it.
     *
     * @param unset its value in the records of a job that does not need it
     */
    public Setting<T> requiredBy(T unset, Job... jobs) {
      return declared(new Setting<>(this, false, unset, jobs));
    }

    private Setting<T> declared(Setting<T> setting) {
      register.accept(setting);
      return setting;
    }
  }

  /**
   * Begins the declaration of a single setting.
   *
   * @param sentence what {@code --help} says of it
   * @param register receives the setting when it is declared
   */
  public static <T> Declaration<T> single(
      String key, String sentence, Kind<T> kind, Consumer<Setting<?>> register) {
    return new Declaration<>(key, sentence, kind, null, null, register);
  }

  /**
   * Begins the declaration of a group.
   *
   * @param names that may follow the prefix, or empty for any
   * @param kind of a single value
   */
  public static <V> Declaration<Map<String, V>> group(
      String key,
      List<String> names,
      String sentence,
      Kind<V> kind,
      Consumer<Setting<?>> register) {
    return new Declaration<>(key, sentence, kind, List.copyOf(names), Map.of(), register);
  }

  /** The key, such as {@code session.gap}; of a group the prefix without the last dot. */
  public String key() {
    return key;
  }

  /** The part of the key before the first dot. */
  public String section() {
    return key.substring(0, key.indexOf('.'));
  }

  /** The component of a record that it fills: {@code session.max-events} fills maxEvents. */
  String component() {
    return component;
  }

  /** Its meaning, in sentences. */
  public String sentence() {
    return sentence;
  }

  /** The kind of its values; of a group that of each. */
  public Kind<?> kind() {
    return kind;
  }

  /** Whether it is a group of settings. */
  public boolean isGroup() {
    return names != null;
  }

  /** Whether any name may follow the prefix of a group. */
  public boolean isOpen() {
    return names != null && names.isEmpty();
  }

  /** The names that may follow the prefix; empty for a single setting and for an open group. */
  public List<String> names() {
    return names == null ? List.of() : names;
  }

  /** The kind of the names in an open group; null for any. */
  public @Nullable Kind<String> nameKind() {
    return nameKind;
  }

  /** The part of a key behind the group's prefix, or null if the key does not begin with it. */
  public @Nullable String nameIn(String other) {
    String prefix = key + ".";
    return isGroup() && other.startsWith(prefix) && other.length() > prefix.length()
        ? other.substring(prefix.length())
        : null;
  }

  /** The names that the job sets itself, and what to do instead. */
  public Map<String, String> reserved() {
    return reserved;
  }

  /** Whether its value is never shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Whether a job does not start without it. */
  public boolean isRequiredBy(Job job) {
    return requiredBy.contains(job);
  }

  /** Its value when it is not given; null if it is none then. */
  @Nullable T initial() {
    return initial;
  }

  /** The default as it would be written in a file, or null if there is none. */
  public @Nullable String defaultText() {
    return hasDefault && initial != null && !isGroup() ? kindOf(kind).text(initial) : null;
  }

  /**
   * Reads the value.
   *
   * @param written of a single setting under the empty name, of a group by name; only values that
   *     the {@link #kind} reads
   * @return the same as when it is not given if nothing is written
   */
  @SuppressWarnings("unchecked") // The factories tie T to the kind.
  public @Nullable T value(Map<String, Object> written) {
    if (written.isEmpty()) {
      return initial;
    }
    if (!isGroup()) {
      return (T) kind.read(written.values().iterator().next());
    }
    Map<String, Object> members = new LinkedHashMap<>();
    written.forEach((name, value) -> members.put(name, kind.read(value)));
    return (T) members;
  }

  /**
   * The other settings that a value sets, by full key.
   *
   * @param value of this setting, or null
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> presetsOf(@Nullable Object value) {
    return presets == null || value == null ? Map.of() : presets.apply((T) value);
  }

  /**
   * Refuses a value that could not have been given.
   *
   * @throws IllegalArgumentException without the value, which may be secret
   */
  void require(@Nullable Object value) {
    if (value == null) {
      if (initial != null) {
        throw new IllegalArgumentException(key + ": expected: " + kind.expected() + "; it is null");
      }
      return;
    }
    if (value.equals(initial)) {
      return;
    }
    if (isGroup() && nameKind != null) {
      ((Map<?, ?>) value).keySet().forEach(name -> require(nameKind, name));
    }
    for (Object single : isGroup() ? ((Map<?, ?>) value).values() : List.of(value)) {
      require(kind, single);
    }
  }

  private void require(Kind<?> of, Object single) {
    String mistake = kindOf(of).mistake(single);
    if (mistake != null) {
      throw new IllegalArgumentException(key + ": expected: " + of.expected() + "; " + mistake);
    }
  }

  @SuppressWarnings("unchecked") // The factories tie T to the kind.
  private static Kind<Object> kindOf(Kind<?> kind) {
    return (Kind<Object>) kind;
  }

  @Override
  public String toString() {
    return key;
  }
}
