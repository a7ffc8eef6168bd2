package io.clickstream.workflows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A workflow, and what is wrong with it beside what actionlint knows.
 *
 * @param file where it lies
 * @param text of it
 * @param content of it
 */
record Workflow(Path file, String text, JsonNode content) {

  static final Path DIRECTORY = Path.of(".github", "workflows");

  /** What may write to the repository, to its packages or in its name; nothing else may. */
  private static final Map<String, Set<String>> MAY_WRITE =
      Map.of(
          "release.yml/jar", Set.of("id-token", "attestations"),
          "release.yml/image", Set.of("packages", "id-token", "attestations"),
          "release.yml/publish", Set.of("contents"));

  /** An action by its commit, with its version behind it. */
  private static final Pattern ACTION =
      Pattern.compile(
          "uses: *([\\w.-]+/[\\w.-]+)((?:/[\\w.-]+)*)@([0-9a-f]{40}) # (v\\d+\\.\\d+\\.\\d+)");

  private static final Pattern IMAGE = Pattern.compile("[a-z0-9./-]+:v?\\d+(\\.\\d+){2,3}");
  private static final Pattern SECRET = Pattern.compile("\\$\\{\\{[^}]*secrets\\.");

  private static final ObjectMapper JSON = new ObjectMapper();

  static Workflow parse(Path file, String text) {
    return new Workflow(
        file,
        text,
        JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text)));
  }

  static List<Workflow> all() throws IOException {
    List<Workflow> workflows = new ArrayList<>();
    for (Path file : ProjectFiles.matching(path -> path.startsWith(DIRECTORY))) {
      workflows.add(parse(file, Files.readString(file)));
    }
    return workflows;
  }

  String name() {
    return file.getFileName().toString();
  }

  /** A step, and where it stands. */
  record Step(String place, JsonNode content) {
    String uses() {
      return content.path("uses").asText();
    }

    String run() {
      return content.path("run").asText();
    }
  }

  Map<String, JsonNode> jobs() {
    Map<String, JsonNode> jobs = new TreeMap<>();
    content.path("jobs").properties().forEach(job -> jobs.put(job.getKey(), job.getValue()));
    return jobs;
  }

  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    jobs()
        .forEach(
            (name, job) -> {
              int number = 0;
              for (JsonNode step : job.path("steps")) {
                number++;
                steps.add(new Step("%s/%s, step %d".formatted(name(), name, number), step));
              }
            });
    return steps;
  }

  /** Each action with its commit and version. */
  Set<String> actions() {
    Set<String> actions = new TreeSet<>();
    Matcher action = ACTION.matcher(text);
    while (action.find()) {
      actions.add(action.group(1) + "@" + action.group(3) + " " + action.group(4));
    }
    return actions;
  }

  /** Everything that is wrong. */
  List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    JsonNode permissions = content.path("permissions");
    if (!permissions.isObject() || !permissions.isEmpty()) {
      problems.add(name() + ": expected permissions: {}, so that each job says what it may do");
    }
    if (!content.path("concurrency").path("group").isTextual()) {
      problems.add(name() + ": nothing says what may not run beside it");
    }
    if (!content.at("/defaults/run/shell").asText().equals("bash")) {
      problems.add(name() + ": the shell is not bash, which ends when a part of a pipe fails");
    }
    if (content.path("on").has("pull_request_target")) {
      problems.add(name() + ": pull_request_target gives secrets to whoever sends a change");
    }
    boolean strangers = content.path("on").has("pull_request");
    if (strangers && SECRET.matcher(text).find()) {
      problems.add(name() + ": a secret, where whoever sends a change decides what runs");
    }
    jobs().forEach((name, job) -> job(name() + "/" + name, job, problems));
    for (Step step : steps()) {
      uses(step, problems);
      run(step, problems);
    }
    problems.addAll(new NamedThings(this).problems());
    return problems;
  }

  private static void job(String place, JsonNode job, List<String> problems) {
    JsonNode permissions = job.path("permissions");
    if (!permissions.isObject()) {
      problems.add(place + ": it has no permissions");
    }
    permissions
        .properties()
        .forEach(
            permission -> {
              String right = permission.getValue().asText();
              boolean known = right.equals("read") || right.equals("none");
              boolean listed =
                  right.equals("write")
                      && MAY_WRITE.getOrDefault(place, Set.of()).contains(permission.getKey());
              if (!known && !listed) {
                problems.add(place + ": it may not " + right + " " + permission.getKey());
              }
            });
    // A job that calls a workflow has the limits of the jobs in there.
    if (!job.has("uses") && !job.path("timeout-minutes").isInt()) {
      problems.add(place + ": it has no timeout-minutes");
    }
    for (JsonNode service : job.path("services")) {
      String image = service.path("image").asText();
      if (!IMAGE.matcher(image).matches()) {
        problems.add(place + ": no exact version of " + image);
      }
    }
    if (job.path("uses").isTextual()) {
      String called = job.get("uses").asText();
      if (!called.startsWith("./") || !Files.isRegularFile(Path.of(called))) {
        problems.add(place + ": there is no workflow " + called);
      }
    }
  }

  private void uses(Step step, List<String> problems) {
    String uses = step.uses();
    if (uses.isEmpty()) {
      return;
    }
    boolean pinned =
        text.lines()
            .filter(line -> line.contains(uses))
            .allMatch(line -> ACTION.matcher(line).find());
    if (!pinned) {
      problems.add(step.place() + ": " + uses + " has no commit with its version behind it");
    }
    if (uses.startsWith("actions/checkout@")
        && !step.content().at("/with/persist-credentials").asText().equals("false")) {
      problems.add(step.place() + ": the token stays for whatever comes after the checkout");
    }
  }

  private static void run(Step step, List<String> problems) {
    if (step.run().contains("${{")) {
      problems.add(step.place() + ": an expression becomes a part of the script; give it by env");
    }
    if (step.run().matches("(?s).*\\b(set -x|set -[a-z]*x|printenv)\\b.*")) {
      problems.add(step.place() + ": it prints secrets");
    }
  }
}
