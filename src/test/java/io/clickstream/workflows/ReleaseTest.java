package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.workflows.Script.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tag has to agree with, and what is said of a release. */
class ReleaseTest {

  private static final String DEVELOPMENT =
      "config/kubernetes/overlays/development/kustomization.yaml";
  private static final String PRODUCTION =
      "config/kubernetes/overlays/production/kustomization.yaml";

  private static final String CHANGELOG =
      """
      # Changelog

      ## [Unreleased]

      ### Added

      - What is not released yet.

      ## [1.10.0] - 2027-03-01

      ### State compatibility

      Anything from 1.9.0 on.

      ## [1.1.0] - 2027-01-31

      Words before the first list.

      ### Added

      - A thing,
        and why.

      - Another.

      ### State compatibility

      Savepoints of 1.0.0.


      ## [1.0.0] - 2027-01-01

      ### Added

      - Nobody asked for it.

      ## [0.9.0] - soon

      ### State compatibility

      None.

      ## [0.8.0] - 2026-12-01

      ### State compatibility

      The first.

      [1.0.0]: https://example.org/1.0.0
      """;

  @TempDir private Path directory;
  private Script project;
  private String version;

  @BeforeEach
  void copyProject() throws Exception {
    project = Script.in(directory, "pom.xml", "CHANGELOG.md", DEVELOPMENT, PRODUCTION);
    String pom = Files.readString(Path.of("pom.xml"));
    String now = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
    version = now.replace("-SNAPSHOT", "");
    if (!now.equals(version)) {
      project.with("pom.xml", "<version>" + now, "<version>" + version);
    }
    for (String overlay : List.of(DEVELOPMENT, PRODUCTION)) {
      String text = Files.readString(project.file(overlay));
      Files.writeString(project.file(overlay), text.replaceAll("newTag: .*", "newTag: " + version));
    }
    if (!Files.readString(project.file("CHANGELOG.md")).contains("## [" + version + "] - ")) {
      project.with("CHANGELOG.md", "## [Unreleased]", "## [" + version + "] - 2027-01-01");
    }
  }

  private Result notes(String wanted) throws Exception {
    Files.writeString(project.file("CHANGELOG.md"), CHANGELOG);
    return project.run("release-notes", wanted);
  }

  @Test
  void shouldCutWhatIsSaidOfARelease() throws Exception {
    assertThat(notes("1.1.0"))
        .isEqualTo(
            new Result(
                0,
                """
                Words before the first list.

                ### Added

                - A thing,
                  and why.

                - Another.

                ### State compatibility

                Savepoints of 1.0.0.
                """,
                ""));
  }

  @Test
  void shouldCutTheLastOneWithoutAddressesOfLinks() throws Exception {
    assertThat(notes("0.8.0"))
        .isEqualTo(new Result(0, "### State compatibility\n\nThe first.\n", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "2.0.0, has no section '## [2.0.0] - DATE'",
    "1.1, has no section '## [1.1] - DATE'",
    "1.1.0-rc.1, has no section '## [1.1.0-rc.1] - DATE'",
    "1.1x0, has no section '## [1.1x0] - DATE'",
    "Unreleased, has '## [Unreleased]': expected one",
    "0.9.0, has '## [0.9.0] - soon': expected one",
    "1.0.0, which state can be restored",
  })
  void shouldSayWhatIsMissing(String wanted, String expected) throws Exception {
    Result result = notes(wanted);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(expected);
  }

  /** What is not released yet says from the beginning which state it reads. */
  @Test
  void shouldReleaseThisProjectAsSoonAsItHasAVersion() throws Exception {
    assertThat(project.run("release-version", "v" + version))
        .isEqualTo(new Result(0, version + "\n", ""));
    assertThat(project.run("release-notes", version).out()).contains("### State compatibility\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v99.0.0", "99.0.0", "v", "main"})
  void shouldNotReleaseUnderAnotherTag(String tag) throws Exception {
    Result result = project.run("release-version", tag);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "the tag is %s, but pom.xml has version %s: expected the tag v%s"
                .formatted(tag, version, version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-SNAPSHOT", "-", ".1", " "})
  void shouldNotReleaseWhatIsNoVersion(String suffix) throws Exception {
    project.with(
        "pom.xml", version + "</version>\n  <name>", version + suffix + "</version>\n  <name>");

    Result result = project.run("release-version", "v" + version + suffix);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("which is none of a release");
  }

  @Test
  void shouldReleaseACandidate() throws Exception {
    for (String file : new String[] {"pom.xml", DEVELOPMENT, PRODUCTION}) {
      project.with(
          file,
          version + (file.equals("pom.xml") ? "</version>\n  <name>" : "\n"),
          version + "-rc.1" + (file.equals("pom.xml") ? "</version>\n  <name>" : "\n"));
    }
    project.with("CHANGELOG.md", "## [" + version + "]", "## [" + version + "-rc.1]");

    assertThat(project.run("release-version", "v" + version + "-rc.1").out())
        .isEqualTo(version + "-rc.1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {DEVELOPMENT, PRODUCTION})
  void shouldNotReleaseWhenAnOverlayTakesAnother(String overlay) throws Exception {
    project.with(overlay, "newTag: " + version, "newTag: 0.0.9");

    Result result = project.run("release-version", "v" + version);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo(overlay + " has another newTag: expected " + version);
  }

  @Test
  void shouldNotReleaseWhatTheChangelogDoesNotKnow() throws Exception {
    project.with("CHANGELOG.md", "## [" + version + "]", "## [Unreleased]");

    Result result = project.run("release-version", "v" + version);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("has no section '## [" + version + "] - DATE'");
  }
}
