package io.clickstream.config.load;

import static io.clickstream.config.load.Reading.config;
import static io.clickstream.config.load.Reading.failure;
import static io.clickstream.config.load.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.KafkaSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The word hunter2 stands wherever a secret can stand, and appears nowhere. */
class SecretsTest {

  private static final String SECRET = "hunter2";

  @TempDir Path directory;

  @Test
  void shouldHideSecretsOfEverySourceWhenSettingsAreRefused() throws IOException {
    // Given
    String file =
        config(
            directory,
            """
            session.gap: 0
            kafka:
              sasl.jaas.config: hunter2
              properties:
                transactional.id.token: hunter2
                sasl.jaas.config: [hunter2]
            sasl.password: hunter2
            clickhouse:
              url: http://user:hunter2@host
              password: [hunter2]
            s3.secret-key: hunter2
            """);

    // When
    InvalidSettingsException failure =
        failure(
            Map.of(
                "CLICKSTREAM_CLICKHOUSE_PASWORD", SECRET,
                "CLICKSTREAM_KAFKA_PROPERTIES_SSL_KEY_PASSWORD", SECRET),
            file,
            "--kafka.properties.sasl.oauthbearer.client.secret",
            SECRET,
            SECRET,
            "--clickhouse.passwort",
            SECRET,
            "--kafka.properties.transactional.id",
            "shown");

    // Then
    assertThat(printed(failure)).contains("***").doesNotContain(SECRET);
    assertThat(failure.problems().toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: *hunter2",
        "password: &hunter2 !hunter2 {",
        "password: !hunter2!x y",
        "password: \"hunter2",
        "password: 'hunter2' hunter2",
        "password: %hunter2",
        "password: @hunter2",
        "password: hunter2: hunter2",
        "password: {hunter2",
        "password: \"\\hunter2\"",
        "hunter2",
      })
  void shouldNotRepeatTheFileWhenYamlIsWrong(String yaml) throws IOException {
    assertThat(printed(failure(Map.of(), config(directory, yaml)))).doesNotContain(SECRET);
  }

  @Test
  void shouldHideSecretsWhenSettingsArePrinted() {
    // Given
    String[] args = {
      "--kafka.properties.sasl.jaas.config", SECRET, "--clickhouse.password", SECRET
    };

    // Then
    assertThat(read(args).toString()).contains("sasl.jaas.config").doesNotContain(SECRET);
    assertThat(Invocation.of(args).toString())
        .contains("clickhouse.password")
        .doesNotContain(SECRET);
    assertThat(read(args).settings().kafka().clientProperties())
        .containsEntry("sasl.jaas.config", SECRET);
    assertThat(read(args).flink().toMap().values()).doesNotContain(SECRET);
  }

  @Test
  void shouldHideSecretsInTheWordsOfOthers() {
    // Given
    KafkaSettings kafka =
        KafkaSettings.at("b:1")
            .with(
                KafkaSettings.PROPERTIES,
                Map.of(
                    "sasl.jaas.config",
                    "x.PlainLoginModule required username=\"u1\" password=\"hunter2\";",
                    "ssl.key.password",
                    "swordfish",
                    "ssl.keystore.location",
                    "/job.jks",
                    "linger.ms",
                    "5"));

    // Then
    assertThat(kafka.withoutSecrets("flag hunter2 of swordfish in /job.jks is not 5"))
        .isEqualTo("flag *** of *** in /job.jks is not 5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          password="two words";     | 'two words' is wrong | '***' is wrong
          password="with \\"quote";  | not with "quote      | not ***
          password='single';        | not single           | not ***
          password="unfinished      | not unfinished       | not ***
          password=a;               | a mark of a: a.      | *** mark of ***: ***.
          username="ann";           | ann is unknown       | ann is unknown
          username="ann" token="t0"; | ann has t0, not t01 | ann has ***, not t01
          """)
  void shouldHideTheSecretsOfALoginAndNothingElse(String options, String said, String shown) {
    KafkaSettings kafka =
        KafkaSettings.at("b:1")
            .with(
                KafkaSettings.PROPERTIES,
                Map.of("sasl.jaas.config", "x.Module required " + options));

    assertThat(kafka.withoutSecrets(said)).isEqualTo(shown);
  }

  @Test
  void shouldKnowTheUserOfALogin() {
    Map<String, String> login = Map.of("sasl.jaas.config", "x.Module required username='ann';");
    assertThat(KafkaSettings.at("b:1").with(KafkaSettings.PROPERTIES, login).user())
        .isEqualTo("ann");
    assertThat(KafkaSettings.at("b:1").user()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.properties.sasl.jaas.config",
        "kafka.properties.ssl.keystore.password",
        "kafka.properties.sasl.oauthbearer.client.secret",
        "kafka.properties.ssl.keystore.key",
        "kafka.properties.api.token",
        "clickhouse.password",
        "s3.secret-key",
        "unknown.Password",
      })
  void shouldHideValueOfSecretKey(String key) {
    assertThat(SettingCatalog.OURS.shown(key, SECRET)).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"session.gap", "kafka.properties.linger.ms", "clickhouse.user", "topics.clicks"})
  void shouldShowValueOfOtherKeys(String key) {
    assertThat(SettingCatalog.OURS.shown(key, "5ms")).isEqualTo("5ms");
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
