package io.clickstream.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings that fill one record, each the component of its name: {@code session.max-events} the
 * component {@code maxEvents}. A record is only ever made by name, however many components it has.
 *
 * <p>Every component has exactly one setting and every setting a component of its type, or no
 * record can be made.
 */
final class Section<R extends Record> {

  private final Class<R> type;
  private final RecordComponent[] components;
  private final List<Setting<?>> settings = new ArrayList<>();

  Section(Class<R> type) {
    this.type = type;
    this.components = type.getRecordComponents();
  }

  <T> Setting.Declaration<T> setting(String key, String sentence, Kind<T> kind) {
    return Setting.single(key, sentence, kind, settings::add);
  }

  <V> Setting.Declaration<Map<String, V>> group(
      String key, List<String> names, String sentence, Kind<V> kind) {
    return Setting.group(key, names, sentence, kind, settings::add);
  }

  /** In the order of their declarations. */
  List<Setting<?>> settings() {
    return Collections.unmodifiableList(settings);
  }

  /** Whether a setting fills a component of this record. */
  boolean declares(Setting<?> setting) {
    return settings.contains(setting);
  }

  /** The record of which nothing is given. */
  R defaults() {
    return make(Setting::initial);
  }

  /**
   * The record of some values.
   *
   * @param values by setting; those that are not among them have the value of a setting that is not
   *     given
   */
  R of(Map<Setting<?>, Object> values) {
    return make(setting -> values.containsKey(setting) ? values.get(setting) : setting.initial());
  }

  /**
   * The same record with another value.
   *
   * @throws IllegalArgumentException if the value is not right, or the setting another record's
   */
  <T> R with(R record, Setting<T> changed, @Nullable T value) {
    if (!declares(changed)) {
      throw new IllegalArgumentException(changed + " is no setting of " + type.getSimpleName());
    }
    changed.require(value);
    return make(setting -> setting == changed ? value : component(record, setting));
  }

  /** The value of a setting in a record. */
  @Nullable Object component(R record, Setting<?> setting) {
    for (RecordComponent component : components) {
      if (component.getName().equals(setting.component())) {
        try {
          return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("component of " + setting + " cannot be read", e);
        }
      }
    }
    throw new IllegalStateException(
        type.getSimpleName() + " has no component " + setting.component() + " for " + setting);
  }

  private R make(Function<Setting<?>, @Nullable Object> valueOf) {
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = valueOf.apply(settingOf(components[i].getName()));
    }
    if (components.length != settings.size()) {
      throw new IllegalStateException(
          "components and settings of " + type.getSimpleName() + " differ: " + settings);
    }
    try {
      Constructor<R> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException(
          type.getSimpleName() + " cannot be made of its settings " + settings, e);
    }
  }

  private Setting<?> settingOf(String component) {
    for (Setting<?> setting : settings) {
      if (setting.component().equals(component)) {
        return setting;
      }
    }
    throw new IllegalStateException(
        "no setting fills the component " + component + " of " + type.getSimpleName());
  }
}
