package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Program;
import io.clickstream.workflows.Script.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison of two builds, by builds that take no time. */
@Tag("full")
class ReproducibleTest {

  @TempDir private Path directory;
  private Script project;

  @BeforeEach
  void copyProject() throws Exception {
    project = Script.in(directory);
    Files.createDirectory(project.file("bin"));
    Program git = Program.require("git", "git");
    assertThat(git.run("-C", directory.toString(), "init", "--quiet").exitCode()).isZero();
  }

  /** What the build writes into the JAR and the bill of materials. */
  private Result build(String jar, String bom) throws Exception {
    Path mvnw = project.file("mvnw");
    Files.writeString(
        mvnw,
        """
        #!/usr/bin/env bash
        set -e
        echo "$PWD|$(umask)|$TZ|$MAVEN_OPTS" >> '%s'
        mkdir -p target classes
        echo "%s" > classes/content
        echo "%s" | tee target/bom.json > target/bom.xml
        jar --create --no-manifest --date=2026-01-01T00:00:00Z --file target/clickstream-job.jar -C classes content
        """
            .formatted(project.file("builds.txt"), jar, bom));
    Files.setPosixFilePermissions(mvnw, PosixFilePermissions.fromString("rwxr-xr-x"));
    Program.require("git", "git").run("-C", directory.toString(), "add", "mvnw", ".ci");
    return project.run("reproducible");
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(project.file("builds.txt"));
  }

  @Test
  void shouldBuildTwiceUnderOtherCircumstances() throws Exception {
    Result result = build("always", "the same");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().map(line -> line.replaceFirst("^[0-9a-f]{64}  ", "")))
        .containsExactly("clickstream-job.jar", "bom.json", "bom.xml");
    assertThat(builds()).hasSize(2);
    for (int circumstance = 0; circumstance < 4; circumstance++) {
      Set<String> values = new HashSet<>();
      for (String build : builds()) {
        values.add(build.split("\\|", -1)[circumstance]);
      }
      assertThat(values).hasSize(2);
    }
    assertThat(builds()).noneMatch(build -> build.startsWith(directory + "|"));
  }

  @Test
  void shouldSayWhatOfTheJarIsAnother() throws Exception {
    Result result = build("$TZ", "the same");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("clickstream-job.jar is another one the second time:")
        .contains("/first/content and ", "/second/content differ");
    assertThat(result.out().lines()).hasSize(2);
  }

  @Test
  void shouldSayWhatOfTheBillOfMaterialsIsAnother() throws Exception {
    Result result = build("always", "in $PWD");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("bom.json is another one the second time:", "bom.xml is another one", "> in /");
  }

  @Test
  void shouldFailWhenABuildFails() throws Exception {
    Result result = build("always", "the same\"; exit 7; \"");

    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(builds()).hasSize(1);
  }
}
