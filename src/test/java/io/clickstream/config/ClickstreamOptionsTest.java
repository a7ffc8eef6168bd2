package io.clickstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClickstreamOptionsTest {

  static Stream<ConfigOption<?>> options() {
    return Arrays.stream(ClickstreamOptions.class.getDeclaredFields())
        .filter(field -> field.getType() == ConfigOption.class)
        .map(ClickstreamOptionsTest::option);
  }

  private static ConfigOption<?> option(Field field) {
    assertThat(Modifier.isPublic(field.getModifiers())).as(field.getName()).isTrue();
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void shouldHaveKeyOfSectionAndNameInKebabCase(ConfigOption<?> option) {
    assertThat(option.key()).matches("[a-z]+\\.[a-z]+(-[a-z]+)*");
  }

  @ParameterizedTest
  @MethodSource("options")
  void shouldBeDescribedInSentences(ConfigOption<?> option) {
    assertThat(HelpText.plain(option.description())).matches("(?s)[A-Z].{10,}\\.");
  }

  @Test
  void shouldBeInTheCatalogOnceEach() {
    List<String> declared = options().<String>map(ConfigOption::key).toList();

    assertThat(SettingCatalog.ALL)
        .extracting(Setting::key)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(declared);
  }

  @Test
  void shouldBeNamedLikeTheirKeys() {
    for (Field field : ClickstreamOptions.class.getDeclaredFields()) {
      if (field.getType() == ConfigOption.class) {
        assertThat(option(field).key().toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"))
            .isEqualTo(field.getName());
      }
    }
  }

  @Test
  void shouldAcceptTheirOwnDefaults() {
    for (Setting<?> setting : SettingCatalog.ALL) {
      String text = setting.defaultText();
      if (text != null) {
        assertThat(setting.mistake().apply(text)).as(setting.key()).isNull();
        assertThat((Object) setting.parse(text))
            .as(setting.key())
            .isEqualTo(setting.option().defaultValue());
      }
    }
  }

  @Test
  void shouldHaveVariablesThatDiffer() {
    Set<String> variables = new HashSet<>();
    Stream.concat(SettingCatalog.keys().stream(), FlinkOptions.jobKeys().stream())
        .forEach(
            key ->
                assertThat(variables.add(SettingsLoader.variable(key)))
                    .as("variable of %s is its own", key)
                    .isTrue());
  }
}
