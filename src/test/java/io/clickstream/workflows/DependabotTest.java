package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Who is to propose newer versions looks where there are some, and leaves out what there is. */
class DependabotTest {

  private static final Path FILE = Path.of(".github", "dependabot.yml");

  /** For each ecosystem what has the versions, below its directory. */
  private static final Map<String, String> VERSIONS =
      Map.of(
          "maven", "pom.xml",
          "docker", "Dockerfile",
          "docker-compose", "docker-compose.yml",
          "github-actions", ".github/workflows");

  private static List<String> problems(String text) throws IOException {
    List<String> problems = new ArrayList<>();
    JsonNode file =
        new ObjectMapper()
            .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    List<String> ecosystems = new ArrayList<>();
    for (JsonNode update : file.path("updates")) {
      String ecosystem = update.path("package-ecosystem").asText();
      ecosystems.add(ecosystem);
      Path versions =
          Path.of(
              update.path("directory").asText().substring(1),
              VERSIONS.getOrDefault(ecosystem, "of nobody"));
      if (!Files.exists(versions)) {
        problems.add(ecosystem + ": there is no " + versions);
        continue;
      }
      List<String> names =
          new ArrayList<>(update.path("ignore").findValuesAsText("dependency-name"));
      for (JsonNode group : update.path("groups")) {
        group.path("patterns").forEach(pattern -> names.add(pattern.asText()));
      }
      for (String name : names) {
        if (!name.equals("*") && !isThere(name, Files.readString(versions))) {
          problems.add(ecosystem + ": there is no " + name);
        }
      }
    }
    VERSIONS.keySet().stream()
        .filter(ecosystem -> !ecosystems.contains(ecosystem))
        .forEach(ecosystem -> problems.add("nobody looks for newer versions of " + ecosystem));
    return problems;
  }

  /** Whether an image, or a group and an artifact, stands in a file; a star is for anything. */
  private static boolean isThere(String name, String text) {
    String[] parts = name.split(":", 2);
    String any = Pattern.quote(parts[0]).replace("*", "\\E[\\w.-]*\\Q");
    String found =
        parts.length == 1 && !parts[0].endsWith("*")
            ? "(?m)(image: |FROM )" + any + ":"
            : "<groupId>"
                + any
                + "</groupId>"
                + (parts.length == 1 || parts[1].equals("*")
                    ? ""
                    : "\\s*<artifactId>" + Pattern.quote(parts[1]) + "</artifactId>");
    return Pattern.compile(found).matcher(text).find();
  }

  @Test
  void shouldKnowWhatThereIs() throws IOException {
    assertThat(problems(Files.readString(FILE))).isEmpty();
  }

  /** A text, what takes its place, and what is to be said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "package-ecosystem: docker-compose | package-ecosystem: docker | of docker-compose",
        "package-ecosystem: github-actions | package-ecosystem: gradle | there is no of nobody",
        "directory: /src/docker | directory: /docker | there is no docker/Dockerfile",
        "org.cyclonedx:* | org.cyclone:* | there is no org.cyclone:*",
        "org.junit* | org.junits* | there is no org.junits*",
        "io.strimzi:api | io.strimzi:apis | there is no io.strimzi:apis",
        "dependency-name: flink | dependency-name: flinks | there is no flinks",
        "dependency-name: apache/kafka | dependency-name: bitnami/kafka | there is no bitnami/kafka",
      })
  void shouldFindMistake(String before, String after, String expected) throws IOException {
    String text = Files.readString(FILE);
    assertThat(text).contains(before);

    assertThat(problems(text.replace(before, after)))
        .anyMatch(problem -> problem.contains(expected));
  }
}
