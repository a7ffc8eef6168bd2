package io.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command line of every sub-command: its help, and a message for each mistake. */
class ClickstreamTest {

  private static final Pattern EXIT_CODE = Pattern.compile("(?m)^  (\\d) {3}\\S.*\\.$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** Every command by its words, such as "submit run". */
  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new TreeMap<>();
    add("", CommandRun.commandLine(), commands);
    return commands;
  }

  private static void add(String name, CommandLine command, Map<String, CommandLine> commands) {
    commands.put(name, command);
    command
        .getSubcommands()
        .forEach((word, each) -> add((name + " " + word).strip(), each, commands));
  }

  private static Stream<Arguments> commandsWithHelp() {
    return commands().entrySet().stream()
        .map(
            each -> {
              List<String> words = new ArrayList<>(words(each.getKey()));
              words.add("--help");
              return Arguments.of(each.getKey(), each.getValue(), CommandRun.of(words));
            });
  }

  private static List<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  @Test
  void shouldHaveTheCommandsThatTheDocsTell() {
    assertThat(commands())
        .containsOnlyKeys(
            "",
            "inspect",
            "run",
            "check",
            "topics",
            "submit",
            "submit run",
            "submit upgrade",
            "submit stop",
            "submit savepoint",
            "submit cancel",
            "submit list",
            "submit upload",
            "reconcile",
            "probe",
            "traffic",
            "migrate",
            "schema");
  }

  @ParameterizedTest(name = "clickstream {0}")
  @MethodSource("commandsWithHelp")
  void shouldListEveryOptionWithMeaningAndDefault(
      String name, CommandLine command, CommandRun help) {
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    for (OptionSpec option : command.getCommandSpec().options()) {
      assertThat(help.out()).containsPattern("(?m)[ ,]" + option.longestName() + "[ =\\n]");
      String description = String.join(" ", option.description());
      boolean isAction =
          option.usageHelp()
              || option.versionHelp()
              || option.longestName().equals("--help-settings");
      if (!isAction && option.group() == null) {
        assertThat(description).as(option.longestName()).containsPattern("Default: |Required\\.$");
      }
      assertThat(description).as(option.longestName()).endsWith(".");
    }
  }

