package io.clickstream.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Flink's REST interface, as far as the tests need it. */
final class FlinkRest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI base;

  FlinkRest(int port) {
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT.multipliedBy(3));
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    var response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          request.method()
              + " "
              + request.uri()
              + ": status="
              + response.statusCode()
              + " "
              + response.body());
    }
    return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
  }

  /** Uploads a JAR and returns the id under which it can be run. */
  String upload(Path jar) throws IOException, InterruptedException {
    String boundary = "clickstream-jar";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        ("--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                + jar.getFileName()
                + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(Files.readAllBytes(jar));
    body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    JsonNode answer =
        send(
            request("/jars/upload")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build());
    String file = answer.get("filename").asText();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Runs an uploaded JAR and returns the id of the job. */
  String run(String jar, int parallelism, List<String> arguments, @Nullable String savepoint)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("parallelism", parallelism);
    arguments.forEach(body.putArray("programArgsList")::add);
    if (savepoint != null) {
      body.put("savepointPath", savepoint);
    }
    return post("/jars/" + jar + "/run", body).get("jobid").asText();
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
    JsonNode details = get("/jobs/" + job);
    if (!details.get("state").asText().equals("RUNNING")) {
      return false;
    }
    for (JsonNode vertex : details.get("vertices")) {
      JsonNode tasks = vertex.get("tasks");
      int running = tasks.path("RUNNING").asInt() + tasks.path("FINISHED").asInt();
      if (running < vertex.get("parallelism").asInt()) {
        return false;
      }
    }
    return true;
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

  /** What the heaps of all task managers hold together, in bytes. */
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
    return get("/jobs/" + job + "/checkpoints").path("counts").path("completed").asLong();
  }

  /** Where the newest checkpoint lies. */
  Optional<String> latestCheckpoint(String job) throws IOException, InterruptedException {
    JsonNode path =
        get("/jobs/" + job + "/checkpoints").path("latest").path("completed").path("external_path");
    return path.isTextual() ? Optional.of(path.asText()) : Optional.empty();
  }

  /** Stops the job with a savepoint and returns where that is; waits for it. */
  String stop(String job, String directory) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("targetDirectory", directory);
    body.put("drain", false);
    return completed(job, post("/jobs/" + job + "/stop", body).get("request-id").asText());
  }

  /** Takes a savepoint of a job that goes on and returns where that is; waits for it. */
  String savepoint(String job) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("cancel-job", false);
    return completed(job, post("/jobs/" + job + "/savepoints", body).get("request-id").asText());
  }

  /** The ids of all jobs that the cluster knows. */
  List<String> jobs() throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    get("/jobs").get("jobs").forEach(job -> ids.add(job.get("id").asText()));
    return ids;
  }

  /** The largest parallelism of an operator of the job. */
  int parallelism(String job) throws IOException, InterruptedException {
    int largest = 0;
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      largest = Math.max(largest, vertex.get("parallelism").asInt());
    }
    return largest;
  }

  /** Why the job failed last, with all causes; empty if it never did. */
  String failure(String job) throws IOException, InterruptedException {
    List<String> failures = failures(job);
    return failures.isEmpty() ? "" : failures.get(0);
  }

  /** Why the job failed the last times, the newest first. */
  List<String> failures(String job) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    get("/jobs/" + job + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .forEach(entry -> failures.add(entry.path("stacktrace").asText()));
    return failures;
  }

  private String completed(String job, String request) throws IOException, InterruptedException {
    List<JsonNode> last = new ArrayList<>();
    org.awaitility.Awaitility.await("savepoint of " + job)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              JsonNode answer = get("/jobs/" + job + "/savepoints/" + request);
              last.add(answer);
              return answer.get("status").get("id").asText().equals("COMPLETED");
            });
    JsonNode operation = last.get(last.size() - 1).get("operation");
    if (!operation.has("location")) {
      throw new IOException("the savepoint of " + job + " failed: " + operation);
    }
    return operation.get("location").asText();
  }

  /** Waits until the job is in a state. */
  void awaitState(String job, String state) {
    org.awaitility.Awaitility.await("job " + job + " is " + state)
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> state(job).equals(state));
  }

  void cancel(String job) throws IOException, InterruptedException {
    JsonNode unused =
        send(request("/jobs/" + job).method("PATCH", BodyPublishers.noBody()).build());
  }
}
