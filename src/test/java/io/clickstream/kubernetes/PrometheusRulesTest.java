package io.clickstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@code config/prometheus/rules} as a resource of the Prometheus operator: the same
 * lines, below a head.
 */
class PrometheusRulesTest {

  private static final Path RULES = Path.of("config", "prometheus", "rules");
  private static final Path MANIFEST = Manifest.DIRECTORY.resolve("base/prometheus-rules.yaml");
  private static final String WRITE = "write-rules";
  private static final String HEAD =
      """
      # Made of config/prometheus/rules; after a change there:
      #   ./mvnw test -Dtest=PrometheusRulesTest -Dwrite-rules
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: clickstream
        labels:
          app.kubernetes.io/part-of: clickstream
      spec:
        groups:
      """;

  @Test
  void shouldBeMadeOfTheRuleFiles() throws IOException {
    String expected = HEAD + groups();
    if (System.getProperty(WRITE) != null) {
      Files.writeString(MANIFEST, expected);
    }

    assertThat(Files.readString(MANIFEST))
        .as("write it anew: ./mvnw test -Dtest=PrometheusRulesTest -D" + WRITE)
        .isEqualTo(expected);
  }

  @Test
  void shouldHoldAllGroups() throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(RULES)) {
      names = files.sorted().flatMap(file -> names(file).stream()).collect(Collectors.toList());
    }

    assertThat(names).hasSizeGreaterThan(1).doesNotHaveDuplicates();
    assertThat(
            Manifest.each(Manifest.read(MANIFEST, false).get(0).at("/spec/groups"))
                .map(group -> group.get("name").asText()))
        .isEqualTo(names);
  }

  private static List<String> names(Path file) {
    try {
      return Manifest.each(Manifest.yaml(file).get("groups"))
          .map(group -> group.get("name").asText())
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String groups() throws IOException {
    StringBuilder groups = new StringBuilder();
    try (Stream<Path> files = Files.list(RULES)) {
      for (Path file : files.sorted().toList()) {
        String rules = Files.readString(file);
        rules
            .substring(rules.indexOf("\ngroups:\n") + "\ngroups:\n".length())
            .lines()
            .forEach(line -> groups.append(line.isBlank() ? "" : "  " + line).append('\n'));
      }
    }
    return groups.toString();
  }
}
