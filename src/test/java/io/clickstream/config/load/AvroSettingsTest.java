package io.clickstream.config.load;

import static io.clickstream.config.load.Reading.config;
import static io.clickstream.config.load.Reading.failure;
import static io.clickstream.config.load.Reading.problems;
import static io.clickstream.config.load.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.Framing;
import io.clickstream.config.IngestSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSettingsTest {

  private static final String AVRO = "--ingest.format=avro";
  private static final String URL = "--ingest.schema-registry.url=https://registry:8081";
  private static final String FILE = "--ingest.schema-file=click.avsc";

  @Test
  void shouldReadFramingAndARegistryOfAFile(@TempDir Path directory) throws Exception {
    IngestSettings ingest =
        read(config(
                directory,
                """
                    ingest:
                      format: avro
                      framing: [gzip]
                      schema-registry:
                        url: https://registry:8081
                        properties:
                          basic.auth.user.info: me:secret
                          ssl:
                            truststore.location: /trust.p12
                    """))
            .settings()
            .ingest();

    assertThat(ingest.framing()).containsExactly(Framing.GZIP);
    assertThat(ingest.schemaRegistryUrl()).isEqualTo("https://registry:8081");
    assertThat(ingest.schemaRegistryProperties())
        .isEqualTo(
            Map.of("basic.auth.user.info", "me:secret", "ssl.truststore.location", "/trust.p12"));
  }

  @ParameterizedTest
  @CsvSource({"confluent, CONFLUENT", "'[gzip, lines]', GZIP LINES", "TEXT, TEXT", "'[]', ''"})
  void shouldReadFramings(String written, String expected) {
    assertThat(read("--ingest.framing=" + written).settings().ingest().framing())
        .extracting(Framing::name)
        .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
  }

  @Test
  void shouldWantASchemaForAvro() {
    assertThat(problems(AVRO))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.toString())
                    .contains("ingest.schema-registry.url")
                    .contains("ingest.schema-file"));
  }

  @Test
  void shouldWantOneSourceOfSchemas() {
    assertThat(problems(AVRO, URL, FILE)).singleElement().asString().contains("either a file or");
    assertThat(read(AVRO, URL).settings().ingest().schemaFile()).isNull();
    assertThat(read(AVRO, FILE).settings().ingest().schemaRegistryUrl()).isNull();
  }

  @ParameterizedTest
  @CsvSource({URL, FILE, "--ingest.schema-registry.properties.bearer.auth.token=t0ken"})
  void shouldWantAvroForASchema(String argument) {
    assertThat(problems(argument)).hasSize(1);
  }

  @Test
  void shouldRefuseWhatIsNotInFrontOfAvro() {
    assertThat(problems(AVRO, FILE, "--ingest.framing=lines")).hasSize(1);
    assertThat(problems(AVRO, URL, "--ingest.framing=confluent")).hasSize(1);
    assertThat(read(AVRO, FILE, "--ingest.framing=[gzip, confluent]").settings().ingest().framing())
        .hasSize(2);
    assertThat(read(AVRO, URL, "--ingest.framing=gzip").settings().ingest().framing()).hasSize(1);
  }

  @Test
  void shouldRefuseTwoLogins() {
    assertThat(
            problems(
                AVRO,
                URL,
                "--ingest.schema-registry.properties.basic.auth.user.info=me:secret",
                "--ingest.schema-registry.properties.bearer.auth.token=t0ken"))
        .singleElement()
        .asString()
        .contains("one login")
        .doesNotContain("t0ken")
        .doesNotContain("secret");
  }

  @Test
  void shouldNotShowLogins() {
    String message =
        failure(
                Map.of(
                    "CLICKSTREAM_INGEST_SCHEMA_REGISTRY_PROPERTIES_BASIC_AUTH_USER_INFO",
                    "me:hunter2"),
                FILE)
            .getMessage();

    assertThat(message)
        .contains("ingest.schema-registry.properties.basic.auth.user.info")
        .doesNotContain("hunter2");
  }

  @Test
  void shouldNameTheNearestPropertyOfARegistry() {
    assertThat(problems(AVRO, URL, "--ingest.schema-registry.properties.basic.auth.userinfo=me:x"))
        .singleElement()
        .asString()
        .contains("basic.auth.user.info");
  }
}