  @ParameterizedTest(name = "clickstream {0}")
  @MethodSource("commandsWithHelp")
  void shouldSayUsageExitCodesAndExamples(String name, CommandLine command, CommandRun help) {
    assertThat(help.out()).contains("Usage: " + ("clickstream " + name).strip() + " ");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(EXIT_CODE.matcher(help.out()).results().map((MatchResult code) -> code.group(1)))
        .startsWith("0")
        .contains("2")
        .doesNotHaveDuplicates();

    List<String> examples = examples(help.out());

    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      List<String> words = new ArrayList<>(words(example));
      assertThat(words.remove(0)).isEqualTo("clickstream");
      int redirected = words.indexOf(">");
      words = redirected < 0 ? words : words.subList(0, redirected);
      ParseResult parsed = CommandRun.commandLine().parseArgs(words.toArray(String[]::new));
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      assertThat(parsed.unmatched())
          .filteredOn(word -> word.startsWith("--"))
          .allMatch(word -> word.contains("."));
      if (!name.isEmpty()) {
        assertThat(example).startsWith("clickstream " + name);
      }
    }
  }

  /** Each on one line. */
  private static List<String> examples(String help) {
    String examples = help.substring(help.lastIndexOf("Example"));
    return Arrays.stream(examples.replace("\\\n", " ").split("\n"))
        .skip(1)
        .map(String::strip)
        .toList();
  }

  /** Arguments, and the one line that is said before the pointer to the help. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        " => 'clickstream' expects a command: one of inspect, run, check, topics, submit, reconcile, probe, traffic, migrate, schema => clickstream",
        "topic => 'clickstream' has no command topic; expected one of inspect, run, check, topics, submit, reconcile, probe, traffic, migrate, schema; the nearest is topics => clickstream",
        "submit => 'clickstream submit' expects one of run, upgrade, stop, savepoint, cancel, list, upload => clickstream submit",
        "submit upgrad => 'clickstream submit' has no command upgrad; expected one of run, upgrade, stop, savepoint, cancel, list, upload; the nearest is upgrade => clickstream submit",
        "topics --slot 4 => --slot: 'clickstream topics' has no such option; the nearest is --slots; a setting of the job has a dot, as --session.gap => clickstream topics",
        "topics --slot=4 => --slot: 'clickstream topics' has no such option; the nearest is --slots; a setting of the job has a dot, as --session.gap => clickstream topics",
        "traffic --rates 5 => --rates: 'clickstream traffic' has no such option; the nearest is --rate => clickstream traffic",
        "topics --slots => --slots: there is no value after it; expected N => clickstream topics",
        "topics --slots many => --slots: 'many' is not allowed; expected a whole number => clickstream topics",
        "topics --retention soon => --retention: 'soon' is no duration; expected one such as 500ms, 30s, 5min, 2h, 1d => clickstream topics",
        "reconcile --slices 0 => --slices 0: expected 1 or more => clickstream reconcile",
        "topics --slots 1 --slots 2 => --slots N: it is there twice; expected it once => clickstream topics",
        "topics --create --check => --create, --check: expected one of them => clickstream topics",
        "traffic --start now => --start: 'now' is not allowed; expected a time such as 2026-01-01T00:00:00Z => clickstream traffic",
        "traffic --out x --events 1 --late some => --late: 'some' is not allowed; expected a number => clickstream traffic",
        "submit list --rests x => --rests: 'clickstream submit list' has no such option; the nearest is --rest => clickstream submit list",
        "submit run --rest x --jars=y => --jars: 'clickstream submit run' has no such option; the nearest is --jar; a setting of the job has a dot, as --session.gap => clickstream submit run",
        "submit list => --rest URL is missing: Where the JobManager answers, such as http://jobmanager:8081. => clickstream submit list",
        "submit stop => --rest URL and --job ID|NAME are missing => clickstream submit stop",
        "submit run --rest x => --jar FILE or --jar-id ID is missing => clickstream submit run",
        "submit run --rest x --jar a --jar-id b => --jar=FILE, --jar-id=ID: expected one of them => clickstream submit run",
        "check s3cr3t => 'clickstream check' expects options, and settings as --key value; there is a word that belongs to none: quote a value that contains spaces => clickstream check",
        "check --session.gap 1s s3cr3t => 'clickstream check' expects options, and settings as --key value; there is a word that belongs to none: quote a value that contains spaces => clickstream check",
        "schema s3cr3t => 'clickstream schema' expects options, and settings as --key value; there is a word that belongs to none: quote a value that contains spaces => clickstream schema",
      })
  void shouldNameFlagExpectedAndNearestWhenTheCommandLineIsWrong(
      String arguments, String message, String command) {
    CommandRun run = CommandRun.of(words(arguments == null ? "" : arguments));

    assertThat(run)
        .isEqualTo(
            new CommandRun(2, "", message + "\n'%s --help' lists all options.".formatted(command)));
  }

  @ParameterizedTest
  @CsvSource({"check", "topics", "reconcile", "probe", "migrate", "schema"})
  void shouldTakeSettingsAndReportTheirMistakesWithTheNearestKey(String command) {
    CommandRun run = CommandRun.of(command, "--sesion.gap", "1s", "--topics.click=x");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("the nearest is session.gap", "the nearest is topics.clicks")
        .endsWith("--help-settings lists every setting.")
        .doesNotContain("at io.clickstream");
  }

  @Test
  void shouldShowTheStackTraceWhenAskedTo() {
    CommandRun run = CommandRun.of("topics", "--debug", "--sesion.gap", "1s");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("InvalidSettingsException", "at io.clickstream.config");
  }

  @ParameterizedTest
  @CsvSource({"run", "check", "topics", "submit run", "submit upgrade", "reconcile", "probe"})
  void shouldListTheSettingsOfTheJobWhenAskedTo(String command) {
    CommandRun run = CommandRun.of(words(command + " --help-settings"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("sink.transactional-id-prefix  <");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldTellItsVersion() {
    assertThat(CommandRun.of("--version"))
        .isEqualTo(new CommandRun(0, "Clickstream (not packed)", ""));
    assertThat(CommandRun.of("submit", "run", "--version").out()).startsWith("Clickstream ");
  }

  @Test
  void shouldPrintTheSchemaOfTheFieldsThatSettingsDefine() {
    CommandRun plain = CommandRun.of("schema");
    CommandRun defined =
        CommandRun.of(
            "schema",
            "--session.fields.plan={last: properties.plan}",
            "--session.goals.signup",
            "{where: {event_type: signup_completed}}");

    assertThat(plain.out()).startsWith("{\n").endsWith("\n}").doesNotContain("converted");
    assertThat(defined)
        .satisfies(run -> assertThat(run.err()).isEmpty())
        .satisfies(run -> assertThat(run.exitCode()).isZero());
    assertThat(defined.out())
        .contains("\"fields\" : {", "\"plan\" : {", "\"signup\" : {", "\"converted\" : {");
  }
}
