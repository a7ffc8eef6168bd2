package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.metrics.MetricNames;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every link of the docs leads somewhere, every metric has its line, and the README stays short.
 */
class DocumentationTest {

  private static final Path METRICS = Path.of("src/docs/metrics.md");

  private static final long LONGEST_README = 10_240;

  private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```$|`[^`\n]*`");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  /** Where alerts name the section that helps. */
  private static final Pattern RUNBOOK = Pattern.compile("runbook: (\\S+)");

  /** The names in a line of the table of metrics. */
  private static final Pattern LINE = Pattern.compile("(?m)^\\| ((?:`[a-z<>-]+`,? ?)+) \\|(.*)$");

  private static final Pattern NAME = Pattern.compile("`([a-z<>-]+)`");

  @Test
  void shouldHaveNoLinkThatLeadsNowhere() throws IOException {
    List<Path> files = ProjectFiles.matching(path -> path.toString().endsWith(".md"));

    assertThat(files).contains(Path.of("README.md"), METRICS);
    assertThat(problems(files)).isEmpty();
  }

  @Test
  void shouldNameSectionsInAlertsThatExist() throws IOException {
    List<String> problems = new ArrayList<>();
    int sections = 0;
    for (Path file :
        ProjectFiles.matching(
            path -> path.toString().matches("config/.*[-.](?:alerts|rules)\\.ya?ml"))) {
      Matcher runbook = RUNBOOK.matcher(Files.readString(file));
      while (runbook.find()) {
        sections++;
        problem(Path.of(""), runbook.group(1), new HashMap<>())
            .forEach(problem -> problems.add(file + ": " + problem));
      }
    }

    assertThat(problems).isEmpty();
    assertThat(sections).isPositive();
  }

  @Test
  void shouldFindMistakes(@TempDir Path directory) throws IOException {
    Path other = Files.writeString(directory.resolve("other.md"), "# One two, `three`\n\n## One\n");
    Path file = directory.resolve("file.md");
    Files.writeString(
        file,
        """
        [right](other.md) [right](other.md#one-two-three) [right](https://example.org/none)
        `[code](gone.md)` [gone](gone.md) [wrong](other.md#two) [here](#nothing)
        """);

    assertThat(problems(List.of(file, other)))
        .containsExactly(
            file + ": there is no gone.md",
            file + ": there is no section two in other.md",
            file + ": there is no section nothing in #nothing");
  }

  @Test
  void shouldExplainEveryMetricAndNoOther() throws Exception {
    Set<String> documented = new TreeSet<>();
    Matcher line = LINE.matcher(Files.readString(METRICS));
    while (line.find()) {
      NAME.matcher(line.group(1)).results().forEach(name -> documented.add(name.group(1)));
      assertThat(line.group(2).split("\\|"))
          .as("kind and meaning of %s", line.group(1))
          .hasSizeGreaterThanOrEqualTo(2)
          .noneMatch(String::isEmpty);
    }
    Set<String> named = new TreeSet<>();
    for (Field field : MetricNames.class.getFields()) {
      if (!field.getName().equals("GROUP")) {
        named.add((String) field.get(null));
      }
    }
    named.add(MetricNames.REJECTED + "-<reason>");
    named.add(MetricNames.FIELD_PROBLEMS + "-<field>");
    named.add(MetricNames.cut("<reason>"));
    named.add(MetricNames.REFERENCE_PROBLEMS + "-<column>");

    assertThat(documented).isEqualTo(named);
  }

  @Test
  void shouldKeepReadmeShort() throws IOException {
    assertThat(Files.size(Path.of("README.md"))).isLessThanOrEqualTo(LONGEST_README);
  }

  private static List<String> problems(List<Path> files) throws IOException {
    Map<Path, Set<String>> sections = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (Path file : files) {
      Matcher link = LINK.matcher(CODE.matcher(Files.readString(file)).replaceAll("code"));
      while (link.find()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        Path from = target.startsWith("#") ? file : folder(file);
        problem(from, target, sections).forEach(problem -> problems.add(file + ": " + problem));
      }
    }
    return problems;
  }

  private static Path folder(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static List<String> problem(Path from, String target, Map<Path, Set<String>> sections)
      throws IOException {
    int hash = target.indexOf('#');
    String name = hash < 0 ? target : target.substring(0, hash);
    Path file = name.isEmpty() ? from : from.resolve(name).normalize();
    if (!Files.exists(file)) {
      return List.of("there is no " + name);
    }
    if (hash < 0) {
      return List.of();
    }
    Set<String> known = sections.get(file);
    if (known == null) {
      known = sectionsOf(file);
      sections.put(file, known);
    }
    String section = target.substring(hash + 1);
    return known.contains(section)
        ? List.of()
        : List.of("there is no section " + section + " in " + (name.isEmpty() ? target : name));
  }

  /** The anchors that GitHub makes of headings. */
  private static Set<String> sectionsOf(Path file) throws IOException {
    Set<String> sections = new HashSet<>();
    String text =
        Pattern.compile("(?ms)^```.*?^```$").matcher(Files.readString(file)).replaceAll("");
    HEADING
        .matcher(text)
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .forEach(sections::add);
    return sections;
  }
}
