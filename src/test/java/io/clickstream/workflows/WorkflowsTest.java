package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workflows, without anybody who runs them. */
class WorkflowsTest {

  /** A line of release.yml, what takes its place, and what actionlint has to say of it. */
  private static final List<List<String>> MISTAKES =
      List.of(
          List.of("needs: version", "needs: versions", "job \"versions\" which does not exist"),
          List.of("steps.version.outputs", "steps.versions.outputs", "property \"versions\""),
          List.of("tags: [\"v*\"]", "tag: [\"v*\"]", "unexpected key \"tag\""),
          List.of("timeout-minutes: 5", "timeout: 5", "unexpected key \"timeout\""),
          List.of("contents: read", "content: read", "unknown permission scope \"content\""),
          List.of("contents: read", "contents: all", "\"all\" is invalid"),
          List.of("ubuntu-24.04", "ubuntu-24", "label \"ubuntu-24\" is unknown"),
          List.of("subject-path: ", "- subject-path: ", "syntax-check"));

  /** One run for both, since it takes seconds: ours, and those with a mistake each. */
  @Tag("full")
  @Test
  void shouldPassActionlintUnlikeMistakes(@TempDir Path directory) throws Exception {
    // Given
    List<Path> ours = Workflow.all().stream().map(Workflow::file).toList();
    List<Path> mistaken = new ArrayList<>();
    for (List<String> mistake : MISTAKES) {
      String text = text("release.yml", mistake.get(0), mistake.get(1));
      mistaken.add(Files.writeString(directory.resolve(mistaken.size() + ".yml"), text));
    }

    // When
    Program.Result result =
        Program.requireElse("actionlint", "with .ci/install")
            .run(
                Stream.concat(ours.stream(), mistaken.stream())
                    .map(Path::toString)
                    .toArray(String[]::new));

    // Then
    assertThat(ours).hasSizeGreaterThan(3);
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    assertThat(result.output().lines())
        .allMatch(finding -> finding.startsWith(directory.toString()));
    for (int i = 0; i < mistaken.size(); i++) {
      String file = mistaken.get(i) + ":";
      String expected = MISTAKES.get(i).get(2);
      assertThat(result.output().lines())
          .anyMatch(finding -> finding.startsWith(file) && finding.contains(expected));
    }
  }

  @Test
  void shouldPassOurOwnRules() throws IOException {
    List<String> problems = new ArrayList<>();
    for (Workflow workflow : Workflow.all()) {
      problems.addAll(workflow.problems());
    }

    assertThat(problems).isEmpty();
  }

  /** A workflow, a text in it, what takes its place, and what is to be said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ci.yml | permissions: {} | permissions: read-all | expected permissions: {}",
        "ci.yml | permissions: {} | '' | expected permissions: {}",
        "ci.yml | '    permissions:\n      contents: read\n    steps' | '    steps' | lint: it has no permissions",
        "ci.yml | contents: read | contents: write | it may not write contents",
        "release.yml | packages: write | actions: write | image: it may not write actions",
        "ci.yml | timeout-minutes: 15 | name: Lint | lint: it has no timeout-minutes",
        "ci.yml | '  group: ci-' | '  groups: ci-' | nothing says what may not run beside it",
        "ci.yml | 'shell: bash' | 'shell: sh' | the shell is not bash",
        "ci.yml | '  pull_request:' | '  pull_request:\n  pull_request_target:' | pull_request_target",
        "ci.yml | '      CLICKHOUSE_URL' | '      TOKEN: ${{ secrets.TOKEN }}\n      CLICKHOUSE_URL' | a secret, where",
        "ci.yml | clickhouse-server:26.7.13.12 | clickhouse-server:26.7 | no exact version",
        "ci.yml | clickhouse-server:26.7.13.12 | clickhouse-server:latest | no exact version",
        "ci.yml | ' # v7.0.1' | '' | has no commit with its version behind it",
        "ci.yml | ' # v7.0.1' | ' # v7' | has no commit with its version behind it",
        "ci.yml | checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 | checkout@v7.0.1 | has no commit",
        "ci.yml | 'persist-credentials: false' | 'fetch-depth: 1' | the token stays",
        "release.yml | uses: ./.github/workflows/ci.yml | uses: ./.github/workflows/c.yml | there is no workflow",
        "release.yml | '\"v$VERSION\"' | 'v${{ inputs.version }}' | an expression becomes a part",
        "release.yml | 'mkdir release' | 'set -x' | it prints secrets",
        "ci.yml | '-Pbenchmark' | '-Pbench' | no profile bench",
        "ci.yml | '-DskipTests' | '-DskipTest' | no property skipTest",
        "ci.yml | ContainersIT | ContainerIT | there is no ContainerIT",
        "ci.yml | run: .ci/reproducible | run: .ci/reproduce | there is no .ci/reproduce",
        "ci.yml | target/failsafe-reports | target/failsafe | there is no target/failsafe",
        "release.yml | '            target/clickstream\n' | '            target/clickstreams\n' | there is no target/clickstreams",
        "release.yml | subject-path: target/clickstream-job.jar | subject-path: target/clickstream.jar | there is no target/clickstream.jar",
        "release.yml | sbom-path: target/bom.json | sbom-path: target/sbom.json | there is no target/sbom.json",
        "release.yml | target/docker/flink-s3-fs-native.jar | target/docker/flink-s3.jar | there is no target/docker/flink-s3.jar",
        "release.yml | file: src/docker/Dockerfile | file: src/docker/Containerfile | there is no src/docker",
        "security.yml | .github/osv-scanner.toml | .github/osv.toml | there is no .github/osv.toml",
        "deploy.yml | clickstream submit | clickstream submits | submits",
        "deploy.yml | class=io.clickstream.ClickstreamJob | class=io.clickstream.Job | there is no program",
        "deploy.yml | submit upgrade | submit upgrades | upgrades",
        "deploy.yml | '--jar release' | '--jars release' | settings of the job are",
        "deploy.yml | '--timeout 10min' | '--timeout soon' | soon",
      })
  void shouldFindMistake(String name, String line, String mistake, String expected)
      throws IOException {
    List<String> problems =
        Workflow.parse(workflow(name).file(), text(name, line, mistake)).problems();

    assertThat(problems).as("%s", problems).anyMatch(problem -> problem.contains(expected));
  }

  @Test
  void shouldHaveOneVersionOfEachAction() throws IOException {
    Set<String> actions = new TreeSet<>();
    for (Workflow workflow : Workflow.all()) {
      actions.addAll(workflow.actions());
    }

    assertThat(actions).hasSizeGreaterThan(5);
    assertThat(actions.stream().collect(Collectors.groupingBy(action -> action.split("@")[0])))
        .allSatisfy((action, versions) -> assertThat(versions).hasSize(1));
  }

  private static Workflow workflow(String name) throws IOException {
    Path file = Workflow.DIRECTORY.resolve(name);
    return Workflow.parse(file, Files.readString(file));
  }

  /** A workflow with one text in the place of the first of another. */
  private static String text(String name, String before, String after) throws IOException {
    String text = workflow(name).text();
    assertThat(text).contains(before);
    return text.replaceFirst(Pattern.quote(before), Matcher.quoteReplacement(after));
  }
}
