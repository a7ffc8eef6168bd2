package io.clickstream.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The image, without one to be seen. */
class DockerfileTest {

  private static List<String> problems(String text) throws IOException {
    List<String> let = Files.readAllLines(Path.of(".dockerignore"));
    return Dockerfile.parse(text)
        .problems(
            Dockerfile::isThere,
            let.stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList());
  }

  private static String file() throws IOException {
    return Files.readString(Dockerfile.PATH);
  }

  @Test
  void shouldPassTheLint() throws IOException {
    assertThat(problems(file())).isEmpty();
  }

  /** A line, what takes its place, and what is to be said of it. */
  @ParameterizedTest
  @CsvSource({
    "FROM flink:2.3.0-scala_2.12-java17, FROM flink:latest, no exact version",
    "FROM flink:2.3.0-scala_2.12-java17, FROM flink, no exact version",
    "FROM flink:2.3.0-scala_2.12-java17, FROM flink:2.3-java17, no exact version",
    "USER 9999:9999, USER 0:0, the last USER",
    "USER 9999:9999, USER root, the last USER",
    "USER 9999:9999, '', the last USER",
    "COPY target/clickstream-job.jar, ADD target/clickstream-job.jar, ADD unpacks",
    "config/flink/config.yaml, config/flink/conf.yaml, there is no such file",
    "config/flink/config.yaml, config/clickstream.yaml, .dockerignore keeps it out",
    "/opt/flink/usrlib/clickstream.jar, lib/clickstream.jar, expected an absolute path",
    "/opt/flink/conf/, /opt/flink/conf, expected a directory",
    "USER 9999:9999, 'ENV S3_SECRET=abc', a secret stays",
    "USER 9999:9999, 'RUN curl https://example.org | sh', RUN",
    "image.licenses, image.license, there is no label licenses",
  })
  void shouldFindMistake(String line, String mistake, String expected) throws IOException {
    String text = file();
    // The heading names the JAR as well.
    int place = text.lastIndexOf(line);
    assertThat(place).isPositive();

    String wrong = text.substring(0, place) + mistake + text.substring(place + line.length());

    assertThat(problems(wrong)).anyMatch(problem -> problem.contains(expected));
  }

  @Test
  void shouldBeginWithTheFlinkThatTheJobIsBuiltFor() throws IOException {
    Dockerfile dockerfile = Dockerfile.parse(file());
    String flink = Build.property("flink.version");

    assertThat(dockerfile.base()).isEqualTo("flink:" + flink + "-scala_2.12-java17");
    assertThat(dockerfile.all("LABEL").get(0).rest())
        .contains("\"docker.io/library/" + dockerfile.base() + "\"");
  }

  @Test
  void shouldHaveWhatManifestsAndBuildSay() throws IOException {
    List<String> targets = Dockerfile.parse(file()).targets();
    String deployment = Files.readString(Path.of("config/kubernetes/base/clickstream-job.yaml"));

    assertThat(targets)
        .anyMatch(target -> deployment.contains("jarURI: local://" + target + "\n"))
        .contains(
            "/opt/flink/conf/config.yaml",
            "/opt/flink/conf/log4j-console.properties",
            "/opt/flink/plugins/s3-fs-native/flink-s3-fs-native.jar");
    assertThat(Build.copiedTo("docker")).contains("flink-s3-fs-native.jar", "jmx-agent.jar");
    assertThat(Build.finalName()).isEqualTo("clickstream-job");
  }

  @Test
  void shouldKeepEverythingElseOutOfTheContext() throws IOException {
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .filteredOn(line -> !line.startsWith("#"))
        .first()
        .isEqualTo("*");
  }
}
