package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts, those in workflows too, and all YAML, by their linters. */
class ScriptsTest {

  private static final Path SCRIPTS = Path.of(".ci");
  private static final Path CLICKHOUSE = Path.of("src", "lab", "clickhouse", "clickhouse");
  private static final Path TRACKERS = Path.of("src", "test", "trackers", "trackers");

  @TempDir private Path directory;

  private static List<Path> scripts() throws IOException {
    return ProjectFiles.matching(
        path ->
            path.startsWith(SCRIPTS)
                || path.startsWith(Path.of("src", "main", "scripts"))
                || path.equals(CLICKHOUSE)
                || path.equals(TRACKERS));
  }

  @Tag("full")
  @Test
  void shouldPassShellcheckWhenAScript() throws Exception {
    assertThat(scripts()).hasSizeGreaterThan(5).allMatch(Files::isExecutable);

    assertThat(shellcheck(scripts())).isEmpty();
  }

  @Tag("full")
  @Test
  void shouldPassShellcheckWhenAStepOfAWorkflow() throws Exception {
    List<Path> files = new ArrayList<>();
    for (Workflow workflow : Workflow.all()) {
      for (Workflow.Step step : workflow.steps()) {
        if (!step.run().isEmpty()) {
          Path file = directory.resolve(step.place().replaceAll("[^\\w.]+", "-") + ".sh");
          files.add(
              Files.writeString(
                  file, "#!/usr/bin/env bash\nset -eo pipefail\n" + step.run() + "\n"));
        }
      }
    }
    assertThat(files).hasSizeGreaterThan(10);

    assertThat(shellcheck(files)).isEmpty();
  }

  @Tag("full")
  @Test
  void shouldBeToldByShellcheckWhenAWordIsNotQuoted() throws Exception {
    Path file =
        Files.writeString(directory.resolve("wrong.sh"), "#!/usr/bin/env bash\nrm -rf $1/*\n");

    assertThat(shellcheck(List.of(file))).contains("SC2086");
  }

  @Tag("full")
  @Test
  void shouldPassYamllint() throws Exception {
    List<Path> files = ProjectFiles.matching(path -> path.toString().matches(".*\\.ya?ml"));
    assertThat(files).hasSizeGreaterThan(30);

    assertThat(yamllint(files)).isEmpty();
  }

  @Tag("full")
  @Test
  void shouldBeToldByYamllintWhenAKeyIsThereTwice() throws Exception {
    Path file = Files.writeString(directory.resolve("wrong.yml"), "a: 1\nb: 2\na: 3\n");

    assertThat(yamllint(List.of(file))).contains("key-duplicates");
  }

  /** Whoever builds a year later gets the same linter, and nothing that it would bring along. */
  @Test
  void shouldTakeExactlyOnePackageOfNpm() throws IOException {
    String install = Files.readString(SCRIPTS.resolve("install"));
    List<String> npm =
        install.lines().map(String::strip).filter(line -> line.startsWith("npm ")).toList();

    assertThat(npm).hasSize(1).allMatch(line -> line.matches("npm pack .*@\\d+\\.\\d+\\.\\d+ .*"));
    assertThat(install).containsPattern("sha256sum --check .*<<<'[0-9a-f]{64}  \\S+\\.tgz'");
  }

  private static String shellcheck(List<Path> files) throws IOException, InterruptedException {
    return lint(Program.require("shellcheck", "shellcheck"), List.of(), files);
  }

  private static String yamllint(List<Path> files) throws IOException, InterruptedException {
    return lint(
        Program.require("yamllint", "yamllint"),
        List.of("--strict", "--format", "parsable", "--config-file", ".yamllint.yaml"),
        files);
  }

  private static String lint(Program linter, List<String> options, List<Path> files)
      throws IOException, InterruptedException {
    Program.Result result =
        linter.run(
            Stream.concat(options.stream(), files.stream().map(Path::toString))
                .toArray(String[]::new));
    assertThat(result.exitCode()).as(result.output()).isEqualTo(result.output().isEmpty() ? 0 : 1);
    return result.output();
  }
}
