package io.clickstream.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The command {@code cluster}: lists, starts and kills processes. */
final class PlaygroundProcesses {

  private static final String USAGE =
      """
      Usage: cluster COMMAND
        list                the processes and their ids
        start taskmanager   one more TaskManager
        start broker        one more broker
        start NAME          a broker or the JobManager, after it was killed
        kill NAME           kill -9: broker-1, tm-2, jobmanager
      """;

  private final FaultCluster cluster;

  PlaygroundProcesses(FaultCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Does what is asked for.
   *
   * @param request the words in its first line, the job's variables of the shell that asks in the
   *     others, as {@code NAME=value}
   * @return what is to be printed
   * @throws IllegalArgumentException with the reason if it cannot be done
   */
  String apply(List<String> request) throws Exception {
    Map<String, String> variables = new HashMap<>();
    for (String line : request.subList(1, request.size())) {
      String[] parts = line.split("=", 2);
      variables.put(parts[0], parts[1]);
    }
    return apply(variables, request.get(0).strip().split(" +"));
  }

  private String apply(Map<String, String> variables, String... words) throws Exception {
    return switch (String.join(" ", words)) {
      case "list" -> list(all());
      case "start taskmanager" -> list(List.of(cluster.flink().addTaskManager()));
      case "start broker" -> list(List.of(cluster.kafka().add()));
      default -> {
        if (words.length == 2 && words[0].equals("start")) {
          yield start(words[1], variables);
        }
        if (words.length == 2 && words[0].equals("kill")) {
          process(words[1]).kill();
          yield "killed " + words[1] + "\n";
        }
        if (words.length == 1 && words[0].matches("|-h|--help|help")) {
          yield USAGE;
        }
        throw new IllegalArgumentException(USAGE.strip());
      }
    };
  }

  private String start(String name, Map<String, String> variables) throws Exception {
    JvmProcess before = process(name);
    if (before.isAlive()) {
      throw new IllegalArgumentException(name + " runs");
    }
    if (before == cluster.flink().jobManager()) {
      cluster.flink().restartJobManager(variables);
    } else if (cluster.kafka().processes().contains(before)) {
      cluster.kafka().start(cluster.kafka().processes().indexOf(before));
    } else {
      throw new IllegalArgumentException(
          name + ": a TaskManager does not come back; expected: cluster start taskmanager");
    }
    return list(List.of(process(name)));
  }

  private List<JvmProcess> all() {
    List<JvmProcess> all = new ArrayList<>(cluster.kafka().processes());
    all.addAll(cluster.flink().processes());
    return all;
  }

  private JvmProcess process(String name) {
    return all().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no "
                        + name
                        + "; expected one of "
                        + all().stream().map(JvmProcess::name).collect(Collectors.joining(", "))));
  }

  private static String list(List<JvmProcess> processes) {
    return processes.stream()
        .map(
            process ->
                "%-12s %s%n"
                    .formatted(
                        process.name(),
                        process.isAlive() ? "pid " + process.pid() : "does not run"))
        .collect(Collectors.joining());
  }
}
