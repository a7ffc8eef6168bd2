package io.clickstream.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.CommandRun;
import io.clickstream.workflows.Workflow.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Files, classes, profiles and options that a workflow names: they have to be there. */
final class NamedThings {

  /** The script beside the JAR. */
  private static final String COMMAND = "clickstream";

  private static final Pattern PATH =
      Pattern.compile("(?<![\\w./-])(\\.ci|\\.github|src|config|target)/[\\w./-]*[\\w-]/?");
  private static final Pattern CLASS = Pattern.compile("\\bio\\.clickstream\\.[\\w.]+");
  private static final Pattern COPIED =
      Pattern.compile("<outputDirectory>\\$\\{project.build.directory}/(\\w+)</outputDirectory>");

  /** Of Maven's surefire and failsafe, and where the benchmark is told to write. */
  private static final Set<String> REPORTS =
      Set.of("target/surefire-reports", "target/failsafe-reports", "target/benchmark-results");

  private final Workflow workflow;
  private final String pom;
  private final List<String> problems = new ArrayList<>();

  NamedThings(Workflow workflow) throws IOException {
    this.workflow = workflow;
    pom = ProjectFiles.pom();
  }

  List<String> problems() throws IOException {
    for (Step step : workflow.steps()) {
      for (List<String> command : ShellWords.commands(step.run())) {
        command(step.place(), command);
      }
      files(step.place(), step.run());
      for (JsonNode argument : step.content().path("with")) {
        files(step.place(), argument.asText());
      }
      classes(step.place(), step.run());
    }
    return problems;
  }

  private void command(String place, List<String> words) throws IOException {
    if (words.contains("./mvnw")) {
      maven(place, words.subList(words.indexOf("./mvnw") + 1, words.size()));
    }
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).endsWith("/" + COMMAND) && (i == 0 || words.get(i - 1).equals("sh"))) {
        clickstream(place, words.subList(i + 1, words.size()));
      }
    }
  }

  private void maven(String place, List<String> arguments) throws IOException {
    for (String argument : arguments) {
      if (argument.startsWith("-P") && !pom.contains("<id>" + argument.substring(2) + "</id>")) {
        problems.add(place + ": pom.xml has no profile " + argument.substring(2));
      }
      if (argument.startsWith("-D")) {
        String[] property = argument.substring(2).split("=", 2);
        boolean known =
            pom.contains("<" + property[0] + ">")
                || pom.contains("<" + property[0] + "/>")
                || pom.contains("<name>" + property[0] + "</name>");
        if (!known) {
          problems.add(place + ": pom.xml knows no property " + property[0]);
        }
        if (property[0].equals("test") || property[0].equals("it.test")) {
          for (String test : property[1].split(",", -1)) {
            if (ProjectFiles.matching(path -> path.endsWith(test + ".java")).isEmpty()) {
              problems.add(place + ": there is no " + test);
            }
          }
        }
      }
    }
  }

  /** By the command line itself. A job gets no settings but its file. */
  private void clickstream(String place, List<String> arguments) {
    try {
      CommandLine.ParseResult parsed =
          CommandRun.commandLine().parseArgs(arguments.toArray(String[]::new));
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      if (!parsed.unmatched().isEmpty()) {
        problems.add(place + ": settings of the job are " + parsed.unmatched());
      }
    } catch (CommandLine.ParameterException e) {
      problems.add(place + ": " + e.getMessage());
    }
  }

  private void files(String place, String text) {
    Matcher matcher = PATH.matcher(text);
    while (matcher.find()) {
      String path = matcher.group().replaceAll("/$", "");
      if (path.startsWith("target/") ? !isMade(path) : !Files.exists(Path.of(path))) {
        problems.add(place + ": there is no " + path);
      }
      if (path.startsWith(".ci/") && !Files.isExecutable(Path.of(path))) {
        problems.add(place + ": " + path + " cannot be executed");
      }
    }
  }

  /** Whether the build makes it. */
  private boolean isMade(String path) {
    if (REPORTS.contains(path)) {
      return true;
    }
    String file = path.substring("target/".length());
    Matcher copied = COPIED.matcher(pom);
    while (copied.find()) {
      if (file.startsWith(copied.group(1) + "/")) {
        return pom.contains(
            "<destFileName>" + file.substring(copied.group(1).length() + 1) + "</destFileName>");
      }
    }
    return file.matches("bom\\.(json|xml)") && pom.contains("<goal>makeBom</goal>")
        || Files.exists(Path.of("src", "main", "scripts", file))
        || file.endsWith(".jar")
            && pom.contains("<finalName>" + file.replaceAll("\\.jar$", "") + "</finalName>");
  }

  private void classes(String place, String text) {
    Matcher matcher = CLASS.matcher(text);
    while (matcher.find()) {
      try {
        Class.forName(matcher.group()).getDeclaredMethod("main", String[].class);
      } catch (ReflectiveOperationException e) {
        problems.add(place + ": there is no program " + e.getMessage());
      }
    }
  }
}
