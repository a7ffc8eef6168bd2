package io.clickstream.docker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A Dockerfile as a list of instructions, and what is wrong with it.
 *
 * @param instructions in order, each with its continued lines
 */
record Dockerfile(List<Instruction> instructions) {

  static final Path PATH = Path.of("src", "docker", "Dockerfile");

  /** A name and a version of at least three numbers. */
  static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:v?\\d+(\\.\\d+){2,3}(-[\\w.-]+)?");

  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|passwd|secret|token|credential|access.?key)\\w*[= ].*");

  /** One instruction: its name in upper case, and the rest. */
  record Instruction(String name, String rest) {

    /** The words of it that are no options. */
    List<String> words() {
      return Arrays.stream(rest.split("\\s+")).filter(word -> !word.startsWith("--")).toList();
    }
  }

  static Dockerfile parse(String text) {
    List<Instruction> instructions = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      boolean continued = line.endsWith("\\");
      open.append(continued ? line.substring(0, line.length() - 1) : line);
      if (!continued) {
        String[] parts = open.toString().strip().split("\\s+", 2);
        instructions.add(
            new Instruction(
                parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : ""));
        open.setLength(0);
      }
    }
    return new Dockerfile(List.copyOf(instructions));
  }

  List<Instruction> all(String name) {
    return instructions.stream().filter(each -> each.name().equals(name)).toList();
  }

  /** The image that it begins with. */
  String base() {
    return all("FROM").isEmpty() ? "" : all("FROM").get(0).words().get(0);
  }

  /**
   * Everything that is wrong.
   *
   * @param known whether something is there to be copied
   * @param ignored what .dockerignore lets through, without its exclamation marks
   */
  List<String> problems(Predicate<String> known, List<String> ignored) {
    List<String> problems = new ArrayList<>();
    if (all("FROM").size() != 1 || !instructions.get(0).name().equals("FROM")) {
      problems.add("it does not begin with one FROM");
    }
    for (Instruction from : all("FROM")) {
      if (!PINNED.matcher(from.words().get(0)).matches()) {
        problems.add("FROM " + from.rest() + ": no exact version");
      }
    }
    if (!all("ADD").isEmpty()) {
      problems.add("ADD unpacks and downloads; COPY says what comes in");
    }
    if (!all("RUN").isEmpty()) {
      problems.add("RUN: the image is what is copied into it, the same every time");
    }
    List<Instruction> users = all("USER");
    if (users.isEmpty() || !users.get(users.size() - 1).rest().matches("[1-9]\\d*:[1-9]\\d*")) {
      problems.add("the last USER is not a number other than root's");
    }
    for (Instruction each : instructions) {
      if (List.of("ENV", "ARG", "LABEL").contains(each.name())
          && SECRET.matcher(each.rest()).matches()) {
        problems.add(each.name() + ": a secret stays in the image");
      }
      if (each.name().equals("COPY")) {
        List<String> words = each.words();
        String target = words.get(words.size() - 1);
        if (!target.startsWith("/")) {
          problems.add("COPY to " + target + ": expected an absolute path");
        }
        if (words.size() > 2 && !target.endsWith("/")) {
          problems.add("COPY of several to " + target + ": expected a directory");
        }
        for (String source : words.subList(0, words.size() - 1)) {
          if (!known.test(source)) {
            problems.add("COPY " + source + ": there is no such file");
          }
          if (!ignored.contains(source)) {
            problems.add("COPY " + source + ": .dockerignore keeps it out");
          }
        }
      }
    }
    for (String label : List.of("title", "description", "licenses", "base.name")) {
      if (all("LABEL").stream()
          .noneMatch(each -> each.rest().contains("org.opencontainers.image." + label + "="))) {
        problems.add("there is no label " + label);
      }
    }
    return problems;
  }

  /** Whether the build or the repository has a file. */
  static boolean isThere(String source) {
    return source.startsWith("target/") || Files.isRegularFile(Path.of(source));
  }

  /** Paths in the image. */
  List<String> targets() {
    List<String> targets = new ArrayList<>();
    for (Instruction copy : all("COPY")) {
      List<String> words = copy.words();
      String target = words.get(words.size() - 1);
      for (String source : words.subList(0, words.size() - 1)) {
        targets.add(target.endsWith("/") ? target + Path.of(source).getFileName() : target);
      }
    }
    return targets;
  }
}
