package io.clickstream.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.IngestSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.registry.RegistryStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaChecksTest {

  private static Finding found(Check check) {
    Findings findings = new Findings();
    check.run(findings);
    List<Finding> all = findings.report().findings();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void shouldAskTheRegistry() throws Exception {
    try (RegistryStub registry = RegistryStub.start()) {
      SchemaRegistryCheck check = new SchemaRegistryCheck(registry.url(), Map.of());

      assertThat(found(check).severity()).isEqualTo(Severity.OK);
      registry.register(1, "\"string\"");
      assertThat(found(check).severity()).isEqualTo(Severity.OK);
      registry.fail(401, "");
      assertThat(found(check))
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.remedy()).contains("basic.auth.user.info");
              });
      registry.fail(404, "nothing here");
      assertThat(found(check).remedy()).contains("correct the address");
      registry.stop();
      assertThat(found(check).remedy()).contains("start the registry");
    }
  }

  @Test
  void shouldLookAtTheFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("click.avsc");

    assertThat(found(check(file)).message()).contains("there is no such file");
    Files.writeString(file, "{");
    assertThat(found(check(file)).message()).endsWith("it is no schema of Avro");
    Files.writeString(file, "\"string\"");
    assertThat(found(check(file)).message())
        .endsWith("expected a schema of a record, found another one");
    Files.writeString(file, "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}");
    assertThat(found(check(file)).severity()).isEqualTo(Severity.OK);
  }

  private static SchemaFileCheck check(Path file) {
    return new SchemaFileCheck(IngestSettings.defaults(), file.toString());
  }
}
