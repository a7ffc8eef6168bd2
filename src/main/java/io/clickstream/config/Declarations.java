package io.clickstream.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Every setting, in the order in which they are documented: section by section, in each as they are
 * declared.
 *
 * <p>A setting is declared in the record that holds its value, by a constant that says everything
 * about it, and a component of the same name. Arguments, variables, the file, {@code --help},
 * messages and the tests of all settings follow from that.
 */
public final class Declarations {

  private static final List<Section<?>> SECTIONS =
      List.of(
          KafkaSettings.SECTION,
          TopicSettings.SECTION,
          IngestSettings.SECTION,
          SessionSettings.SECTION,
          EnrichmentSettings.SECTION,
          SinkSettings.SECTION,
          ClickHouseSettings.SECTION);

  private static final List<Setting<?>> ALL = inOrder();

  private Declarations() {}

  /** All settings of both jobs. */
  public static List<Setting<?>> all() {
    return ALL;
  }

  static List<Section<?>> sections() {
    return SECTIONS;
  }

  /** A key may be of another section than the others of its record; it comes last there. */
  private static List<Setting<?>> inOrder() {
    List<Setting<?>> all = new ArrayList<>();
    for (Section<?> section : SECTIONS) {
      String name = section.settings().get(0).section();
      List<Section<?>> ownFirst = new ArrayList<>(SECTIONS);
      ownFirst.remove(section);
      ownFirst.add(0, section);
      for (Section<?> other : ownFirst) {
        other.settings().stream()
            .filter(setting -> setting.section().equals(name))
            .forEach(all::add);
      }
    }
    return List.copyOf(all);
  }
}
