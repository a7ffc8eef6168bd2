package io.clickstream.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.tools.deploy.FlinkRestClient;
import io.clickstream.tools.deploy.FlinkRestClient.Job;
import io.clickstream.tools.deploy.FlinkRestClient.Program;
import io.clickstream.tools.deploy.FlinkRestClient.SavepointFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Flink's REST interface, as far as the tests need it. */
final class FlinkRest {

  private final FlinkRestClient client;

  FlinkRest(int port) {
    this.client = new FlinkRestClient(URI.create("http://127.0.0.1:" + port), null);
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return client.get(path);
  }

  /** Uploads a JAR and returns the id under which it can be run. */
  String upload(Path jar) throws IOException, InterruptedException {
    return client.upload(jar);
  }

  /** Runs an uploaded JAR and returns the id of the job. */
  String run(String jar, int parallelism, List<String> arguments, @Nullable String savepoint)
      throws IOException, InterruptedException {
    return client.run(jar, Program.of(arguments).at(parallelism).from(savepoint));
  }

  /** Whether a task manager is registered. */
  boolean knows(String taskManager) throws IOException, InterruptedException {
    for (JsonNode known : get("/taskmanagers").get("taskmanagers")) {
      if (known.get("id").asText().equals(taskManager)) {
        return true;
      }
    }
    return false;
  }

  String state(String job) throws IOException, InterruptedException {
    return get("/jobs/" + job).get("state").asText();
  }

  /** Whether every task runs. */
  boolean isRunning(String job) throws IOException, InterruptedException {
    return client.isRunning(job);
  }

  /** The ids of the task managers that have running tasks of the job. */
  Set<String> workers(String job) throws IOException, InterruptedException {
    Set<String> workers = new TreeSet<>();
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      String path = "/jobs/" + job + "/vertices/" + vertex.get("id").asText() + "/taskmanagers";
      for (JsonNode manager : get(path).get("taskmanagers")) {
        if (manager.get("status-counts").path("RUNNING").asInt() > 0) {
          workers.add(manager.get("taskmanager-id").asText());
        }
      }
    }
    return workers;
  }

  /** The used heap of all task managers together, in bytes. */
  long heapUsed() throws IOException, InterruptedException {
    String metric = "Status.JVM.Memory.Heap.Used";
    long sum = 0;
    for (JsonNode manager : get("/taskmanagers").get("taskmanagers")) {
      for (JsonNode value :
          get("/taskmanagers/" + manager.get("id").asText() + "/metrics?get=" + metric)) {
        sum += value.get("value").asLong();
      }
    }
    return sum;
  }

  /** The sum of the metrics of all subtasks of the job whose names match. */
  long sum(String job, Pattern name) throws IOException, InterruptedException {
    long sum = 0;
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      String path = "/jobs/" + job + "/vertices/" + vertex.get("id").asText() + "/metrics";
      List<String> wanted = new ArrayList<>();
      for (JsonNode metric : get(path)) {
        if (name.matcher(metric.get("id").asText()).find()) {
          wanted.add(URLEncoder.encode(metric.get("id").asText(), StandardCharsets.UTF_8));
        }
      }
      if (!wanted.isEmpty()) {
        for (JsonNode value : get(path + "?get=" + String.join(",", wanted))) {
          sum += value.get("value").asLong();
        }
      }
    }
    return sum;
  }

  /** One of the job's own totals, by its name. */
  long total(String job, String accumulator) throws IOException, InterruptedException {
    for (JsonNode each : get("/jobs/" + job + "/accumulators").get("user-task-accumulators")) {
      if (each.get("name").asText().equals(accumulator)) {
        return each.get("value").asLong();
      }
    }
    throw new IOException("there is no total " + accumulator + " of " + job);
  }

  /** How many checkpoints have completed since the job manager knows the job. */
  long completedCheckpoints(String job) throws IOException, InterruptedException {
    return client.completedCheckpoints(job);
  }

  /** Where the newest checkpoint lies. */
  Optional<String> latestCheckpoint(String job) throws IOException, InterruptedException {
    JsonNode path =
        get("/jobs/" + job + "/checkpoints").path("latest").path("completed").path("external_path");
    return path.isTextual() ? Optional.of(path.asText()) : Optional.empty();
  }

  /** Stops the job with a savepoint and returns where that is; waits for it. */
  String stop(String job, String directory) throws IOException, InterruptedException {
    return savepoint(job, () -> client.beginStop(job, directory));
  }

  /** The same with the end of all input before it: what is open is closed, and leaves. */
  String drain(String job, String directory) throws IOException, InterruptedException {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("drain", true).put("targetDirectory", directory);
    return savepoint(
        job, () -> client.post("/jobs/" + job + "/stop", body).get("request-id").asText());
  }

  /** Takes a savepoint of a job that goes on and returns where that is; waits for it. */
  String savepoint(String job) throws IOException, InterruptedException {
    return savepoint(job, () -> client.beginSavepoint(job, null));
  }

  /** The ids of all jobs that the cluster knows. */
  List<String> jobs() throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    get("/jobs").get("jobs").forEach(job -> ids.add(job.get("id").asText()));
    return ids;
  }

  /** The largest parallelism of an operator of the job. */
  int parallelism(String job) throws IOException, InterruptedException {
    return client.parallelism(job);
  }

  /** Why the job failed last, with all causes; empty if it never did. */
  String failure(String job) throws IOException, InterruptedException {
    List<String> failures = failures(job);
    return failures.isEmpty() ? "" : failures.get(0);
  }

  /** Why the job failed the last times, the newest first. */
  List<String> failures(String job) throws IOException, InterruptedException {
    return client.failures(job);
  }

  /** Asks again while a task begins or ends, which is in the way of a savepoint. */
  private String savepoint(String job, Callable<String> begin) {
    String[] request = new String[1];
    return org.awaitility.Awaitility.await("savepoint of " + job)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsMatching(
            e -> !(e instanceof SavepointFailedException failed) || failed.isPassing())
        .until(
            () -> {
              if (request[0] == null) {
                request[0] = begin.call();
              }
              try {
                return client.savepoint(job, request[0]);
              } catch (SavepointFailedException e) {
                request[0] = null;
                throw e;
              }
            },
            java.util.Objects::nonNull);
  }

  /** Waits until the job is in a state. */
  void awaitState(String job, String state) {
    org.awaitility.Awaitility.await("job " + job + " is " + state)
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> state(job).equals(state));
  }

  /** Cancels every job that is not over, and waits for its end. */
  void endJobs() throws IOException, InterruptedException {
    for (Job job : client.jobs()) {
      if (!job.isOver()) {
        cancel(job.id());
        awaitState(job.id(), "CANCELED");
      }
    }
  }

  void cancel(String job) throws IOException, InterruptedException {
    client.cancel(job);
  }
}
