package io.clickstream.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * The commands that the docs tell exist, with their options; and no class is named that a user
 * would have to type, but the two jobs'.
 */
class DocumentedCommandsTest {

  /** In a block or between backticks; a line that ends in a backslash goes on. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:(?<=`)|^(?:\\$ )?|&& |\\|\\| |submit-(?:job|loader) (?=submit)|"
              + "(?<=-Pclickstream -Dargs=\"))(clickstream (?=[a-z])|submit (?=[a-z])|(?<=-Dargs=\")(?=[a-z]))"
              + "((?:\\\\\\n|[^`\\n#;|&])+)",
          Pattern.MULTILINE);

  private static final Pattern CLASS =
      Pattern.compile("\\bio\\.clickstream\\.(?:[a-z]+\\.)*[A-Z]\\w+");

  private static final Set<String> JOBS =
      Set.of("io.clickstream.ClickstreamJob", "io.clickstream.SessionsToClickHouseJob");

  /** Where users read, or have something run. */
  private static List<Path> files() throws IOException {
    return ProjectFiles.matching(
        path ->
            path.toString()
                .matches(
                    "README\\.md|CHANGELOG\\.md|docker-compose\\.yml|src/docs/[^/]+\\.md"
                        + "|src/docker/.*|\\.github/.*|config/.*"));
  }

  @Test
  void shouldTellCommandsThatExist() throws IOException {
    List<String> problems = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    for (Path file : files()) {
      for (List<String> words : commands(Files.readString(file))) {
        seen.add(words.get(0));
        problem(words).ifPresent(problem -> problems.add(file + ": " + problem));
      }
    }

    assertThat(problems).isEmpty();
    assertThat(seen)
        .contains("run", "check", "topics", "submit", "reconcile", "probe", "traffic", "migrate");
  }

  @Test
  void shouldNameNoClassButTheJobs() throws IOException {
    List<String> others = new ArrayList<>();
    for (Path file : files()) {
      Matcher name = CLASS.matcher(Files.readString(file));
      while (name.find()) {
        if (!JOBS.contains(name.group()) && !isForDevelopers(name.group())) {
          others.add(file + ": " + name.group());
        }
      }
    }

    assertThat(others).isEmpty();
  }

  /** A class that a program of a user may call. */
  private static boolean isForDevelopers(String name) {
    return name.equals("io.clickstream.sink.VisitorPartitioner");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`clickstream topic --check` | topic",
        "$ clickstream topics --slot 4 | --slot",
        "clickstream submit upgrades --rest x | upgrades",
        "./mvnw -q -Pclickstream -Dargs=\"traffic --rates 3\" | --rates",
        "docker compose run --rm --no-deps submit-job submit upgrade --rests x | --rests",
      })
  void shouldFindMistake(String text, String expected) {
    assertThat(commands(text))
        .singleElement()
        .satisfies(words -> assertThat(problem(words).orElse("right")).contains(expected));
  }

  private static List<List<String>> commands(String text) {
    List<List<String>> commands = new ArrayList<>();
    Matcher matcher = COMMAND.matcher(text);
    while (matcher.find()) {
      String begin = matcher.group(1).startsWith("submit") ? "submit " : "";
      String rest = matcher.group(2);
      // Arguments for Maven end with their quote.
      if (matcher.group(1).isEmpty()) {
        rest = rest.substring(0, rest.indexOf('"'));
      }
      commands.addAll(ShellWords.commands(begin + rest));
    }
    return commands;
  }

  /**
   * Options that are missing are left out for readers, as what is meant by "…" and names in angles.
   */
  private static Optional<String> problem(List<String> words) {
    String[] arguments = words.stream().filter(word -> !word.equals("…")).toArray(String[]::new);
    try {
      ParseResult parsed = CommandRun.commandLine().parseArgs(arguments);
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      return parsed.unmatched().stream()
          .filter(word -> word.startsWith("--") && word.indexOf('.') < 0)
          .findFirst()
          .map(word -> String.join(" ", words) + ": there is no " + word);
    } catch (CommandLine.MissingParameterException e) {
      return words.stream()
          .filter(word -> word.startsWith("--") && word.indexOf('.') < 0)
          .filter(word -> e.getCommandLine().getCommandSpec().findOption(word) == null)
          .findFirst()
          .map(word -> String.join(" ", words) + ": there is no " + word);
    } catch (CommandLine.ParameterException e) {
      return Optional.of(String.join(" ", words) + ": " + e.getMessage());
    }
  }
}
