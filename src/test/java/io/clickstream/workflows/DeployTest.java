package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Program;
import io.clickstream.workflows.Script.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A release on its way into a cluster, up to the API server. */
class DeployTest {

  private static final String IMAGE = "ghcr.io/example/clickstream-job@sha256:" + "5e".repeat(32);

  /**
   * Writes down what it is asked, and answers what the operator would have said, time after time.
   */
  private static final String KUBECTL =
      """
      #!/usr/bin/env bash
      cd "$(dirname "$0")/.."
      echo "$*" >> asked.txt
      if [[ $1 == apply && -e refused.txt ]]; then
        cat refused.txt >&2
        exit 1
      fi
      if [[ $3 == get ]]; then
        answer=$(head -1 "$5.txt")
        if [[ $(wc -l < "$5.txt") -gt 1 ]]; then
          sed -i 1d "$5.txt"
        fi
        if [[ $answer == away ]]; then
          echo "no answer" >&2
          exit 1
        fi
        echo "$answer"
      fi
      """;

  @TempDir private Path directory;
  private Script project;

  @BeforeEach
  void copyProject() throws Exception {
    List<String> files = new ArrayList<>();
    ProjectFiles.matching(path -> path.startsWith("config"))
        .forEach(path -> files.add(path.toString()));
    project = Script.in(directory, files.toArray(String[]::new));
    Files.createDirectory(project.file("bin"));
    Files.writeString(project.file("bin/kubectl"), KUBECTL);
    Files.setPosixFilePermissions(
        project.file("bin/kubectl"), PosixFilePermissions.fromString("rwxr-xr-x"));
    operatorSays("clickstream-job", "7,7,STABLE,");
    operatorSays("clickstream-loader", "3,3,STABLE,");
  }

  private void operatorSays(String deployment, String... lines) throws IOException {
    Files.writeString(project.file(deployment + ".txt"), String.join("\n", lines) + "\n");
  }

  private Result deploy(String environment, String image) throws Exception {
    return deploy(environment, image, 60);
  }

  private Result deploy(String environment, String image, int seconds) throws Exception {
    return project.run("deploy-kubernetes", environment, image, String.valueOf(seconds), "0.02");
  }

  private List<String> asked() throws IOException {
    return Files.readAllLines(project.file("asked.txt")).stream()
        .map(line -> line.replaceFirst(" -o .*", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"development, clickstream-development", "production, clickstream"})
  void shouldLookApplyAndWait(String environment, String namespace) throws Exception {
    Result result = deploy(environment, IMAGE);

    assertThat(result)
        .isEqualTo(new Result(0, "clickstream-job: runs\nclickstream-loader: runs\n", ""));
    assertThat(asked())
        .containsExactly(
            "apply --dry-run=server -k target/deploy",
            "apply -k target/deploy",
            "-n " + namespace + " get flinkdeployment clickstream-job",
            "-n " + namespace + " get flinkdeployment clickstream-loader");
  }

  /** By the kubectl of this machine, and not by the one above. */
  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void shouldTakeTheImageByItsDigestInBothJobs(String environment) throws Exception {
    Program kubectl = Program.require("kubectl", "kubernetes-client (1.27 or newer)");
    assertThat(deploy(environment, IMAGE).exitCode()).isZero();

    Program.Result applied = kubectl.run("kustomize", project.file("target/deploy").toString());
    Program.Result overlay =
        kubectl.run(
            "kustomize", project.file("config/kubernetes/overlays/" + environment).toString());

    assertThat(overlay.exitCode()).as(overlay.output()).isZero();
    assertThat(applied.output())
        .isEqualTo(
            Pattern.compile("(?m)^  image: .*clickstream-job:.*$")
                .matcher(overlay.output())
                .replaceAll("  image: " + IMAGE));
    assertThat(applied.output().split(Pattern.quote("  image: " + IMAGE + "\n"), -1)).hasSize(3);
  }

  @Test
  void shouldWaitForTheGenerationThatWasApplied() throws Exception {
    operatorSays(
        "clickstream-job",
        "8,7,STABLE,",
        "8,7,FAILED,of before",
        "8,8,UPGRADING,",
        "8,8,DEPLOYED,",
        "8,8,STABLE,");
    operatorSays("clickstream-loader", "1,,,", "1,1,STABLE,");

    assertThat(deploy("production", IMAGE))
        .isEqualTo(new Result(0, "clickstream-job: runs\nclickstream-loader: runs\n", ""));
    assertThat(asked()).hasSize(2 + 5 + 2);
  }

  @Test
  void shouldGoOnWaitingWhenTheApiServerDoesNotAnswerOnce() throws Exception {
    operatorSays("clickstream-job", "8,7,STABLE,", "away", "8,8,STABLE,");

    assertThat(deploy("production", IMAGE))
        .isEqualTo(new Result(0, "clickstream-job: runs\nclickstream-loader: runs\n", "no answer"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8,8,ROLLED_BACK, | clickstream-job: ROLLED_BACK",
        "8,8,FAILED,no savepoint, none at all | clickstream-job: FAILED: no savepoint, none at all",
        "8,8,SUSPENDED, | clickstream-job: SUSPENDED",
        "8,8,DEPLOYED, | clickstream-job: still DEPLOYED after 0 s",
        "8,7,STABLE,flinkVersion | clickstream-job: still STABLE after 0 s: flinkVersion",
        "8,,, | clickstream-job: still unknown to the operator after 0 s",
        "away | 'no answer\nclickstream-job: still unknown to the operator after 0 s'",
      })
  void shouldFailWhenTheJobDoesNotComeUp(String state, String expected) throws Exception {
    operatorSays("clickstream-job", state);

    assertThat(deploy("production", IMAGE, 0)).isEqualTo(new Result(1, "", expected));
  }

  @Test
  void shouldApplyNothingThatTheApiServerDoesNotLike() throws Exception {
    Files.writeString(project.file("refused.txt"), "error: unknown field\n");

    assertThat(deploy("production", IMAGE)).isEqualTo(new Result(1, "", "error: unknown field"));
    assertThat(asked()).containsExactly("apply --dry-run=server -k target/deploy");
  }

  @ParameterizedTest
  @CsvSource({
    "staging, ghcr.io/example/clickstream-job@sha256:, there is no config/kubernetes/overlays/staging",
    "production, ghcr.io/example/clickstream-job:0.1.0, expected an image with its digest",
    "production, ghcr.io/example/clickstream-job@sha256:abc, expected an image with its digest",
  })
  void shouldRefuseWhatIsNotKnownOrNotExact(String environment, String image, String expected)
      throws Exception {
    Result result = deploy(environment, image);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains(expected);
    assertThat(project.file("asked.txt")).doesNotExist();
  }
}
