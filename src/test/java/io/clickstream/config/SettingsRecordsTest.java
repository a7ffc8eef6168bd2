package io.clickstream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.clickstream.columns.Definitions;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.config.load.WrittenValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The records of all settings that are declared. */
class SettingsRecordsTest {

  private static Object value(Setting<?> setting, String text) {
    return value(setting, read(setting, text));
  }

  private static Object read(Setting<?> setting, String text) {
    return setting.kind().read(WrittenValue.of(setting.kind(), text));
  }

  private static Object value(Setting<?> setting, Object value) {
    return setting.isGroup() ? Map.of("a-name", value) : value;
  }

  private static Stream<DynamicTest> forEverySetting(Check check) {
    return Declarations.sections().stream().flatMap(section -> forEverySetting(section, check));
  }

  private static <R extends Record> Stream<DynamicTest> forEverySetting(
      Section<R> section, Check check) {
    return section.settings().stream()
        .map(setting -> dynamicTest(setting.key(), () -> check.run(section, setting)));
  }

  private interface Check {
    <R extends Record> void run(Section<R> section, Setting<?> setting);
  }

  @TestFactory
  Stream<DynamicTest> shouldHaveDefaultWhenNothingIsGiven() {
    return forEverySetting(
        new Check() {
          @Override
          public <R extends Record> void run(Section<R> section, Setting<?> setting) {
            Object initial = section.component(section.defaults(), setting);
            String text = setting.defaultText();

            assertThat(initial).isEqualTo(setting.initial());
            if (text != null) {
              // It could be given as well, and is written as it is read.
              assertThat(read(setting, text)).isEqualTo(initial);
            } else if (!setting.isGroup()) {
              assertThat(initial).isIn(null, "");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldHoldTheValueThatIsGivenAndNoOther() {
    return forEverySetting(
        new Check() {
          @Override
          public <R extends Record> void run(Section<R> section, Setting<?> setting) {
            for (String text : setting.kind().examples()) {
              Object value = value(setting, text);
              R record = section.of(Map.of(setting, value));

              assertThat(section.component(record, setting)).isEqualTo(value);
              for (Setting<?> other : section.settings()) {
                if (other != setting) {
                  assertThat(section.component(record, other)).isEqualTo(other.initial());
                }
              }
            }
          }
        });
  }

  @Test
  void shouldChangeOneValueAndKeepTheOthers() {
    SessionSettings session = SessionSettings.defaults().with(SessionSettings.MAX_EVENTS, 7);

    assertThat(session.with(SessionSettings.GAP, Duration.ofSeconds(5)))
        .isEqualTo(
            new SessionSettings(
                null,
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofHours(24),
                7,
                256,
                DedupKey.EVENT_ID_AND_TYPE,
                List.of(),
                134_217_728,
                Map.of(),
                Map.of(),
                null,
                Definitions.Engaged.GA4,
                Definitions.Bounce.SINGLE_VIEW,
                false,
                OrNone.none(),
                OrNone.none(),
                OrNone.none(),
                OrNone.none(),
                OrNone.none(),
                OrNone.none(),
                1_048_576));
    assertThat(ClickstreamSettings.defaults().with(SessionSettings.MAX_EVENTS, 7))
        .isEqualTo(ClickstreamSettings.of(Map.of(SessionSettings.MAX_EVENTS, 7)));
  }

  @Test
  void shouldTakeNullWhereASettingHasNoDefaultOnly() {
    EnrichmentSettings waits =
        EnrichmentSettings.defaults().with(EnrichmentSettings.MAX_WAIT, Duration.ofSeconds(1));

    assertThat(waits.with(EnrichmentSettings.MAX_WAIT, null).maxWait()).isNull();
    assertThatThrownBy(() -> SessionSettings.defaults().with(SessionSettings.GAP, null))
        .hasMessageContaining("session.gap: expected: a duration")
        .hasMessageEndingWith("; it is null");
  }

  @Test
  void shouldRefuseValueThatCouldNotBeGiven() {
    assertThatThrownBy(() -> SessionSettings.defaults().with(SessionSettings.GAP, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("; it is too short");
    assertThatThrownBy(
            () -> IngestSettings.defaults().with(IngestSettings.CONSTANTS, Map.of("app_id", " ")))
        .hasMessageEndingWith("; it is empty");
    assertThatThrownBy(
            () ->
                SessionSettings.defaults()
                    .with(
                        SessionSettings.FIELDS,
                        Map.of("a-name", FieldDefinition.parse(Map.of("last", "a")))))
        .hasMessageEndingWith("; it has other characters");
  }

  @Test
  void shouldRefuseSettingOfAnotherRecord() {
    assertThatThrownBy(() -> SessionSettings.defaults().with(SinkSettings.GENERATION, 1))
        .hasMessage("sink.generation is no setting of SessionSettings");
    assertThatThrownBy(() -> ClickstreamSettings.defaults().with(ClickHouseSettings.TABLE, "t"))
        .hasMessage("clickhouse.table is no setting of this job");
  }

  @Test
  void shouldDeclareEverySettingInTheRecordThatItFills() {
    assertThat(Declarations.all())
        .hasSize(Declarations.sections().stream().mapToInt(s -> s.settings().size()).sum())
        .doesNotHaveDuplicates();
  }
}
